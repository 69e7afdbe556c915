import type { ServerResponse } from 'node:http'
import { parseBody } from '../http/body-content.js'
import type { IncomingRequest } from '../http/inbound-body.js'
import { type ReceivingService, type RouteOptions, receive } from '../http/receiver.js'

/** The members of express's request that we touch. */
export type ExpressRequest = IncomingRequest & { readonly originalUrl: string; body?: unknown }

/** A middleware of express 4 or 5. */
export type ExpressMiddleware = (
  request: ExpressRequest,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void

/**
 * Protects a route: only calls of this operation whose chain holds and that the policy accepts reach the handlers behind it,
 * in whose context `service.fetch` continues the call. Keeps the raw body in `req.rawBody` and sets `req.body`.
 */
export function countersign(
  service: ReceivingService,
  operation: string,
  options: RouteOptions = {},
): ExpressMiddleware {
  return (request, response, next) => {
    receive(service, operation, request, response, request.originalUrl, options)
      .then(reception => {
        if (reception === undefined) return
        if (request.body === undefined) request.body = parseBody(reception.body, request.headers)
        service.runInCall(reception.call, next)
      })
      .catch(next)
  }
}
