import type { ServerResponse } from 'node:http'
import { OptionError } from '../errors.js'
import { type ConfidentialClientOptions, describeConfidentialClient } from '../http/confidential-client.js'
import { checkEdgeService, type Edge, type EdgeService } from '../http/edge.js'
import type { IncomingRequest } from '../http/inbound-body.js'
import { answer, receiveExchange, receiveUserExchange } from '../http/node-exchange.js'
import { toProblem } from '../http/problem.js'
import { describePublicClient, type PublicClientOptions } from '../http/public-client.js'
import type { Reception } from '../http/receiver.js'
import { describeRoute, type ReceivingService, type RouteOptions, runHandler } from '../http/route.js'
import { warnOf } from '../http/warning.js'
import type { InitialToken } from '../model/frame.js'

export type { ConfidentialClientOptions } from '../http/confidential-client.js'
export type { EdgeService } from '../http/edge.js'
export type { IncomingRequest } from '../http/inbound-body.js'
export type { PublicClientOptions } from '../http/public-client.js'
export type { Reception } from '../http/receiver.js'
export type { ReceivingService, RouteOptions } from '../http/route.js'
export type { TokenSource } from '../http/token-source.js'

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
      const outcome = runHandler(route, reception.call, () => handler(request, response, reception))
      // Not for nothing: even that costs two promises.
      if (outcome !== undefined) await outcome
    } catch (error) {
      warnOf(`the handler of \`${operation}\` failed [${reception.correlation}]`, error)
      answer(response, toProblem(500, reception.correlation))
    }
  }
}

/** Handles a request of a user who was let in. */
export type UserHandler = (
  request: IncomingRequest,
  response: ServerResponse,
  visit: { readonly user: InitialToken; readonly correlation: string },
) => unknown

/**
 * Lets in users whose own application calls with a bearer token (RFC 6750). The handler runs in the context of a chain that begins
 * with claims of that token, or with another one, never with itself: `service.fetch` continues it. What it throws is answered with
 * 500 and emitted as a warning. Throws ERR_OPTION.
 */
export function publicClient(
  service: EdgeService,
  options: PublicClientOptions,
  handler: UserHandler,
): (request: IncomingRequest, response: ServerResponse) => Promise<void> {
  return letIn(service, describePublicClient(options), handler)
}

/** The same for users for whom this application keeps a session: the chain begins with the token in it. Throws ERR_OPTION. */
export function confidentialClient(
  service: EdgeService,
  options: ConfidentialClientOptions<IncomingRequest>,
  handler: UserHandler,
): (request: IncomingRequest, response: ServerResponse) => Promise<void> {
  return letIn(service, describeConfidentialClient(options), handler)
}

function letIn(service: EdgeService, edge: Edge<IncomingRequest>, handler: UserHandler) {
  checkEdgeService(service)
  if (typeof handler !== 'function') throw new OptionError('expected a handler')
  return async (request: IncomingRequest, response: ServerResponse) => {
    const welcome = await receiveUserExchange(edge, service, request, response)
    if (welcome === undefined) return
    const { arrival, correlation } = welcome
    try {
      await arrival.run(() => handler(request, response, { user: arrival.user, correlation }))
    } catch (error) {
      warnOf(`the handler of an edge failed [${correlation}]`, error)
      answer(response, toProblem(500, correlation))
    }
  }
}
