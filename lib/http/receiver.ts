import { randomUUID } from 'node:crypto'
import type { BoundRequest } from '../chain/request-binding.js'
import type { VerifiedCall } from '../chain/verified-call.js'
import { CountersignError, OptionError } from '../errors.js'
import { readPresentation } from './presentation-header.js'
import { type Problem, toProblem } from './problem.js'
import type { Route } from './route.js'
import { warnOf } from './warning.js'

/** A request, as any framework can show it. */
export interface InboundRequest {
  /** As sent. */
  readonly method: string
  /** Raw path and query as on the request line, before any router rewrote it. */
  readonly target: string
  /** Names and values in turn, a pair for each field line, as `rawHeaders` of node:http has them. */
  readonly rawHeaders: readonly string[]
  /** Reads the body: after transfer coding, before content decoding. Called once at most, and never for a stranger. */
  readonly readBody: (maxBytes: number) => Promise<Uint8Array>
}

/** A request that may go on to its handler. */
export interface Reception {
  readonly call: VerifiedCall
  /** The raw bytes of the body that the call was bound to; empty where the route streams. */
  readonly body: Uint8Array
  /** Stands in the log beside this request's decision. */
  readonly correlation: string
}

/**
 * Receives one request: reads its presentation, unwraps it for the route's operation and binds its body. What may not go on is
 * refused, and undefined returned: what is wrong stands in the log, and the problem says no more than its status.
 */
export function receive(
  route: Route,
  request: InboundRequest,
  refuse: (problem: Problem) => void,
): Promise<Reception | undefined> {
  const { service, operation, binding } = route
  const correlation = randomUUID()
  let body: Uint8Array | undefined
  const readRequest = (): Promise<BoundRequest> => {
    const { method, target } = request
    if (route.body === 'stream') return Promise.resolve({ method, target, streamed: true })
    return request.readBody(service.bodyBytes).then(bytes => {
      body = bytes
      return { method, target, body }
    })
  }
  const accept = (call: VerifiedCall) => ({ call, body: body ?? new Uint8Array(), correlation })
  const fail = (error: unknown) => {
    // A programmer's mistake that only a call brings to light. Of other errors the log tells: they may quote anything.
    if (error instanceof OptionError) warnOf(`\`${operation}\` cannot be received [${correlation}]`, error)
    refuse(toProblem(error instanceof CountersignError ? error.status : 500, correlation))
    return undefined
  }
  const expected = { operation, request: readRequest, binding }
  try {
    // Not awaited: that would take one more promise in every request.
    return service.receive(() => readPresentation(request.rawHeaders), expected, correlation).then(accept, fail)
  } catch (error) {
    return Promise.resolve(fail(error))
  }
}
