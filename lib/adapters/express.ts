import type { ServerResponse } from 'node:http'
import { acceptances } from '../http/acceptance.js'
import { parseBody } from '../http/body-content.js'
import { type ConfidentialClientOptions, describeConfidentialClient } from '../http/confidential-client.js'
import { checkEdgeService, type Edge, type EdgeService } from '../http/edge.js'
import type { IncomingRequest } from '../http/inbound-body.js'
import { receiveExchange, receiveUserExchange } from '../http/node-exchange.js'
import { describePublicClient, type PublicClientOptions } from '../http/public-client.js'
import { describeRoute, type ReceivingService, type RouteOptions, runHandler } from '../http/route.js'

export { callOf } from '../http/acceptance.js'
export type { ConfidentialClientOptions } from '../http/confidential-client.js'
export type { EdgeService } from '../http/edge.js'
export type { PublicClientOptions } from '../http/public-client.js'
export type { ReceivingService, RouteOptions } from '../http/route.js'
export type { TokenSource } from '../http/token-source.js'

/** The members of express's request that we touch. */
export type ExpressRequest = IncomingRequest & {
  readonly originalUrl: string
  body?: unknown
  _body?: unknown
  /** At an edge: whom the request brings. */
  user?: unknown
}

/** A middleware of express 4 or 5. */
export type ExpressMiddleware = (
  request: ExpressRequest,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void

/**
 * Protects a route: only calls of this operation whose chain holds and that the policy accepts reach the handlers behind it,
 * in whose context `service.fetch` continues the call. Keeps the raw body in `req.rawBody` and sets `req.body`; a body that is
 * not what its content type says goes to express as ERR_BODY_MALFORMED. Listeners on the request and the response
 * themselves run outside the context: bind them with `AsyncResource.bind`. Throws ERR_OPTION.
 */
export function countersign(service: ReceivingService, operation: string, options?: RouteOptions): ExpressMiddleware {
  const route = describeRoute(service, operation, options)
  return (request, response, next) => {
    // Of a stream that nobody read, `req.body` says nothing: what the handler sees is what was bound.
    const parsed = request.readableDidRead ? request.body : undefined
    receiveExchange(route, request, response, request.originalUrl)
      .then(reception => {
        if (reception === undefined) return
        acceptances.set(request, { route, call: reception.call })
        runHandler(route, reception.call, () => {
          const error = route.body === 'buffer' ? setBody(request, reception.body, parsed) : undefined
          next(error)
        })
      })
      .catch(next)
  }
}

/**
 * Lets in users whose own application calls with a bearer token (RFC 6750). The handlers behind it run in the context of a chain
 * that begins with claims of that token, or with another one, never with itself: `service.fetch` continues it. Sets `req.user` to the
 * `{ kind, claims }` of the user. Mount it behind CORS, whose preflights have no token. Throws ERR_OPTION.
 */
export function publicClient(service: EdgeService, options: PublicClientOptions): ExpressMiddleware {
  return letIn(service, describePublicClient(options))
}

/**
 * Lets in users for whom this application keeps a session. The handlers behind it run in the context of a chain that begins with the
 * token in the session, and `req.user` has its `{ kind, claims }`. Throws ERR_OPTION.
 */
export function confidentialClient<R extends ExpressRequest>(
  service: EdgeService,
  options: ConfidentialClientOptions<R>,
): (request: R, response: ServerResponse, next: (error?: unknown) => void) => void {
  return letIn(service, describeConfidentialClient(options))
}

function letIn<R extends ExpressRequest>(service: EdgeService, edge: Edge<R>) {
  checkEdgeService(service)
  return (request: R, response: ServerResponse, next: (error?: unknown) => void) => {
    receiveUserExchange(edge, service, request, response)
      .then(welcome =>
        welcome?.arrival.run(() => {
          request.user = welcome.arrival.user
          next()
        }),
      )
      .catch(next)
  }
}

/** Sets `req.body`, and says what is wrong with it. Parsers behind us see that it was read. */
function setBody(request: ExpressRequest, bytes: Uint8Array, parsed: unknown): unknown {
  try {
    request.body = parsed ?? parseBody(bytes, request.headers)
    request._body = true
    return undefined
  } catch (error) {
    return error
  }
}
