import { channel } from 'node:diagnostics_channel'
import type { VerifiedCall } from '../chain/verified-call.js'
import { CountersignError, PolicyRejected } from '../errors.js'
import type { Decision } from '../model/decision.js'

/** The diagnostics channel on which every decision over an incoming call is published. */
export const DECISION_CHANNEL = 'countersign:decision'

/** One decision over an incoming call, with everything that the answer outside does not say. Never a token, key or secret. */
export interface DecisionEvent {
  /** Seconds since the epoch. */
  readonly time: number
  /** The receiver. */
  readonly service: string
  /** The operation that it bound to the route. */
  readonly operation: string
  /** Stands in the answer outside, as `instance`. */
  readonly correlation: string
  /** `observed`: the policy rejects, and the service only observes. */
  readonly outcome: 'accepted' | 'observed' | 'refused'
  /** Where refused: the HTTP status of the answer. */
  readonly status?: number
  /** Where refused: the error's code; absent for an error that is none of ours. */
  readonly code?: string
  /** Where refused: the invariant that did not hold. */
  readonly invariant?: number
  /** Where refused: the hop at fault, 0 being the newest. */
  readonly hop?: number
  /** Where refused: the error's message. */
  readonly message?: string
  /** What the policy said, if it was asked. */
  readonly decision?: Decision
  /** Where verified: the chain's `txn`. */
  readonly transaction?: string
  /** Where verified: the services of the call stack, nearest caller first. */
  readonly stack?: readonly string[]
}

/** Takes decision events. What it throws, now or later, changes no decision and is dropped. */
export type DecisionLog = (event: DecisionEvent) => unknown

/** Where and when a decision was made. */
export type Occasion = Pick<DecisionEvent, 'time' | 'service' | 'operation' | 'correlation'>

/** The event of a call that may go on. */
export function acceptedEvent(occasion: Occasion, { decision, transaction, callStack }: VerifiedCall): DecisionEvent {
  return Object.freeze({
    ...occasion,
    outcome: decision.effect === 'accept' ? 'accepted' : 'observed',
    decision,
    transaction,
    stack: Object.freeze(callStack.map(frame => frame.service)),
  })
}

/** The event of a call that was refused. */
export function refusedEvent(occasion: Occasion, error: unknown): DecisionEvent {
  if (!(error instanceof CountersignError)) {
    // A foreign error's message may quote anything.
    const message = `internal error: ${error instanceof Error ? error.name : typeof error}`
    return Object.freeze({ ...occasion, outcome: 'refused', status: 500, message })
  }
  const { status, code, invariant, hop, message } = error
  return Object.freeze({
    ...occasion,
    outcome: 'refused',
    status,
    code,
    ...(invariant !== undefined && { invariant }),
    ...(hop !== undefined && { hop }),
    message,
    ...(error instanceof PolicyRejected && { decision: error.decision, transaction: error.transaction }),
  })
}

const decisions = channel(DECISION_CHANNEL)

/** Publishes an event on the channel and hands it to the log. */
export function report(event: DecisionEvent, log: DecisionLog): void {
  decisions.publish(event)
  try {
    const logged = log(event)
    // Nobody awaits it: unhandled, its failure would end the process.
    if (logged instanceof Promise) logged.catch(() => {})
  } catch {
    // A log that fails changes no decision.
  }
}

// A line stays one line, and reads as it is written.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** The log of a service that was given none: refusals and observed rejections on standard error, a line each. */
export const logToStandardError: DecisionLog = event => {
  if (event.outcome !== 'accepted') process.stderr.write(`countersign: ${describe(event)}\n`)
}

function describe(event: DecisionEvent): string {
  const { service, outcome, operation, code, invariant, hop, message, decision, correlation } = event
  const where = [invariant !== undefined && `invariant ${invariant}`, hop !== undefined && `hop ${hop}`].filter(Boolean)
  const parts = [code, where.length > 0 && `(${where.join(', ')})`, message ?? decision?.reason, `[${correlation}]`]
  return `${service} ${outcome} \`${operation}\`: ${parts.filter(Boolean).join(' ')}`.replace(UNPRINTABLE, ' ')
}
