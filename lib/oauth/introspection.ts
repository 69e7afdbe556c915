import { InitialTokenInvalid, IssuerUnavailable } from '../errors.js'
import type { InitialTokenVerifier, VerifiedInitialToken } from '../initial-token/initial-token-verifier.js'
import { readIntrospectedClaims } from '../initial-token/introspected-claims.js'
import { readTokenTypes } from '../initial-token/introspected-type.js'
import { readOriginOption } from '../initial-token/origin-binding.js'
import { MAX_PRESENTATION_CHARACTERS } from '../limits/chains.js'
import type { JsonObject } from '../model/json.js'
import { checkOptions } from '../options.js'
import { type Answer, ENDPOINT_OPTIONS, Endpoint } from './endpoint.js'
import {
  type IntrospectionOptions,
  REMEMBER_OPTIONS,
  readAudiences,
  readRememberOptions,
} from './introspection-options.js'
import { readJsonAnswer } from './json-answer.js'
import { hintedSeconds } from './server-hint.js'
import { TokenMemory } from './token-memory.js'
import { isUnsupportedToken } from './unsupported-token.js'

const OPTIONS = [
  ...ENDPOINT_OPTIONS,
  ...REMEMBER_OPTIONS,
  'audience',
  'audienceDecidedByIssuer',
  'tokenTypes',
  'origin',
] as const

/**
 * Verifies the opaque tokens of one authorization server by asking it (RFC 7662). What it says is remembered under the token's
 * digest, and judged anew each time. Throws ERR_OPTION.
 */
export function introspection(options: IntrospectionOptions): InitialTokenVerifier {
  checkOptions('introspection', options, OPTIONS)
  const endpoint = new Endpoint('introspection', options)
  const limits = readRememberOptions('introspection', options)
  const isIssuedTo = readOriginOption('introspection', options.origin)
  const rules = {
    issuer: endpoint.issuer,
    audiences: readAudiences(options),
    tokenTypes: readTokenTypes('introspection', options.tokenTypes),
  }
  const memory = new TokenMemory<JsonObject>(limits, async (token, now) => {
    const form = { token, token_type_hint: 'access_token' }
    const answer = await endpoint.post(form, 'application/json')
    const said = readStatement(answer)
    const hint = limits.cacheControl === 'heed' ? hintedSeconds(answer.cacheControl) : Number.POSITIVE_INFINITY
    if (said.active === false) return { good: undefined, seconds: hint }
    return { good: said, seconds: Math.min(hint, secondsLeft(said.exp, now)) }
  })

  async function verify(token: string, now: number): Promise<VerifiedInitialToken> {
    if (token.length > MAX_PRESENTATION_CHARACTERS) throw new InitialTokenInvalid('the initial token is too long')
    const said = await memory.find(token, now)
    if (said === undefined) throw new InitialTokenInvalid('the initial token is not active')
    const { claims, expiresAt } = readIntrospectedClaims(said, rules, now)
    return Object.freeze({ kind: 'token', claims, ...(expiresAt !== undefined && { expiresAt }) })
  }

  return Object.freeze({ kind: 'token', issuer: endpoint.issuer, verify, ...(isIssuedTo && { isIssuedTo }) })
}

/** What the server says of a token. One that says neither that it is active nor that it is not has not answered. */
function readStatement(answer: Answer): JsonObject {
  if (isUnsupportedToken(answer)) return { active: false }
  if (answer.status !== 200) {
    throw new IssuerUnavailable(
      `the authorization server answered ${answer.status} instead of what it knows of a token`,
    )
  }
  const said = readJsonAnswer(answer)
  if (said.active !== true && said.active !== false) {
    throw new IssuerUnavailable('the authorization server does not say whether the token is active')
  }
  return said
}

function secondsLeft(exp: unknown, now: number): number {
  return typeof exp === 'number' ? Math.max(exp - now, 0) : Number.POSITIVE_INFINITY
}
