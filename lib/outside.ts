import { AsyncResource } from 'node:async_hooks'

// Made while the module is loaded: in the context of no request, unless a request is what loads it.
const outside = new AsyncResource('countersign')

/**
 * Runs a function that begins what belongs to no request. Begun inside one, a timer or a thread would hold on to that request's contexts for
 * as long as it lives; what it calls must not be made where something of a request is at hand, for the same reason.
 */
export function runOutside<T>(begin: () => T): T {
  return outside.runInAsyncScope(begin)
}

/** An interval that belongs to no request, and keeps no process running. */
export function startIdleInterval(look: () => void, milliseconds: number): NodeJS.Timeout {
  return runOutside(() => setInterval(look, milliseconds).unref())
}
