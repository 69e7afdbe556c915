import type { Call } from './call.js'
import type { Rule } from './rule.js'

/** Finds the first rule of a list that applies, passing over those that name other operations. */
export class RuleIndex<R extends Rule> {
  readonly #ofAnyOperation: readonly R[]
  readonly #byOperation = new Map<string, R[]>()

  constructor(rules: readonly R[]) {
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
  firstThatApplies(call: Call): R | undefined {
    const { operation } = call.directCaller
    const named = typeof operation === 'string' ? this.#byOperation.get(operation) : undefined
    const first = firstOf(named, call)
    return firstOf(this.#ofAnyOperation, call, first) ?? first
  }
}

function firstOf<R extends Rule>(rules: readonly R[] = [], call: Call, before?: R): R | undefined {
  for (const rule of rules) {
    if (before !== undefined && rule.reference.index > before.reference.index) return undefined
    if (rule.applies(call)) return rule
  }
  return undefined
}
