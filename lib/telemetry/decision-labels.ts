import { MAX_COUNTED_SERIES } from '../limits/decisions.js'
import type { DecisionEvent } from '../service/decision-event.js'

/** What decisions are counted by. */
export interface DecisionLabels {
  readonly service: string
  readonly operation: string
  /** The verified direct caller; `(unverified)` where there is none: whoever can reach a service could fill the counters with names. */
  readonly caller: string
  readonly outcome: DecisionEvent['outcome']
  /** Of a refusal; `(internal)` for an error that is none of ours, empty where nothing was refused. */
  readonly code: string
}

// No service and no operation can be called like these.
const UNVERIFIED = '(unverified)'
const OTHER = '(other)'
const INTERNAL = '(internal)'

/**
 * The labels of decisions, in a bounded number of combinations: beyond it, what is new is counted under `(other)` callers and
 * operations.
 */
export class BoundedLabels {
  readonly #most: number
  readonly #known = new Set<string>()

  constructor(most: number = MAX_COUNTED_SERIES) {
    this.#most = most
  }

  /** The labels of one decision. */
  of({ service, operation, caller = UNVERIFIED, outcome, code }: DecisionEvent): DecisionLabels {
    const labels = { service, operation, caller, outcome, code: code ?? (outcome === 'refused' ? INTERNAL : '') }
    const key = keyOf(labels)
    if (this.#known.has(key)) return labels
    if (this.#known.size >= this.#most) return { ...labels, operation: OTHER, caller: OTHER }
    this.#known.add(key)
    return labels
  }
}

/** The same text for the same labels, and for no others. */
export function keyOf({ service, operation, caller, outcome, code }: DecisionLabels): string {
  return JSON.stringify([service, operation, caller, outcome, code])
}
