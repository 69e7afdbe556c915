import { InitialTokenInvalid, OptionError } from '../errors.js'
import { decodeBase64url, encodeBase64url, isCanonicalBase64url } from '../jws/base64url.js'
import { NotStrict, parseStrictJson } from '../jws/strict-json.js'
import { MAX_PRESENTATION_CHARACTERS } from '../limits/chains.js'
import type { JsonObject } from '../model/json.js'
import type { VerifiedInitialToken } from './initial-token-verifier.js'
import { readExpiry, readTime } from './numeric-date.js'

/** Claims of a user, and the text that carries them. */
export interface EncodedUserClaims {
  readonly text: string
  /** As a receiver reads them. */
  readonly claims: JsonObject
}

/**
 * Encodes the claims that an origin asserts of its user. Throws ERR_OPTION for what a receiver would refuse, and for what JSON has no
 * form for. Judge the result with `judgeUserClaims`: an `exp` that is over is the caller's expired user, not a wrong option.
 */
export function encodeUserClaims(given: object): EncodedUserClaims {
  const bytes = Buffer.from(stringify(given))
  try {
    const claims = parseStrictUserClaims(bytes)
    checkUserClaims(claims)
    return { text: encodeBase64url(bytes), claims }
  } catch (error) {
    if (error instanceof InitialTokenInvalid) throw new OptionError(`userClaims: ${error.message}`)
    throw error
  }
}

/**
 * Reads the claims that an origin asserts of its user: BASE64URL of one strict JSON object, without `iss`, which
 * only an authorization server can say. Refuses with ERR_INITIAL_TOKEN_INVALID and, by an `exp`, ERR_INITIAL_TOKEN_EXPIRED.
 */
export function readUserClaims(segment: string, now: number): VerifiedInitialToken {
  if (!isCanonicalBase64url(segment)) throw new InitialTokenInvalid('the user claims are not canonical base64url')
  return judgeUserClaims(parseStrictUserClaims(decodeBase64url(segment)), now)
}

/** The same for claims that `parseStrictJson` has read. */
export function judgeUserClaims(claims: JsonObject, now: number): VerifiedInitialToken {
  checkUserClaims(claims)
  const expiresAt = readExpiry(claims, now)
  return Object.freeze(expiresAt === undefined ? { kind: 'user', claims } : { kind: 'user', claims, expiresAt })
}

function checkUserClaims(claims: JsonObject): void {
  if ('iss' in claims) throw new InitialTokenInvalid('the user claims have a member `iss`')
  readTime(claims, 'exp')
}

function parseStrictUserClaims(bytes: Buffer): JsonObject {
  if (bytes.length > MAX_PRESENTATION_CHARACTERS) throw new InitialTokenInvalid('the user claims are too long')
  try {
    return parseStrictJson(bytes)
  } catch (error) {
    if (error instanceof NotStrict)
      throw new InitialTokenInvalid(`the user claims are not strict JSON: ${error.message}`)
    throw error
  }
}

function stringify(claims: object): string {
  try {
    return JSON.stringify(claims, refuseWithoutJson) ?? ''
  } catch (error) {
    if (error instanceof OptionError) throw error
    throw new OptionError('userClaims: cannot be written as JSON')
  }
}

/** JSON.stringify would drop functions, and write a number that is not finite, or a gap in a list, as null. */
function refuseWithoutJson(name: string, value: unknown): unknown {
  if (!hasJsonForm(value)) throw new OptionError(`userClaims: \`${name}\` has no form in JSON`)
  return value
}

function hasJsonForm(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  if (Array.isArray(value)) return !value.includes(undefined)
  return typeof value !== 'function' && typeof value !== 'symbol'
}
