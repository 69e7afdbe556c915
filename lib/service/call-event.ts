import { channel } from 'node:diagnostics_channel'
import type { VerifiedCall } from '../chain/verified-call.js'
import type { OutboundHop, Wrapped } from '../chain/wrap.js'
import { CountersignError } from '../errors.js'
import type { FetchResponse } from '../http/client.js'
import { foreignErrorName } from './foreign-error.js'

/** The diagnostics channel on which every outgoing call is published that `fetch` made, or could not make. */
export const CALL_CHANNEL = 'countersign:call'

/** One outgoing call, as its caller saw it. Never a token, key or secret, nor a path: it may hold what concerns nobody. */
export interface CallEvent {
  /** Seconds since the epoch. */
  readonly time: number
  /** The caller. */
  readonly service: string
  /** The service called. */
  readonly audience: string
  /** What was asked of it. */
  readonly operation: string
  /** Scheme, host and port of the URL. */
  readonly origin: string
  /** From the call of `fetch` to the answer's status line, or to the failure. */
  readonly microseconds: number
  /** Of the request, once it was prepared. */
  readonly method?: string
  /** Of the presentation, once it was made. */
  readonly characters?: number
  /** The chain's `txn`, once the presentation was made. */
  readonly transaction?: string
  /** Of the answer. */
  readonly status?: number
  /** Where there is no answer: the code of our error, or the fetch's own code or name for it. */
  readonly error?: string
}

/** What is known of a call before it is made. */
export interface PlannedCall {
  readonly service: string
  readonly hop: OutboundHop
  readonly destination: URL
  readonly now: () => number
}

type LateMembers = Pick<CallEvent, 'method' | 'characters' | 'transaction'>

/** What becomes known while it is made. */
export type CallFacts = { -readonly [Name in keyof LateMembers]: LateMembers[Name] }

const calls = channel(CALL_CHANNEL)

/** Makes a call, and tells of it. Where nobody listens this costs nothing. */
export async function tellCall(
  planned: PlannedCall,
  make: (facts: CallFacts) => Promise<FetchResponse>,
): Promise<FetchResponse> {
  const facts: CallFacts = {}
  if (!calls.hasSubscribers) return await make(facts)
  const { service, hop, destination, now } = planned
  const { audience, operation } = hop
  const occasion = { time: now(), service, audience, operation, origin: destination.origin }
  const startedAt = performance.now()
  const publish = (end: Pick<CallEvent, 'status' | 'error'>) => {
    const microseconds = Math.round((performance.now() - startedAt) * 1000)
    calls.publish(Object.freeze({ ...occasion, microseconds, ...facts, ...end } satisfies CallEvent))
  }
  try {
    const response = await make(facts)
    publish({ status: response.status })
    return response
  } catch (error) {
    publish({ error: error instanceof CountersignError ? error.code : foreignErrorName(error) })
    throw error
  }
}

/** The transaction of what a hop wraps: its own, or that of the call that it continues. */
export function transactionOf(wrapped: Wrapped, parent: VerifiedCall | undefined): Pick<CallEvent, 'transaction'> {
  const transaction = 'transaction' in wrapped ? wrapped.transaction : parent?.transaction
  return transaction === undefined ? {} : { transaction }
}
