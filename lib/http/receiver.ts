import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import type { BoundRequest, RequiredBinding } from '../chain/request-binding.js'
import type { Expectation } from '../chain/unwrap.js'
import type { VerifiedCall } from '../chain/verified-call.js'
import { CountersignError } from '../errors.js'
import { type IncomingRequest, readRawBody } from './inbound-body.js'
import { readPresentation } from './presentation-header.js'
import { toProblem } from './problem.js'

/** What a receiver needs of a service. */
export interface ReceivingService {
  receive(read: () => unknown, expected: Expectation, correlation: string): Promise<VerifiedCall>
  runInCall<T>(call: VerifiedCall, fn: () => T): T
  readonly bodyBytes: number
}

/** How a route receives calls. */
export interface RouteOptions {
  /** What a hop must be bound to; `target` (method and target, or the whole request) if absent. */
  readonly binding?: RequiredBinding | undefined
  /** `buffer` (if absent) reads the body before the handler runs; `stream` leaves it to the handler, unbound: `tgt` only. */
  readonly body?: 'buffer' | 'stream' | undefined
}

/** A request that may go on to its handler. */
export interface Reception {
  readonly call: VerifiedCall
  /** The raw bytes of the body; empty where the route streams. */
  readonly body: Uint8Array
  /** Stands in the log beside this request's decision. */
  readonly correlation: string
}

/**
 * Receives one request of node:http: reads its presentation, unwraps it for this operation and binds its body, or answers
 * with a problem and returns undefined. `target` is the raw path and query, before any router rewrote it.
 */
export async function receive(
  service: ReceivingService,
  operation: string,
  request: IncomingRequest,
  response: ServerResponse,
  target: string,
  { binding = 'target', body = 'buffer' }: RouteOptions,
): Promise<Reception | undefined> {
  const correlation = randomUUID()
  const method = request.method ?? ''
  const readBody = async (): Promise<BoundRequest> =>
    body === 'stream'
      ? { method, target, streamed: true }
      : { method, target, body: await readRawBody(request, service.bodyBytes) }
  try {
    const expected = { operation, request: readBody, binding }
    const call = await service.receive(() => readPresentation(request.rawHeaders), expected, correlation)
    return { call, body: request.rawBody instanceof Uint8Array ? request.rawBody : new Uint8Array(), correlation }
  } catch (error) {
    answer(response, error instanceof CountersignError ? error.status : 500, correlation)
    return undefined
  }
}

/** Answers with a problem, unless an answer is already on its way. */
export function answer(response: ServerResponse, status: number, correlation: string): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  const problem = toProblem(status, correlation)
  response.writeHead(problem.status, problem.headers).end(problem.body)
}
