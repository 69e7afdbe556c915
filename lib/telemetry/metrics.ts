import type { Attributes, Meter } from '@opentelemetry/api'
import type { CallEvent } from '../service/call-event.js'
import type { DecisionEvent } from '../service/decision-event.js'
import type { RegistryEvent } from '../service/registry-event.js'
import { BoundedLabels } from './decision-labels.js'

// From a chain that is remembered to a registry that hangs.
const SECONDS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const HOPS = [1, 2, 3, 4, 6, 8, 12, 16]
const CHARACTERS = [500, 1000, 1500, 2000, 3000, 4000, 5000, 6000, 7000, 8000]

/** The instruments of docs/observability.md. */
export class TelemetryMetrics {
  readonly #labels = new BoundedLabels()
  readonly #decisions
  readonly #duration
  readonly #hops
  readonly #characters
  readonly #candidate
  readonly #calls
  readonly #registry

  constructor(meter: Meter) {
    this.#decisions = meter.createCounter('countersign.decisions', { unit: '{decision}' })
    this.#duration = histogram(meter, 'countersign.decision.duration', 's', SECONDS)
    this.#hops = histogram(meter, 'countersign.presentation.hops', '{hop}', HOPS)
    this.#characters = histogram(meter, 'countersign.presentation.characters', '{character}', CHARACTERS)
    this.#candidate = meter.createCounter('countersign.candidate.decisions', { unit: '{decision}' })
    this.#calls = histogram(meter, 'countersign.call.duration', 's', SECONDS)
    this.#registry = meter.createCounter('countersign.registry.events', { unit: '{event}' })
  }

  decision(event: DecisionEvent): void {
    const { service, operation, caller, outcome, code } = this.#labels.of(event)
    const place = { 'countersign.service': service, 'countersign.operation': operation }
    const labels = { ...place, 'countersign.outcome': outcome }
    this.#decisions.add(1, { ...labels, 'countersign.caller': caller, ...(code !== '' && { 'error.type': code }) })
    this.#duration.record(event.microseconds / 1e6, labels)
    if (event.hops !== undefined) this.#hops.record(event.hops, labels)
    if (event.characters !== undefined) this.#characters.record(event.characters, labels)
    if (event.candidate === undefined) return
    const { effect, differs } = event.candidate
    this.#candidate.add(1, {
      ...place,
      'countersign.candidate.effect': effect,
      'countersign.candidate.differs': differs,
    })
  }

  call({ service, audience, operation, status, error, microseconds }: CallEvent): void {
    const labels: Attributes = {
      'countersign.service': service,
      'countersign.audience': audience,
      'countersign.operation': operation,
      ...(status !== undefined && { 'http.response.status_code': status }),
      ...(error !== undefined && { 'error.type': error }),
    }
    this.#calls.record(microseconds / 1e6, labels)
  }

  registry({ service, kind, code }: RegistryEvent): void {
    const labels = { 'countersign.service': service, 'countersign.registry.event': kind }
    this.#registry.add(1, { ...labels, ...(code !== undefined && { 'error.type': code }) })
  }
}

function histogram(meter: Meter, name: string, unit: string, boundaries: number[]) {
  return meter.createHistogram(name, { unit, advice: { explicitBucketBoundaries: boundaries } })
}
