import {
  HopExpired,
  HopLifetimeInvalid,
  HopNesting,
  HopNotYetValid,
  HopOutsideRegistration,
  PresentationStale,
} from '../errors.js'
import type { Registration } from '../model/registration.js'
import type { UnverifiedHop } from './presentation.js'

// Invariant 10. Every condition is written as what must hold, so that a number that is none refuses.

/** How long hops and presentations may live, in seconds. */
export interface TimeLimits {
  readonly skewSeconds: number
  readonly hopLifetimeSeconds: number
}

/** A hop has a lawful lifetime, has begun and has not ended. */
export function checkHopTime({ header, position: hop }: UnverifiedHop, now: number, limits: TimeLimits): void {
  const { iat, exp } = header
  const { skewSeconds, hopLifetimeSeconds } = limits
  if (!(iat < exp && exp <= iat + hopLifetimeSeconds)) {
    throw new HopLifetimeInvalid(`the hop lives ${exp - iat} s, expected 1 to ${hopLifetimeSeconds}`, { hop })
  }
  if (!(iat <= now + skewSeconds)) throw new HopNotYetValid(`the hop was signed ${iat - now} s in the future`, { hop })
  if (!(exp > now - skewSeconds)) throw new HopExpired(`the hop expired ${now - exp} s ago`, { hop })
}

/** The newest hop was signed just now. */
export function checkFresh(newest: UnverifiedHop, now: number, presentationSeconds: number, skewSeconds: number): void {
  const age = now - newest.header.iat
  if (!(age <= presentationSeconds + skewSeconds)) {
    const message = `the presentation is ${age} s old, expected at most ${presentationSeconds}`
    throw new PresentationStale(message, { hop: newest.position })
  }
}

/** A hop was signed after the one that it wraps, and does not outlive it. */
export function checkNesting(outer: UnverifiedHop, inner: UnverifiedHop, skewSeconds: number): void {
  if (!(inner.header.iat <= outer.header.iat + skewSeconds)) {
    throw new HopNesting('the hop was signed before the one that it wraps', { hop: outer.position })
  }
  if (!(outer.header.exp <= inner.header.exp)) {
    throw new HopNesting('the hop outlives the one that it wraps', { hop: outer.position })
  }
}

/** The origin's hop does not outlive the initial token. */
export function checkInitialNesting(origin: UnverifiedHop, expiresAt: number | undefined): void {
  if (expiresAt !== undefined && !(origin.header.exp <= expiresAt)) {
    throw new HopNesting('the hop outlives the initial token', { hop: origin.position })
  }
}

/** Whether a hop lies inside the time for which its key is registered. */
export function isInsideRegistration(hop: UnverifiedHop, registration: Registration, skewSeconds: number): boolean {
  const { iat, exp } = hop.header
  return registration.notBefore <= iat + skewSeconds && exp <= registration.expiresAt
}

/** A hop lies inside the time for which its key is registered. */
export function checkRegistrationWindow(hop: UnverifiedHop, registration: Registration, skewSeconds: number): void {
  if (!isInsideRegistration(hop, registration, skewSeconds)) {
    throw new HopOutsideRegistration("the hop lies outside its key's registration", { hop: hop.position })
  }
}
