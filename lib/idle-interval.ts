import { AsyncLocalStorage } from 'node:async_hooks'

const outside = AsyncLocalStorage.snapshot()

/**
 * An interval that belongs to no request, and keeps no process running. Begun inside one, it would hold on to that request's contexts for
 * as long as it runs; what it calls must not be made where something of a request is at hand, for the same reason.
 */
export function startIdleInterval(look: () => void, milliseconds: number): NodeJS.Timeout {
  return outside(() => setInterval(look, milliseconds).unref())
}
