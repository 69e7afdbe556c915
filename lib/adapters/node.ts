import type { ServerResponse } from 'node:http'
import { OptionError } from '../errors.js'
import type { IncomingRequest } from '../http/inbound-body.js'
import { answer, receiveExchange } from '../http/node-exchange.js'
import { toProblem } from '../http/problem.js'
import type { Reception } from '../http/receiver.js'
import { describeRoute, type ReceivingService, type RouteOptions } from '../http/route.js'
import { warnOf } from '../http/warning.js'

export type { IncomingRequest } from '../http/inbound-body.js'
export type { Reception } from '../http/receiver.js'
export type { ReceivingService, RouteOptions } from '../http/route.js'

/** Handles a request of node:http whose call was accepted. */
export type CallHandler = (request: IncomingRequest, response: ServerResponse, reception: Reception) => unknown

/**
 * Protects a handler of node:http: it runs only for calls of this operation whose chain holds and that the policy
 * accepts, with the verified call and the raw body, and in its context `service.fetch` continues the call. What it throws is
 * answered with 500 and emitted as a warning. Listeners on the request and the response themselves run outside the
 * context: bind them with `AsyncResource.bind`. Throws ERR_OPTION.
 */
export function countersign(
  service: ReceivingService,
  operation: string,
  handler: CallHandler,
  options?: RouteOptions,
): (request: IncomingRequest, response: ServerResponse) => Promise<void> {
  const route = describeRoute(service, operation, options)
  if (typeof handler !== 'function') throw new OptionError('countersign: expected a handler')
  return async (request, response) => {
    const reception = await receiveExchange(route, request, response, request.url ?? '')
    if (reception === undefined) return
    try {
      await service.runInCall(reception.call, () => handler(request, response, reception))
    } catch (error) {
      warnOf(`the handler of \`${operation}\` failed [${reception.correlation}]`, error)
      answer(response, toProblem(500, reception.correlation))
    }
  }
}
