import type { KeyObject } from 'node:crypto'
import { errors, jwtVerify } from 'jose'
import { InitialTokenInvalid } from '../errors.js'
import { SKEW_SECONDS } from '../limits.js'
import type { InitialTokenVerifier, VerifiedInitialToken } from './initial-token-verifier.js'
import { checkJwtClaims } from './jwt-claims.js'
import { checkJwtHeader } from './jwt-header.js'
import { type JwtIssuerOptions, type JwtRules, readJwtKeys, readJwtRules } from './jwt-issuer-options.js'
import { parseUnverifiedJwt } from './unverified-jwt.js'

/**
 * Verifies the JWTs of one authorization server (docs/wire-format.md, invariant 15): access tokens of RFC 9068, or
 * plain JWTs of RFC 7519. Throws ERR_OPTION for options that are unknown, missing or unsafe.
 */
export function jwtIssuer(options: JwtIssuerOptions): InitialTokenVerifier {
  const rules = readJwtRules(options)
  const keys = readJwtKeys(options, rules.algorithms)

  async function verify(token: string, now: number): Promise<VerifiedInitialToken> {
    const { header, claims } = parseUnverifiedJwt(token)
    const search = checkJwtHeader(header, rules)
    const expiresAt = checkJwtClaims(claims, rules, now)
    const key = await keys.find(search, now)
    if (key === undefined) throw new InitialTokenInvalid('the issuer has no key that fits the initial token')
    await verifySignature(token, key, rules, now)
    // Our own strict reading of the very bytes that were signed; jose's would let the last of two members win.
    return Object.freeze({ kind: 'jwt', claims, expiresAt })
  }

  return Object.freeze({ kind: 'jwt', issuer: rules.issuer, verify })
}

/** jose judges the signature, and everything else a second time. */
async function verifySignature(token: string, key: KeyObject, rules: JwtRules, now: number): Promise<void> {
  try {
    await jwtVerify(token, key, {
      algorithms: [...rules.algorithms],
      issuer: rules.issuer,
      audience: [...rules.audiences],
      requiredClaims: ['exp'],
      clockTolerance: SKEW_SECONDS,
      currentDate: new Date(now * 1000),
    })
  } catch (error) {
    // jose's errors hold the claims: only their code goes on.
    const cause = error instanceof errors.JOSEError ? error.code : 'unknown'
    throw new InitialTokenInvalid('the initial token does not verify', { cause })
  }
}
