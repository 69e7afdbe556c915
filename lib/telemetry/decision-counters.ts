import { MAX_COUNTED_SERIES } from '../limits/decisions.js'
import { checkInteger, checkOptions } from '../options.js'
import { DECISION_CHANNEL, type DecisionEvent } from '../service/decision-event.js'
import { BoundedLabels, type DecisionLabels, keyOf } from './decision-labels.js'
import { hear } from './listening.js'
import { type Metric, prometheusText } from './prometheus.js'

/** How decisions are counted. */
export interface DecisionCountersOptions {
  /** Combinations of labels that are counted apart: 2000 if absent. Of more, callers and operations are `(other)`. */
  readonly maxSeries?: number | undefined
}

/** How often decisions with the same labels were made. */
export interface DecisionCount extends DecisionLabels {
  readonly count: number
  /** Of these, how many a candidate policy judged, too ... */
  readonly compared: number
  /** ... and how often it said the opposite. */
  readonly differing: number
}

const SERIES = { least: 1, most: 1_000_000, otherwise: MAX_COUNTED_SERIES }

/** Counts decisions by service, operation, verified caller, outcome and code, in bounded memory. */
export class DecisionCounters {
  readonly #labels: BoundedLabels
  readonly #counts = new Map<string, { -readonly [Name in keyof DecisionCount]: DecisionCount[Name] }>()
  #stop: (() => void) | undefined

  constructor(options: DecisionCountersOptions = {}) {
    const { maxSeries } = checkOptions('DecisionCounters', options, ['maxSeries'])
    this.#labels = new BoundedLabels(checkInteger('DecisionCounters: `maxSeries`', maxSeries, SERIES))
  }

  /** Counts one decision: what `listen` calls, or a log of one's own. */
  count(event: DecisionEvent): void {
    const labels = this.#labels.of(event)
    const key = keyOf(labels)
    const counted = this.#counts.get(key) ?? { ...labels, count: 0, compared: 0, differing: 0 }
    counted.count += 1
    if (event.candidate !== undefined) counted.compared += 1
    if (event.candidate?.differs) counted.differing += 1
    this.#counts.set(key, counted)
  }

  /** Counts the decisions of all services of this process from now on, until `close`. */
  listen(): this {
    this.close()
    this.#stop = hear<DecisionEvent>(DECISION_CHANNEL, event => this.count(event))
    return this
  }

  /** Stops listening. What was counted stays. */
  close(): void {
    this.#stop?.()
    this.#stop = undefined
  }

  /** All counts of this moment. */
  snapshot(): readonly DecisionCount[] {
    return [...this.#counts.values()].map(counted => Object.freeze({ ...counted }))
  }

  /** All counts of this moment in the text format of Prometheus, version 0.0.4. */
  toPrometheus(): string {
    const counts = this.snapshot()
    const compared = counts.filter(count => count.compared > 0)
    return prometheusText([
      metric('countersign_decisions_total', 'Decisions over incoming calls.', counts, 'count'),
      metric(
        'countersign_candidate_compared_total',
        'Of these, judged by a candidate policy, too.',
        compared,
        'compared',
      ),
      metric('countersign_candidate_differing_total', 'Of these, judged the opposite way.', compared, 'differing'),
    ])
  }
}

function metric(
  name: string,
  help: string,
  counts: readonly DecisionCount[],
  member: 'count' | 'compared' | 'differing',
): Metric {
  const samples = counts.map(({ service, operation, caller, outcome, code, [member]: value }) => ({
    labels: { service, operation, caller, outcome, code },
    value,
  }))
  return { name, help, samples }
}
