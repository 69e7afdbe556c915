import type { ListVerdict } from '../model/decision.js'
import type { Call } from './call.js'
import { operationPhrase } from './frame-matcher.js'
import { quoted } from './quoted.js'
import type { Rule } from './rule.js'
import { RuleIndex } from './rule-index.js'

/** What a rule list says of a call, and how a reason says it. */
export interface Outcome {
  readonly verdict: ListVerdict
  readonly sentence: string
}

/** A rule list that is ready to be asked. */
export interface RuleList {
  judge(call: Call): Outcome
}

/** What a rule list is called and where it stands. */
export interface ListPlace {
  /** From 1. */
  readonly list: number
  readonly name?: string | undefined
  /** `cart.yaml:3`, or `line 3`. */
  readonly place: string
  readonly otherwise?: 'accept' | undefined
}

/** The first rule that applies decides. Where none does the list rejects, unless it says otherwise. */
export function ruleList(rules: readonly Rule[], { list, name, place, otherwise }: ListPlace): RuleList {
  const title = `list ${list}${name === undefined ? '' : ` ${quoted(name, name.length)}`}`
  const common = { list, ...(name !== undefined && { name }) }
  const index = new RuleIndex(rules.map(rule => ({ ...rule, accepted: acceptedBy(rule) })))
  const acceptedOtherwise = outcome({ effect: 'accept', ...common }, `${title} (${place}, otherwise)`)

  return {
    judge(call) {
      const rule = index.firstThatApplies(call)
      if (rule === undefined) return otherwise === 'accept' ? acceptedOtherwise : noneApplies(call)
      const expected = rule.unmet(call)
      return expected === undefined ? rule.accepted : rejectedBy(rule, expected)
    },
  }

  function acceptedBy(rule: Rule): Outcome {
    return outcome({ effect: 'accept', ...common, rule: rule.reference }, `${title}, ${rule.title}`)
  }

  function rejectedBy(rule: Rule, expected: string): Outcome {
    const verdict: ListVerdict = { effect: 'reject', ...common, rule: rule.reference, expected }
    return outcome(verdict, `${title}, ${rule.title}: expected ${expected}`)
  }

  function noneApplies({ directCaller }: Call): Outcome {
    const verdict: ListVerdict = { effect: 'reject', ...common, expected: 'a call that a rule applies to' }
    return outcome(verdict, `${title} (${place}): no rule applies to operation ${operationPhrase(directCaller)}`)
  }
}

function outcome(verdict: ListVerdict, sentence: string): Outcome {
  return { verdict: Object.freeze(verdict), sentence }
}
