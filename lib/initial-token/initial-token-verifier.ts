import type { InitialToken } from '../model/frame.js'
import type { JsonObject } from '../model/json.js'

/** An initial token after all checks of its kind. Its claims are null-prototype objects, frozen at every depth. */
export interface VerifiedInitialToken extends InitialToken {
  /** When it ends, in seconds since the epoch; absent where it does not say. No hop outlives it. */
  readonly expiresAt?: number
}

/**
 * Verifies the initial tokens of one authorization server. `jwt`: tokens that say who issued them. `token`: opaque ones,
 * which only their issuer can tell apart.
 */
export interface InitialTokenVerifier {
  /** The kind of everything that it verifies; the wire says it, never the token's looks. */
  readonly kind: 'jwt' | 'token'
  /** The authorization server: a JWT's `iss`, compared byte for byte. */
  readonly issuer: string
  /**
   * Verifies a token, `now` being seconds since the epoch. Refuses with ERR_INITIAL_TOKEN_INVALID or
   * ERR_INITIAL_TOKEN_EXPIRED, and with ERR_ISSUER_UNAVAILABLE what cannot be verified now.
   */
  verify(token: string, now: number): Promise<VerifiedInitialToken>
  /** Whether a verified token was issued to the edge that begins a chain with it; any edge may if this is absent. */
  readonly isIssuedTo?: ((claims: JsonObject, origin: string) => boolean) | undefined
}
