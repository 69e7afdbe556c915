import type { ServerResponse } from 'node:http'
import type { IncomingRequest } from '../http/inbound-body.js'
import { answer, type ReceivingService, type Reception, type RouteOptions, receive } from '../http/receiver.js'

/** Handles a request of node:http whose call was accepted. */
export type CallHandler = (request: IncomingRequest, response: ServerResponse, reception: Reception) => unknown

/**
 * Protects a handler of node:http: it runs only for calls of this operation whose chain holds and that the policy
 * accepts, with the verified call and the raw body, and in its context `service.fetch` continues the call.
 */
export function countersign(
  service: ReceivingService,
  operation: string,
  handler: CallHandler,
  options: RouteOptions = {},
): (request: IncomingRequest, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    const reception = await receive(service, operation, request, response, request.url ?? '', options)
    if (reception === undefined) return
    try {
      await service.runInCall(reception.call, () => handler(request, response, reception))
    } catch (error) {
      // Nobody awaits a listener of node:http: unhandled, one failing request would end the process.
      process.emitWarning(error instanceof Error ? error : String(error))
      answer(response, 500, reception.correlation)
    }
  }
}
