import { AsyncResource } from 'node:async_hooks'

// Made while the module is loaded: in the context of no request.
const outside = new AsyncResource('countersign')

/**
 * An interval that belongs to no request, and keeps no process running. Begun inside one, it would hold on to that request's contexts for
 * as long as it runs; what it calls must not be made where something of a request is at hand, for the same reason.
 */
export function startIdleInterval(look: () => void, milliseconds: number): NodeJS.Timeout {
  return outside.runInAsyncScope(() => setInterval(look, milliseconds).unref())
}
