import { type Attributes, type Span, SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api'
import { systemClock } from '../clock.js'
import type { CallEvent } from '../service/call-event.js'
import type { DecisionEvent } from '../service/decision-event.js'

/** Where an error is none of ours (OpenTelemetry's semantic conventions, `error.type`). */
const OTHER_ERROR = '_OTHER'

/** A span for the verification of an incoming call: a part of whatever span is active, such as the request's. */
export function recordDecision(tracer: Tracer, event: DecisionEvent): void {
  const { outcome, status, code, message, decision, candidate } = event
  const attributes: Attributes = {
    'countersign.service': event.service,
    'countersign.operation': event.operation,
    'countersign.correlation': event.correlation,
    'countersign.outcome': outcome,
    ...present('countersign.caller', event.caller),
    ...present('countersign.transaction', event.transaction),
    ...present('countersign.stack', event.stack && [...event.stack]),
    ...present('countersign.rules', event.rules && [...event.rules]),
    ...present('countersign.initial_token', event.initialToken),
    ...present('countersign.hops', event.hops),
    ...present('countersign.characters', event.characters),
    ...present('countersign.age', event.ageSeconds),
    ...present('countersign.chain_age', event.chainAgeSeconds),
    ...present('countersign.invariant', event.invariant),
    ...present('countersign.hop', event.hop),
    ...present('countersign.reason', message ?? decision?.reason),
    ...present('countersign.candidate.differs', candidate?.differs),
    ...present('http.response.status_code', status),
    ...(outcome === 'refused' && { 'error.type': code ?? OTHER_ERROR }),
  }
  const times = timesOf(event)
  const span = tracer.startSpan('countersign.unwrap', { kind: SpanKind.INTERNAL, attributes, startTime: times.start })
  // As of a server's span: what the caller did wrong is no error of ours.
  end(span, times.end, status !== undefined && status >= 500)
}

/** A span for an outgoing call. */
export function recordCall(tracer: Tracer, event: CallEvent): void {
  const { status, error, method } = event
  const { hostname, port, protocol } = new URL(event.origin)
  const failed = error ?? (status !== undefined && status >= 400 ? String(status) : undefined)
  const attributes: Attributes = {
    'countersign.service': event.service,
    'countersign.audience': event.audience,
    'countersign.operation': event.operation,
    'server.address': hostname,
    'server.port': Number(port) || (protocol === 'https:' ? 443 : 80),
    'url.scheme': protocol.slice(0, -1),
    ...present('http.request.method', method),
    ...present('http.response.status_code', status),
    ...present('error.type', failed),
    ...present('countersign.transaction', event.transaction),
    ...present('countersign.characters', event.characters),
  }
  const times = timesOf(event)
  const span = tracer.startSpan('countersign.fetch', { kind: SpanKind.CLIENT, attributes, startTime: times.start })
  end(span, times.end, failed !== undefined)
}

/** In milliseconds since the epoch: spans are made when all is known, and dated back. */
function timesOf({ microseconds }: CallEvent | DecisionEvent): { readonly start: number; readonly end: number } {
  const end = systemClock() * 1000
  return { start: end - microseconds / 1000, end }
}

function end(span: Span, endTime: number, isError: boolean): void {
  if (isError) span.setStatus({ code: SpanStatusCode.ERROR })
  span.end(endTime)
}

function present(name: string, value: Attributes[string]): Attributes {
  return value === undefined ? {} : { [name]: value }
}
