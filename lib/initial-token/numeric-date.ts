import { InitialTokenExpired, InitialTokenInvalid } from '../errors.js'
import { SKEW_SECONDS } from '../limits/chains.js'
import type { JsonObject } from '../model/json.js'

/** A NumericDate among claims (RFC 7519, section 2), if it is there. Refuses with ERR_INITIAL_TOKEN_INVALID what is no whole number. */
export function readTime(claims: JsonObject, name: 'exp' | 'nbf' | 'iat'): number | undefined {
  const time = claims[name]
  if (time === undefined) return undefined
  if (typeof time !== 'number' || !Number.isSafeInteger(time) || time < 0) {
    throw new InitialTokenInvalid(`the \`${name}\` of the initial token is not a whole number of seconds`)
  }
  return time
}

/** The `exp` among claims, if it is there. Refuses with ERR_INITIAL_TOKEN_EXPIRED when it is over. */
export function readExpiry(claims: JsonObject, now: number): number | undefined {
  const expiresAt = readTime(claims, 'exp')
  // Written so that a clock that tells no number refuses.
  if (expiresAt !== undefined && !(expiresAt > now - SKEW_SECONDS)) {
    throw new InitialTokenExpired('the initial token has expired')
  }
  return expiresAt
}
