import type { ServerResponse } from 'node:http'
import { REFUSED_UPLOAD_SECONDS } from '../limits/requests.js'
import type { Edge, EdgeRequest, EdgeService } from './edge.js'
import { receiveUser, type Welcome } from './edge-receiver.js'
import { type IncomingRequest, readRawBody } from './inbound-body.js'
import type { Problem } from './problem.js'
import { type Reception, receive } from './receiver.js'
import type { Route } from './route.js'

/**
 * Receives one request of node:http, or of a framework around it, or answers with a problem and returns undefined. `target` is
 * the raw path and query, before any router rewrote it.
 */
export function receiveExchange(
  route: Route,
  request: IncomingRequest,
  response: ServerResponse,
  target: string,
): Promise<Reception | undefined> {
  const { method = '', rawHeaders } = request
  const readBody = (maxBytes: number) => readRawBody(request, maxBytes)
  return receive(route, { method, target, rawHeaders, readBody }, problem => answer(response, problem))
}

/** Receives one request of a user, or answers with a problem and returns undefined. */
export async function receiveUserExchange<R extends EdgeRequest>(
  edge: Edge<R>,
  service: EdgeService,
  request: R,
  response: ServerResponse,
): Promise<Welcome | undefined> {
  const outcome = await receiveUser(edge, service, request)
  if (!('problem' in outcome)) return outcome
  answer(response, outcome.problem)
  return undefined
}

/** Answers with a problem. An answer that is on its way is cut off, so that nobody takes it for whole; one that is out stays. */
export function answer(response: ServerResponse, problem: Problem): void {
  if (response.writableEnded || response.destroyed) return
  if (response.headersSent) {
    response.destroy()
    return
  }
  response.writeHead(problem.status, problem.headers).end(problem.body)
  endUpload(response.req)
}

/** Ends a request whose body has not come whole: node:http throws away the rest, for minutes if the client likes. */
export function endUpload(request: IncomingRequest): void {
  if (request.complete) return
  const timer = setTimeout(() => request.destroy(), REFUSED_UPLOAD_SECONDS * 1000)
  timer.unref()
  request.once('close', () => clearTimeout(timer))
}
