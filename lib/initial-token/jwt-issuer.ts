import type { KeyObject } from 'node:crypto'
import { JOSEError } from 'jose/errors'
import { jwtVerify } from 'jose/jwt/verify'
import { InitialTokenInvalid } from '../errors.js'
import { SKEW_SECONDS } from '../limits/chains.js'
import type { InitialTokenVerifier, VerifiedInitialToken } from './initial-token-verifier.js'
import { readIntrospectionJwt } from './introspection-jwt.js'
import { checkJwtClaims, type JwtContent } from './jwt-claims.js'
import { checkJwtHeader, type JwtHeader } from './jwt-header.js'
import { type JwtIssuerOptions, type JwtRules, readJwtKeys, readJwtRules } from './jwt-issuer-options.js'
import { readOriginOption } from './origin-binding.js'
import { parseUnverifiedJwt, type UnverifiedJwt } from './unverified-jwt.js'
import { VerifiedTokens } from './verified-tokens.js'

/**
 * Verifies the JWTs of one authorization server (docs/wire-format.md, invariant 15): access tokens of RFC 9068, plain JWTs of
 * RFC 7519, and phantom tokens of RFC 9701 where `types` lists them. Throws ERR_OPTION for options that are unknown, missing or unsafe.
 */
export function jwtIssuer(options: JwtIssuerOptions): InitialTokenVerifier {
  const rules = readJwtRules(options)
  const isIssuedTo = readOriginOption('jwtIssuer', options.origin)
  const keys = readJwtKeys(options, rules.algorithms)
  const verified = new VerifiedTokens()

  async function verify(token: string, now: number): Promise<VerifiedInitialToken> {
    const unverified = parseUnverifiedJwt(token)
    const header = checkJwtHeader(unverified.header, rules)
    const { claims, expiresAt } = readContent(header, unverified, rules, now)
    const key = await keys.find(header, now)
    if (key === undefined) throw new InitialTokenInvalid('the issuer has no key that fits the initial token')
    if (!verified.has(token, key)) {
      await verifySignature(token, key, header, rules, now)
      verified.remember(token, key)
    }
    // Our own strict reading of the very bytes that were signed; jose's would let the last of two members win.
    return Object.freeze({ kind: 'jwt', claims, expiresAt })
  }

  return Object.freeze({ kind: 'jwt', issuer: rules.issuer, verify, ...(isIssuedTo && { isIssuedTo }) })
}

function readContent({ type }: JwtHeader, { claims }: UnverifiedJwt, rules: JwtRules, now: number): JwtContent {
  if (type === 'token-introspection+jwt') return readIntrospectionJwt(claims, rules, now)
  return { claims, expiresAt: checkJwtClaims(claims, rules, now) }
}

/** jose judges the signature, and everything else a second time. */
async function verifySignature(
  token: string,
  key: KeyObject,
  { type }: JwtHeader,
  rules: JwtRules,
  now: number,
): Promise<void> {
  try {
    await jwtVerify(token, key, {
      algorithms: [...rules.algorithms],
      issuer: rules.issuer,
      audience: [...rules.audiences],
      // RFC 9701, section 5: the answer itself has no `exp`, the token that it speaks of has.
      requiredClaims: [type === 'token-introspection+jwt' ? 'iat' : 'exp'],
      clockTolerance: SKEW_SECONDS,
      currentDate: new Date(now * 1000),
    })
  } catch (error) {
    // jose's errors hold the claims: only their code goes on.
    const cause = error instanceof JOSEError ? error.code : 'unknown'
    throw new InitialTokenInvalid('the initial token does not verify', { cause })
  }
}
