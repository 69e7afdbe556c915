import { CredentialForeign, CredentialInvalid, KeyInvalid, OptionError } from '../errors.js'
import { importPublicJwk, type PublicJwk, type PublicKey } from '../jws/public-key.js'
import { type BroughtKey, importSigningKey, type SigningKey } from '../jws/signing-key.js'
import { NotStrict, parseStrictJson } from '../jws/strict-json.js'
import { SKEW_SECONDS } from '../limits/chains.js'
import { ENROLMENT_SECONDS, MAX_ENROLMENT_SECONDS } from '../limits/registrars.js'
import { checkInteger, checkOptions } from '../options.js'
import { isKid } from '../registry/place.js'
import {
  type Enrolment,
  importAssertionKey,
  signEnrolment,
  verifyEnrolment,
  verifyEnrolmentToken,
} from '../registry/registrar/enrolment.js'
import type { ReplayStore } from '../replay/replay-store.js'
import { type AssertionKey, verifyAssertion } from './assertion.js'
import type { Authenticator, EnrolmentRequest, Evidence, Identity } from './authenticator.js'
import { checkReplayStore, useOnce } from './used-once.js'

/** Who lets services enrol, and what with. */
export interface EnrolmentOptions {
  /** Public JWKs of the operators who sign enrolment tokens. */
  readonly operators: readonly PublicJwk[]
  /** Signs enrolments, and nothing else; the same for all registrars beside each other. */
  readonly key: BroughtKey
  /** Remembers tokens and assertions, so that each is accepted once: shared by all registrars beside each other. */
  readonly replay: ReplayStore
  /** How long an enrolment holds: 60 seconds to 366 days, default 30 days. It can be renewed while it holds. */
  readonly seconds?: number | undefined
  /** Thumbprints of enrolled keys that count no longer. */
  readonly revoked?: readonly string[] | undefined
}

const WHAT = 'enrolment'
const OPTIONS = ['operators', 'key', 'replay', 'seconds', 'revoked'] as const
const SECONDS = { least: 60, most: MAX_ENROLMENT_SECONDS, otherwise: ENROLMENT_SECONDS }
// No thumbprint, so that no presentation is taken for a token in a store that both use.
const REPLAY_SCOPE = 'enrolment token'

/**
 * Authenticates services by assertions of a key that was enrolled: for an operator's one-time token a registrar states to which service the key
 * belongs, and the service sends that statement along. The registrar remembers nothing but the tokens that were used. Throws ERR_OPTION, and
 * ERR_SIGNING_KEY_UNUSABLE for `key`.
 */
export async function enrolment(options: EnrolmentOptions): Promise<Authenticator> {
  const { operators, key, replay, seconds, revoked = [] } = checkOptions(WHAT, options, OPTIONS)
  checkReplayStore(WHAT, replay)
  if (!Array.isArray(revoked) || !revoked.every(isKid)) {
    throw new OptionError(`${WHAT}: \`revoked\` must be a list of thumbprints`)
  }
  const signer = await importSigningKey(key)
  const desk = new EnrolmentDesk({
    operators: await importOperators(operators),
    signer,
    signers: new Map([[signer.kid, await importPublicJwk(signer.publicJwk, signer.algorithm)]]),
    replay,
    seconds: checkInteger(`${WHAT}: \`seconds\``, seconds, SECONDS),
    revoked: new Set(revoked),
  })
  return Object.freeze<Authenticator>({
    kind: 'enrolment',
    authenticate: evidence => desk.authenticate(evidence),
    enrols: request => desk.enrol(request),
  })
}

interface DeskParts {
  readonly operators: ReadonlyMap<string, PublicKey>
  readonly signer: SigningKey
  readonly signers: ReadonlyMap<string, PublicKey>
  readonly replay: ReplayStore
  readonly seconds: number
  readonly revoked: ReadonlySet<string>
}

class EnrolmentDesk {
  readonly #parts: DeskParts

  constructor(parts: DeskParts) {
    this.#parts = parts
  }

  /** An assertion with its enrolment behind it: `assertion ~ enrolment`. */
  async authenticate({ scheme, credential, audience, now }: Evidence): Promise<Identity | undefined> {
    const at = credential.indexOf('~')
    if (scheme !== 'assertion' || at < 0) return undefined
    const enrolled = await this.#readEnrolment(credential.slice(at + 1), audience, now)
    const keysOf = (client: string) => (client === enrolled.service ? [toAssertionKey(enrolled.key)] : [])
    const rules = { keysOf, audience, replay: this.#parts.replay, now }
    const { client, thumbprint } = await verifyAssertion(credential.slice(0, at), rules)
    return { kind: 'enrolment', service: client, client, thumbprint }
  }

  /** For a token; or for an enrolment of the same key that still holds: whoever stole a key must not get around its revocation with the next. */
  async enrol({ evidence, service, body, isHopKey, audit }: EnrolmentRequest): Promise<string> {
    const { audience, now } = evidence
    const key = await readKey(body)
    audit.kid = key.kid
    if (this.#parts.revoked.has(key.kid)) throw new CredentialInvalid('the key to enrol was revoked')
    if (this.#parts.operators.has(key.kid) || key.kid === this.#parts.signer.kid || (await isHopKey(key.kid))) {
      throw new CredentialInvalid('the key to enrol has another purpose')
    }
    audit.credential = 'enrolment'
    const authenticated = evidence.scheme === 'enrolment' ? undefined : await this.authenticate(evidence)
    if (authenticated === undefined) await this.#useToken(evidence, service, audit)
    else checkRenewal(authenticated, key.kid, service, audit)
    const terms = { issuedAt: now, expiresAt: now + this.#parts.seconds }
    audit.expiresAt = terms.expiresAt
    const enrolled = { publicJwk: key.jwk, algorithm: key.algorithm }
    return await signEnrolment({ service, audience }, enrolled, this.#parts.signer, terms)
  }

  /** The last check: what is refused for another reason is not used up. */
  async #useToken({ scheme, credential, audience, now }: Evidence, service: string, audit: Audited): Promise<void> {
    if (scheme !== 'enrolment') throw new CredentialInvalid('no enrolment token, and no enrolment')
    const token = await verifyEnrolmentToken(credential, audience, this.#parts.operators)
    audit.client = `operator ${token.operator}`
    checkTime('enrolment token', token, now)
    checkSame(token.service, service, audit)
    const { id, issuedAt, expiresAt, operator } = token
    const entry = {
      caller: service,
      kid: REPLAY_SCOPE,
      jti: `${operator} ${id}`,
      issuedAt,
      until: expiresAt + SKEW_SECONDS,
    }
    await useOnce('enrolment token', this.#parts.replay, entry, now)
  }

  async #readEnrolment(text: string, audience: string, now: number): Promise<Enrolment> {
    const enrolled = await verifyEnrolment(text, audience, this.#parts.signers)
    checkTime('enrolment', enrolled, now)
    if (this.#parts.revoked.has(enrolled.key.kid)) throw new CredentialInvalid('the enrolled key was revoked')
    return enrolled
  }
}

type Audited = EnrolmentRequest['audit']

function checkTime(
  name: string,
  { issuedAt, expiresAt }: { readonly issuedAt: number; readonly expiresAt: number },
  now: number,
): void {
  if (issuedAt > now + SKEW_SECONDS) throw new CredentialInvalid(`the ${name} is not valid yet`)
  if (expiresAt <= now - SKEW_SECONDS) throw new CredentialInvalid(`the ${name} has expired`)
}

function checkSame(authenticated: string, service: string, audit: Audited): void {
  audit.authenticated = authenticated
  if (authenticated !== service) throw new CredentialForeign(`the credential is \`${authenticated}\`'s`)
}

function checkRenewal(
  { service: authenticated, thumbprint }: Identity,
  kid: string,
  service: string,
  audit: Audited,
): void {
  checkSame(authenticated, service, audit)
  if (thumbprint !== kid)
    throw new CredentialInvalid('an enrolment is renewed for its own key: another one needs a token')
}

async function readKey(body: Buffer): Promise<PublicKey> {
  try {
    const { jwk, alg, ...others } = parseStrictJson(body)
    if (Object.keys(others).length > 0)
      throw new CredentialInvalid('the members of the request are not exactly jwk, alg')
    return await importAssertionKey(jwk, alg)
  } catch (error) {
    if (error instanceof NotStrict) throw new CredentialInvalid(`the request is malformed: ${error.message}`)
    throw error
  }
}

async function importOperators(jwks: readonly PublicJwk[]): Promise<ReadonlyMap<string, PublicKey>> {
  if (!Array.isArray(jwks) || jwks.length === 0)
    throw new OptionError(`${WHAT}: \`operators\` must list at least one public JWK`)
  const keys = await Promise.all(jwks.map((jwk, index) => importOperator(jwk, index)))
  return new Map(keys.map(key => [key.kid, key]))
}

async function importOperator(jwk: PublicJwk, index: number): Promise<PublicKey> {
  try {
    return await importPublicJwk(jwk, jwk?.kty === 'EC' ? 'ES256' : 'EdDSA')
  } catch (error) {
    if (error instanceof KeyInvalid) throw new OptionError(`${WHAT}: operators[${index}]: ${error.message}`)
    throw error
  }
}

function toAssertionKey({ kid, algorithm, key }: PublicKey): AssertionKey {
  const algorithms = algorithm === 'ES256' ? (['ES256'] as const) : (['EdDSA', 'Ed25519'] as const)
  return { kids: [kid], algorithms, key, thumbprint: kid }
}
