import { type Clock, systemClock } from '../clock.js'
import { BearerBound, InitialTokenInvalid, IssuerUnavailable } from '../errors.js'
import type { TokenSource } from '../http/token-source.js'
import { parseUnverifiedJwt } from '../initial-token/unverified-jwt.js'
import type { JsonObject, JsonValue } from '../model/json.js'
import { checkOptions } from '../options.js'
import { type Answer, ENDPOINT_OPTIONS, Endpoint, type EndpointOptions } from './endpoint.js'
import { REMEMBER_OPTIONS, type RememberOptions, readRememberOptions } from './introspection-options.js'
import { hintedSeconds } from './server-hint.js'
import { TokenMemory } from './token-memory.js'
import { isUnsupportedToken } from './unsupported-token.js'

/** An authorization server that answers in JWTs what it knows of opaque tokens (RFC 9701). */
export interface PhantomTokenOptions extends EndpointOptions, RememberOptions {
  /** Seconds since the epoch; the machine's clock if absent. */
  readonly clock?: Clock | undefined
}

const TYPE = 'application/token-introspection+jwt'
const OPTIONS = [...ENDPOINT_OPTIONS, ...REMEMBER_OPTIONS, 'clock'] as const

/**
 * Gets for an opaque token what its issuer knows of it, as a JWT that a chain may carry: nobody can call with it. The JWT is verified
 * where the chain begins, and by every receiver, by a `jwtIssuer` whose `types` list `token-introspection+jwt`. Throws ERR_OPTION.
 */
export function phantomToken(options: PhantomTokenOptions): TokenSource {
  const { clock = systemClock } = checkOptions('phantomToken', options, OPTIONS)
  const endpoint = new Endpoint('phantomToken', options)
  const limits = readRememberOptions('phantomToken', options)
  const memory = new TokenMemory<string>(limits, async (token, now) => {
    const answer = await endpoint.post({ token, token_type_hint: 'access_token' }, TYPE)
    const hint = limits.cacheControl === 'heed' ? hintedSeconds(answer.cacheControl) : Number.POSITIVE_INFINITY
    if (isUnsupportedToken(answer)) return { good: undefined, seconds: hint }
    const jwt = readJwt(answer)
    const { active, exp, cnf } = readUnverifiedStatement(jwt)
    if (active !== true) return { good: undefined, seconds: hint }
    // RFC 8705, section 3.2: who only carries it has proved nothing.
    if (cnf !== undefined) throw new BearerBound('the token that was presented is bound to a key that nobody proves')
    return { good: jwt, seconds: Math.min(hint, typeof exp === 'number' ? Math.max(exp - now, 0) : 0) }
  })
  const forToken = async (token: string) => {
    const jwt = await memory.find(token, clock())
    if (jwt === undefined) throw new InitialTokenInvalid('the token that was presented is not active')
    return jwt
  }
  return Object.freeze({ issuer: endpoint.issuer, forToken })
}

function readJwt({ status, contentType, bytes }: Answer): string {
  if (status !== 200 || contentType !== TYPE) {
    throw new IssuerUnavailable('the authorization server did not answer with a JWT of RFC 9701')
  }
  return bytes.toString('latin1')
}

/** Whoever takes the JWT verifies it: this decides no more than whether to hand it on, and how long to remember it. */
function readUnverifiedStatement(jwt: string): JsonObject {
  const said = parseAnswer(jwt).token_introspection
  if (isObject(said)) return said
  throw new IssuerUnavailable('the authorization server did not answer with a JWT of RFC 9701')
}

function parseAnswer(jwt: string): JsonObject {
  try {
    return parseUnverifiedJwt(jwt).claims
  } catch {
    throw new IssuerUnavailable('the authorization server did not answer with a JWT of RFC 9701')
  }
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
