import type { KeyObject } from 'node:crypto'
import { compactVerify } from 'jose'
import { CredentialInvalid } from '../errors.js'
import type { JwtAlgorithm } from '../initial-token/jwt-algorithm.js'
import { parseUnverifiedCompact } from '../jws/compact.js'
import { NotStrict, parseStrictJson } from '../jws/strict-json.js'
import { SKEW_SECONDS } from '../limits/chains.js'
import { MAX_ASSERTION_SECONDS, MAX_JTI_CHARACTERS } from '../limits/registrars.js'
import type { JsonObject, JsonValue } from '../model/json.js'
import type { ReplayStore } from '../replay/replay-store.js'
import { useOnce } from './used-once.js'

/** A public key that verifies a client's assertions. */
export interface AssertionKey {
  /** What an assertion may call it in its `kid`: its thumbprint, and the name that it was configured with. */
  readonly kids: readonly string[]
  readonly algorithms: readonly JwtAlgorithm[]
  readonly key: KeyObject
  readonly thumbprint: string
}

/** What an assertion must comply with. */
export interface AssertionRules {
  /** The keys of a client; none of an unknown one. */
  readonly keysOf: (client: string) => readonly AssertionKey[]
  readonly audience: string
  readonly replay: ReplayStore
  readonly now: number
}

/** What a verified assertion says. */
export interface Assertion {
  readonly client: string
  readonly thumbprint: string
}

interface Claims {
  readonly client: string
  readonly id: string
  readonly issuedAt: number
  readonly expiresAt: number
}

// The last one is what explicit typing calls it. A registration or a hop says something else, and is none.
const TYPES = new Set<JsonValue | undefined>([undefined, 'JWT', 'jwt', 'client-authentication+jwt'])
// No thumbprint, so that no presentation is taken for an assertion in a store that both use.
const REPLAY_SCOPE = 'client assertion'

/**
 * Verifies a client's assertion (RFC 7523, section 3; RFC 7521, section 4.2) and uses it up: signed with a key of the client
 * that it names, for this registrar alone, for five minutes at most, once. Throws ERR_CREDENTIAL_INVALID and what the replay store throws.
 */
export async function verifyAssertion(
  text: string,
  { keysOf, audience, replay, now }: AssertionRules,
): Promise<Assertion> {
  const { header, claims } = takeApart(text)
  const { client, id, issuedAt, expiresAt } = checkClaims(claims, audience, now)
  const { key, thumbprint, algorithm } = chooseKey(header, keysOf(client))
  await verifySignature(text, key, algorithm)
  const entry = { caller: client, kid: REPLAY_SCOPE, jti: `${client} ${id}`, issuedAt, until: expiresAt + SKEW_SECONDS }
  await useOnce('assertion', replay, entry, now)
  return { client, thumbprint }
}

function takeApart(text: string): { readonly header: JsonObject; readonly claims: JsonObject } {
  try {
    const { header, payload } = parseUnverifiedCompact(text)
    return { header, claims: parseStrictJson(payload) }
  } catch (error) {
    if (error instanceof NotStrict) throw new CredentialInvalid(`the assertion is malformed: ${error.message}`)
    throw error
  }
}

function checkClaims({ iss, sub, aud, jti, iat, nbf, exp }: JsonObject, audience: string, now: number): Claims {
  if (typeof sub !== 'string' || iss !== sub) {
    throw new CredentialInvalid('the assertion does not name one client in both `iss` and `sub`')
  }
  // One audience, and that is us: whoever else it is for could use it here.
  const [only, ...others] = Array.isArray(aud) ? aud : [aud]
  if (only !== audience || others.length > 0) throw new CredentialInvalid('the assertion is for another audience')
  if (typeof jti !== 'string' || jti === '' || jti.length > MAX_JTI_CHARACTERS) {
    throw new CredentialInvalid('the `jti` of the assertion is not a text of a few characters')
  }
  if (!isTime(iat) || !isTime(exp) || (nbf !== undefined && !isTime(nbf))) {
    throw new CredentialInvalid('the assertion does not say in whole seconds when it was made, and when it ends')
  }
  if (Math.max(iat, nbf ?? 0) > now + SKEW_SECONDS) throw new CredentialInvalid('the assertion is not valid yet')
  if (exp <= now - SKEW_SECONDS) throw new CredentialInvalid('the assertion has expired')
  if (exp <= iat || exp > iat + MAX_ASSERTION_SECONDS) {
    throw new CredentialInvalid(`the assertion does not live for 1 to ${MAX_ASSERTION_SECONDS} seconds`)
  }
  return { client: sub, id: jti, issuedAt: iat, expiresAt: exp }
}

function chooseKey(header: JsonObject, keys: readonly AssertionKey[]): AssertionKey & { readonly algorithm: string } {
  const { alg, kid, typ } = header
  if (!TYPES.has(typ)) throw new CredentialInvalid('the assertion is a JWT of another purpose')
  if ('crit' in header || 'b64' in header)
    throw new CredentialInvalid('the assertion has a header member `crit` or `b64`')
  const fitting = keys.filter(
    key => key.algorithms.some(name => name === alg) && (kid === undefined || key.kids.some(name => name === kid)),
  )
  const [key, ...others] = fitting
  if (key === undefined || others.length > 0)
    throw new CredentialInvalid('not one key of the client fits the assertion')
  return { ...key, algorithm: String(alg) }
}

async function verifySignature(text: string, key: KeyObject, algorithm: string): Promise<void> {
  try {
    await compactVerify(text, key, { algorithms: [algorithm] })
  } catch {
    // jose's errors hold the claims.
    throw new CredentialInvalid('the signature of the assertion does not verify')
  }
}

function isTime(value: JsonValue | undefined): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}
