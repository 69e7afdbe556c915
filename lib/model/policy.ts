import type { Decision } from './decision.js'
import type { JsonObject } from './json.js'

/** What a policy sees of one frame: the caller's own claims and, from the hop's header, `iss aud op jti iat exp`. */
export interface PolicyFrame {
  readonly service: string
  readonly operation: string
  readonly claims?: JsonObject
}

/** What a policy judges: plain data, so that it can be tested without keys. */
export interface PolicyInput {
  /** Nearest caller first. */
  readonly callStack: readonly PolicyFrame[]
  readonly initialToken?: { readonly claims: JsonObject } | undefined
  /** When the call is judged, in seconds since the epoch. Without it nothing is of a known age. */
  readonly now?: number | undefined
}

/** Decides over calls. Pure: the same input gives the same decision, and nothing throws. */
export interface Policy {
  evaluate(input: PolicyInput): Decision
}
