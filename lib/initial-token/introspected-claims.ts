import { bareObject } from '../bare-object.js'
import { InitialTokenInvalid } from '../errors.js'
import { SKEW_SECONDS } from '../limits/chains.js'
import type { JsonObject, JsonValue } from '../model/json.js'
import type { IntrospectedType } from './introspected-type.js'
import { checkPurpose, isFor } from './jwt-claims.js'
import { readExpiry, readTime } from './numeric-date.js'

/** What an introspected token must comply with. */
export interface IntrospectionRules {
  readonly issuer: string
  /** Who the token must be for, where it matters. */
  readonly audiences?: readonly string[] | undefined
  readonly tokenTypes: readonly IntrospectedType[]
}

/** Claims of a token that its issuer has called active, `iss` among them. */
export interface IntrospectedClaims {
  readonly claims: JsonObject
  readonly expiresAt: number | undefined
}

/**
 * Reads what an issuer says of a token (RFC 7662, section 2.2). Refuses with ERR_INITIAL_TOKEN_INVALID what is not active, of another
 * issuer or audience, made for another purpose, or of a type that is not accepted; with ERR_INITIAL_TOKEN_EXPIRED what is over.
 */
export function readIntrospectedClaims(answer: JsonObject, rules: IntrospectionRules, now: number): IntrospectedClaims {
  // Literally: `"true"` is some server's mistake, and nobody's token.
  if (answer.active !== true) throw new InitialTokenInvalid('the initial token is not active')
  if (answer.iss !== undefined && answer.iss !== rules.issuer) {
    throw new InitialTokenInvalid('the initial token is of another issuer')
  }
  if (rules.audiences !== undefined && !isFor(answer.aud, rules.audiences)) {
    throw new InitialTokenInvalid('the initial token is for another audience')
  }
  checkTokenType(answer.token_type, rules.tokenTypes)
  checkPurpose(answer, 'refuse')
  readTime(answer, 'iat')
  const notBefore = readTime(answer, 'nbf')
  if (notBefore !== undefined && !(notBefore <= now + SKEW_SECONDS)) {
    throw new InitialTokenInvalid('the initial token is not valid yet')
  }
  const expiresAt = readExpiry(answer, now)
  return { claims: withIssuer(answer, rules.issuer), expiresAt }
}

/** A refresh token is active too, and commonly has no type. */
function checkTokenType(type: JsonValue | undefined, accepted: readonly IntrospectedType[]): void {
  const isBearer = typeof type === 'string' && type.toLowerCase() === 'bearer'
  const found = type === undefined ? 'absent' : isBearer ? 'Bearer' : undefined
  if (found === undefined || !accepted.includes(found)) {
    throw new InitialTokenInvalid('the `token_type` of the initial token is not one that is accepted')
  }
}

/** Who answered issued it, whether the answer repeats that or not. */
function withIssuer(answer: JsonObject, issuer: string): JsonObject {
  return Object.freeze(Object.assign(bareObject(), answer, { iss: issuer }))
}
