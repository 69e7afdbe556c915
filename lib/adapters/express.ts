import type { ServerResponse } from 'node:http'
import { parseBody } from '../http/body-content.js'
import type { IncomingRequest } from '../http/inbound-body.js'
import { receiveExchange } from '../http/node-exchange.js'
import { describeRoute, type ReceivingService, type RouteOptions } from '../http/route.js'

export type { ReceivingService, RouteOptions } from '../http/route.js'

/** The members of express's request that we touch. */
export type ExpressRequest = IncomingRequest & { readonly originalUrl: string; body?: unknown; _body?: unknown }

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
        service.runInCall(reception.call, () => {
          const error = route.body === 'buffer' ? setBody(request, reception.body, parsed) : undefined
          next(error)
        })
      })
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
