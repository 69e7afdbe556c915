import { InitialTokenInvalid } from '../errors.js'
import { SKEW_SECONDS } from '../limits/chains.js'
import type { JsonObject, JsonValue } from '../model/json.js'
import { readIntrospectedClaims } from './introspected-claims.js'
import { checkAddress, type JwtContent } from './jwt-claims.js'
import type { JwtRules } from './jwt-issuer-options.js'
import { readExpiry, readTime } from './numeric-date.js'

/**
 * Reads the payload of a JWT with which an issuer has answered what it knows of a token (RFC 9701, section 5): its claims are those of
 * `token_introspection`, and it ends when the token does. Refuses with ERR_INITIAL_TOKEN_INVALID and ERR_INITIAL_TOKEN_EXPIRED.
 */
export function readIntrospectionJwt(payload: JsonObject, rules: JwtRules, now: number): JwtContent {
  checkAddress(payload, rules)
  const issuedAt = readTime(payload, 'iat')
  if (issuedAt === undefined || !(issuedAt <= now + SKEW_SECONDS)) {
    throw new InitialTokenInvalid('the `iat` of the initial token is missing or in the future')
  }
  const answerEnds = readExpiry(payload, now) ?? Number.POSITIVE_INFINITY
  const answer = payload.token_introspection
  if (!isObject(answer)) throw new InitialTokenInvalid('the initial token has no `token_introspection`')
  const { issuer, tokenTypes } = rules
  // Who asked is an audience of the answer; the token itself may be for somebody else.
  const audiences = answer.aud === undefined ? undefined : rules.audiences
  const { claims, expiresAt } = readIntrospectedClaims(answer, { issuer, audiences, tokenTypes }, now)
  if (expiresAt === undefined)
    throw new InitialTokenInvalid('the `token_introspection` of the initial token has no `exp`')
  return { claims, expiresAt: Math.min(expiresAt, answerEnds) }
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
