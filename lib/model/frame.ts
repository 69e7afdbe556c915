import type { JsonObject } from './json.js'

/** One verified hop. A call stack is a list of frames, nearest caller first. */
export interface Frame {
  /** Name of the service that signed the hop. */
  readonly service: string
  /** RFC 7638 thumbprint of the key that it signed with. */
  readonly kid: string
  /** Name of the service that it called. */
  readonly audience: string
  /** What it asked for. */
  readonly operation: string
  /** The hop's `jti`. */
  readonly id: string
  /** Seconds since the epoch. */
  readonly issuedAt: number
  /** Seconds since the epoch. */
  readonly expiresAt: number
  /** The caller's own claims; a null-prototype object, frozen. */
  readonly claims: JsonObject
}

/** What a chain began with: a user, as an authorization server or an edge vouches for. */
export interface InitialToken {
  /** `jwt` and `token` come from an authorization server; `user` is what the origin asserts. */
  readonly kind: 'jwt' | 'token' | 'user'
  /** A null-prototype object, frozen. */
  readonly claims: JsonObject
}
