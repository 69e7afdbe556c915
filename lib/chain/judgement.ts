import type { Decision } from '../model/decision.js'
import type { Policy, PolicyInput } from '../model/policy.js'
import { toFrozenDecision } from './frozen.js'

/** Asks a policy. Without one, and if it fails or answers with no decision, the answer is reject (invariant 16). Never throws. */
export function judge(policy: Policy | undefined, input: PolicyInput): Decision {
  if (policy === undefined) return reject('the service has no policy', input)
  try {
    const answer: unknown = policy.evaluate(input)
    // Nobody awaits it: unhandled, its failure would end the process.
    if (answer instanceof Promise) answer.catch(() => {})
    const decision = toFrozenDecision(answer as Decision)
    if (decision?.effect === 'accept' || decision?.effect === 'reject') return decision
  } catch {
    return reject('the policy failed', input)
  }
  return reject('the policy gave no decision', input)
}

function reject(reason: string, { callStack }: PolicyInput): Decision {
  const stack = callStack.map(frame => frame.service).join(' < ')
  return Object.freeze({
    effect: 'reject',
    enforced: true,
    reason: `${reason}; saw ${stack}`,
    lists: Object.freeze([]),
    stack,
  })
}
