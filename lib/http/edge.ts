import { OptionError } from '../errors.js'
import type { GivenInitialToken } from '../initial-token/initial-tokens.js'
import type { InitialToken } from '../model/frame.js'
import type { JsonObject } from '../model/json.js'

/** The part of a request that an edge looks at. */
export interface EdgeRequest {
  /** Names and values in turn, a pair for each field line, as `rawHeaders` of node:http has them. */
  readonly rawHeaders: readonly string[]
}

/** Whom a request brings, and what a chain for him begins with. */
export interface Admission {
  readonly source: { readonly initialToken: GivenInitialToken } | { readonly userClaims: JsonObject }
  /** What the request was authorized with: nothing that is begun for it passes that on. */
  readonly credentials: readonly string[]
  /** The user, where he was authenticated before the chain begins. */
  readonly user?: InitialToken | undefined
}

/** A request whose chain has begun. */
export interface Arrival {
  readonly user: InitialToken
  /** Runs the handler in the context of the beginning. */
  run<T>(fn: () => T): T
}

/** How a service lets users in: who a request brings, at an instant. */
export interface Edge<R extends EdgeRequest = EdgeRequest> {
  admit(request: R, now: number): Promise<Admission>
  /** What a 401 asks for (RFC 9110, section 11.6.1): the scheme of this edge. */
  readonly scheme: 'Bearer' | 'Session'
}

/** What an edge needs of a service. */
export interface EdgeService {
  readonly name: string
  arrive(admit: (now: number) => Promise<Admission>): Promise<Arrival>
}

/** Refuses what is no service (ERR_OPTION). */
export function checkEdgeService(service: EdgeService): void {
  if (typeof service?.arrive !== 'function') throw new OptionError('expected a service that lets users in')
}
