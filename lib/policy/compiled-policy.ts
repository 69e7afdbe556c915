import type { Decision, ListVerdict } from '../model/decision.js'
import type { Policy } from '../model/policy.js'
import { type Call, readCall } from './call.js'
import { callStackText } from './call-stack-text.js'
import type { Outcome, RuleList } from './rule-list.js'

/** A policy over rule lists: every one of them must accept. `evaluate` never throws. */
export function policyOf(lists: readonly RuleList[]): Policy {
  return Object.freeze({
    evaluate(input: unknown): Decision {
      try {
        const call = readCall(input)
        return typeof call === 'string' ? rejectedUnasked(call) : decide(lists, call)
      } catch {
        return rejectedUnasked('the call cannot be read')
      }
    },
  })
}

function decide(lists: readonly RuleList[], call: Call): Decision {
  const stack = callStackText(call.frames)
  const verdicts: ListVerdict[] = []
  let reason = ''
  for (const list of lists) {
    const { verdict, sentence }: Outcome = list.judge(call)
    verdicts.push(verdict)
    if (verdict.effect === 'reject') return decision('reject', `${sentence}; saw ${stack}`, verdicts, stack)
    reason = reason === '' ? `accepted by ${sentence}` : `${reason}; ${sentence}`
  }
  return verdicts.length > 0 ? decision('accept', reason, verdicts, stack) : rejectedUnasked('the policy has no list')
}

function rejectedUnasked(reason: string): Decision {
  return decision('reject', reason, [], '')
}

function decision(effect: Decision['effect'], reason: string, lists: ListVerdict[], stack: string): Decision {
  return Object.freeze({ effect, enforced: true, reason, lists: Object.freeze(lists), stack })
}
