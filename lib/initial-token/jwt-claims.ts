import { InitialTokenInvalid } from '../errors.js'
import { SKEW_SECONDS } from '../limits/chains.js'
import type { JsonObject, JsonValue } from '../model/json.js'
import type { JwtRules } from './jwt-issuer-options.js'
import { readExpiry, readTime } from './numeric-date.js'

// OpenID Connect Core 1.0, sections 2, 3.1.3.6 and 3.3.2.11; `s_hash` is of FAPI 1.0, part 2.
const ID_TOKEN_MEMBERS = ['nonce', 'at_hash', 'c_hash', 's_hash']
// What Keycloak writes into the payload of its other tokens.
const OTHER_TOKENS = new Set<JsonValue | undefined>(['Refresh', 'Offline', 'Logout'])

/** What a JWT says, after all checks of its claims. */
export interface JwtContent {
  readonly claims: JsonObject
  readonly expiresAt: number
}

/**
 * Checks the claims of a JWT (RFC 7519, section 4.1; RFC 8725, sections 3.8, 3.9 and 3.12) and reads when it ends. Refuses with
 * ERR_INITIAL_TOKEN_INVALID and ERR_INITIAL_TOKEN_EXPIRED.
 */
export function checkJwtClaims(claims: JsonObject, rules: JwtRules, now: number): number {
  checkAddress(claims, rules)
  checkPurpose(claims, rules.idTokens)
  readTime(claims, 'iat')
  const notBefore = readTime(claims, 'nbf')
  if (notBefore !== undefined && !(notBefore <= now + SKEW_SECONDS)) {
    throw new InitialTokenInvalid('the initial token is not valid yet')
  }
  const expiresAt = readExpiry(claims, now)
  if (expiresAt === undefined) throw new InitialTokenInvalid('the initial token has no `exp`')
  return expiresAt
}

/** Who issued a JWT, and for whom. */
export function checkAddress(claims: JsonObject, { issuer, audiences }: JwtRules): void {
  if (claims.iss !== issuer) throw new InitialTokenInvalid('the initial token is of another issuer')
  if (!isFor(claims.aud, audiences)) throw new InitialTokenInvalid('the initial token is for another audience')
}

/** Whether an `aud`, one name or a list of names, has one of these. */
export function isFor(aud: JsonValue | undefined, audiences: readonly string[]): boolean {
  const named = Array.isArray(aud) ? aud : [aud]
  return named.every(name => typeof name === 'string') && named.some(name => audiences.includes(name))
}

/** Refuses what was made for another purpose than calling. */
export function checkPurpose(claims: JsonObject, idTokens: JwtRules['idTokens']): void {
  // OpenID Connect Back-Channel Logout 1.0, section 2.4; RFC 8417, section 2.2.
  if ('events' in claims || OTHER_TOKENS.has(claims.typ)) {
    throw new InitialTokenInvalid('the initial token is made for another purpose than calling')
  }
  if (idTokens === 'refuse' && isIdToken(claims)) throw new InitialTokenInvalid('the initial token is an ID token')
}

/** By what only ID tokens carry, or by what Cognito (`token_use`) and Keycloak (`typ`) write into theirs. */
function isIdToken(claims: JsonObject): boolean {
  return ID_TOKEN_MEMBERS.some(name => name in claims) || claims.token_use === 'id' || claims.typ === 'ID'
}
