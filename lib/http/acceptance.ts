import type { VerifiedCall } from '../chain/verified-call.js'
import type { Route } from './route.js'

/** That a route let a request in. */
export interface Acceptance {
  readonly route: Route
  readonly call: VerifiedCall
}

/** By the request as its framework hands it to everybody. */
export const acceptances = new WeakMap<object, Acceptance>()

/** The verified call of a request, behind `countersign`; undefined elsewhere. */
export function callOf(request: object): VerifiedCall | undefined {
  return acceptances.get(request)?.call
}
