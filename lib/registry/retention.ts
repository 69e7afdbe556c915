import { systemClock } from '../clock.js'
import { MAX_REGISTRATION_SECONDS } from '../limits/keys.js'
import { REGISTRATION_KEPT_SECONDS } from '../limits/registries.js'

/**
 * For how many seconds from now an engine keeps a registration: a while longer than it lives, whatever it says about that, since chains
 * are in flight and clocks differ.
 */
export function secondsToKeep(expiresAt: number): number {
  const secondsLeft = Math.min(Math.max(0, Math.ceil(expiresAt - systemClock())), MAX_REGISTRATION_SECONDS)
  return secondsLeft + REGISTRATION_KEPT_SECONDS
}
