import { dissect } from '../forge/dissection.js'
import { OPERATIONS, type Operation } from './cast.js'
import { deliver, deliverTwice, type Outcome } from './delivery.js'
import { forgePresentation } from './forgery.js'
import { garble } from './garbles.js'
import type { Occasion } from './occasion.js'
import type { Delivery, Present } from './present.js'
import { boundRequest, REQUESTS, type Request } from './requests.js'
import { playNext } from './traffic.js'
import type { World } from './world.js'

/** Plays one adversarial move. None come of it where the adversary lacks a piece. */
export async function playPresent(move: Present, world: World): Promise<readonly Outcome[]> {
  const text = forgePresentation(move, world)
  if (text === undefined) return []
  const occasion = arrange(text, move, world)
  const outcomes = move.race ? await deliverTwice(occasion, world) : [await deliver(occasion, world)]
  const call = outcomes.find(outcome => outcome.call !== undefined)?.call
  if (call !== undefined && move.next !== undefined) {
    const { chain } = dissect(text)
    const next = await playNext(occasion.instance, call, chain, move.next, world)
    const isSeen = move.next.tapped || world.role(move.next.to)?.corrupted
    if (next !== undefined && isSeen) world.knowledge.seePresentation(move.move, next)
  }
  return outcomes
}

/** Chooses the receiver and what it expects: by what the newest hop says, where the move does not say otherwise. */
function arrange(text: string, { garble: how, delivery }: Present, world: World): Occasion {
  const newest = readNewest(text)
  const addressee = world.instance(
    delivery.to === undefined ? String(newest.aud) : world.nameOf(delivery.to),
    delivery.instance,
  )
  const fallback = world.instance(world.honest(delivery.to ?? delivery.instance).name, delivery.instance)
  const instance = addressee ?? fallback
  if (instance === undefined) throw new Error('there is no honest service')
  return {
    presentation: how === undefined ? text : garble(text, how),
    instance,
    operation: delivery.operation ?? toOperation(newest.op),
    request: chooseRequest(newest, delivery),
    binding: delivery.binding,
    late: delivery.late,
  }
}

function chooseRequest(newest: Record<string, unknown>, { request, streamed }: Delivery): Request | undefined {
  if (request === 'none') return undefined
  const chosen = request === undefined ? boundRequest(newest) : REQUESTS[request % REQUESTS.length]
  const isStreamed = streamed || (request === undefined && newest.tgt !== undefined)
  return chosen && (isStreamed ? { method: chosen.method, target: chosen.target, streamed: true } : chosen)
}

function toOperation(op: unknown): Operation {
  return OPERATIONS.find(operation => operation === op) ?? OPERATIONS[0]
}

/** The newest hop's header, as far as it can be read. */
function readNewest(text: string): Record<string, unknown> {
  try {
    const header: unknown = JSON.parse(Buffer.from(text.split('~')[1]?.split('..')[0] ?? '', 'base64url').toString())
    return typeof header === 'object' && header !== null ? { ...header } : {}
  } catch {
    return {}
  }
}
