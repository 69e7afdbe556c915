import type { Call } from './call.js'
import type { Rule } from './rule.js'

/** Finds the first rule of a list that applies, passing over those that name other operations. */
export class RuleIndex {
  readonly #ofAnyOperation: readonly Rule[]
  readonly #byOperation = new Map<string, Rule[]>()

  constructor(rules: readonly Rule[]) {
    this.#ofAnyOperation = rules.filter(rule => rule.operations === undefined)
    for (const rule of rules) {
      for (const operation of rule.operations ?? []) {
        const others = this.#byOperation.get(operation)
        if (others === undefined) this.#byOperation.set(operation, [rule])
        else others.push(rule)
      }
    }
  }

  /** The first rule, in the list's order, whose condition matches. */
  firstThatApplies(call: Call): Rule | undefined {
    const { operation } = call.directCaller
    const named = typeof operation === 'string' ? this.#byOperation.get(operation) : undefined
    const first = firstOf(named, call)
    return firstOf(this.#ofAnyOperation, call, first) ?? first
  }
}

function firstOf(rules: readonly Rule[] = [], call: Call, before?: Rule): Rule | undefined {
  for (const rule of rules) {
    if (before !== undefined && rule.reference.index > before.reference.index) return undefined
    if (rule.applies(call)) return rule
  }
  return undefined
}
