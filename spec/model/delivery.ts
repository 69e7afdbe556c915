import type { BoundRequest, VerifiedCall } from '../../lib/index.js'
import type { Occasion } from './occasion.js'
import { objections } from './oracle.js'
import { findFault } from './refusal.js'
import type { World } from './world.js'

/** What became of it, and what is wrong with that, if anything. */
export interface Outcome {
  /** `accepted`, or the code of the refusal. */
  readonly code: string
  readonly call?: VerifiedCall
  readonly violations: readonly string[]
}

type Answer = { readonly call: VerifiedCall } | { readonly error: unknown }

/** Presents something, and has the answer judged by the oracle. */
export async function deliver(occasion: Occasion, world: World): Promise<Outcome> {
  return judge(occasion, await present(occasion), world)
}

/** Presents the same thing twice at the same time. */
export async function deliverTwice(occasion: Occasion, world: World): Promise<readonly Outcome[]> {
  const answers = await Promise.all([present(occasion), present(occasion)])
  // Whichever came first: the refusal of the other is judged by what was accepted.
  const accepted = answers.filter(answer => 'call' in answer)
  const refused = answers.filter(answer => 'error' in answer)
  return [...accepted, ...refused].map(answer => judge(occasion, answer, world))
}

async function present({ presentation, instance, operation, request, binding, late }: Occasion): Promise<Answer> {
  const given: BoundRequest | undefined = request
  const read = given !== undefined && late ? async () => given : given
  try {
    return { call: await instance.service.unwrap(presentation, { operation, request: read, binding }) }
  } catch (error) {
    return { error }
  }
}

function judge(occasion: Occasion, answer: Answer, world: World): Outcome {
  if ('call' in answer) {
    const violations = objections(occasion, world, answer.call)
    return { code: 'accepted', call: answer.call, violations }
  }
  const { code, fault, isVerdict } = findFault(answer.error)
  if (fault !== undefined) return { code, violations: [fault] }
  // Who refuses because of what a chain says must have a reason, and it must be one of ours.
  const isBaseless = isVerdict && objections(occasion, world).length === 0
  return { code, violations: isBaseless ? [`baseless: refused with ${code}, and nothing is wrong with it`] : [] }
}
