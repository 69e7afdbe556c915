import { type MeterProvider, metrics, type TracerProvider, trace } from '@opentelemetry/api'
import { OptionError } from '../errors.js'
import { checkOptions } from '../options.js'
import { CALL_CHANNEL, type CallEvent } from '../service/call-event.js'
import { DECISION_CHANNEL, type DecisionEvent } from '../service/decision-event.js'
import { REGISTRY_CHANNEL, type RegistryEvent } from '../service/registry-event.js'
import { hear } from './listening.js'
import { TelemetryMetrics } from './metrics.js'
import { recordCall, recordDecision } from './spans.js'

/** Where metrics and spans go: to the globally registered providers if absent. */
export interface TelemetryOptions {
  readonly meterProvider?: MeterProvider | undefined
  readonly tracerProvider?: TracerProvider | undefined
}

/** Telemetry that is running. */
export interface Telemetry {
  /** Ends it. What was recorded stays. */
  stop(): void
}

const NAME = 'countersign'

/**
 * Turns what all services of this process tell into OpenTelemetry metrics and spans (docs/observability.md), until stopped. Call
 * it when the SDK is set up: without one it records nothing. Throws ERR_OPTION.
 */
export function startTelemetry(options: TelemetryOptions = {}): Telemetry {
  checkOptions('startTelemetry', options, ['meterProvider', 'tracerProvider'])
  const { meterProvider = metrics.getMeterProvider(), tracerProvider = trace.getTracerProvider() } = options
  if (typeof meterProvider?.getMeter !== 'function') throw new OptionError('`meterProvider` must have a `getMeter`')
  if (typeof tracerProvider?.getTracer !== 'function') throw new OptionError('`tracerProvider` must have a `getTracer`')
  const recorded = new TelemetryMetrics(meterProvider.getMeter(NAME))
  const tracer = tracerProvider.getTracer(NAME)
  const stops = [
    hear<DecisionEvent>(DECISION_CHANNEL, event => {
      recorded.decision(event)
      recordDecision(tracer, event)
    }),
    hear<CallEvent>(CALL_CHANNEL, event => {
      recorded.call(event)
      recordCall(tracer, event)
    }),
    hear<RegistryEvent>(REGISTRY_CHANNEL, event => recorded.registry(event)),
  ]
  return {
    stop() {
      for (const stop of stops) stop()
    },
  }
}
