import type { KeyObject } from 'node:crypto'
import { compactVerify } from 'jose/jws/compact/verify'
import { KeyInvalid, OptionError, RegistrationInvalid, RegistrationMismatch } from '../errors.js'
import { parseUnverifiedCompact, signCompact, type UnverifiedCompact } from '../jws/compact.js'
import { importPublicJwk, type PublicKey } from '../jws/public-key.js'
import type { SigningKey } from '../jws/signing-key.js'
import { NotStrict, parseStrictJson } from '../jws/strict-json.js'
import { MAX_KEY_CERTIFICATES, MAX_REGISTRATION_CHARACTERS, MAX_REGISTRATION_SECONDS } from '../limits/keys.js'
import { type Algorithm, isAlgorithm } from '../model/algorithm.js'
import type { JsonObject, JsonValue } from '../model/json.js'
import { isServiceName } from '../model/names.js'
import type { Registration } from '../model/registration.js'
import { checkService, isKid, type Place } from './place.js'

/** The `typ` of a registration. */
export const REGISTRATION_TYPE = 'registration+jws'

/** What a registration says beside its key. */
export interface RegistrationTerms {
  readonly service: string
  /** Whole seconds since the epoch. */
  readonly notBefore: number
  /** Whole seconds since the epoch; at most 24 hours after `notBefore`. */
  readonly expiresAt: number
}

/** Verifies what a registry holds at a place. A TokenError refuses it. */
export type RegistrationVerifier = (text: string, place: Place) => Promise<Registration>

/** A verified registration, and the certificates that came with its key, of which nobody has believed anything. */
export interface PresentedRegistration {
  readonly registration: Registration
  readonly x5c: readonly string[] | undefined
}

interface UnverifiedRegistration {
  readonly alg: Algorithm
  readonly kid: string
  readonly service: string
  readonly jwk: JsonValue
  readonly nbf: number
  readonly exp: number
}

const HEADER_MEMBERS = ['alg', 'kid', 'typ']
const PAYLOAD_MEMBERS = ['service', 'jwk', 'alg', 'nbf', 'exp']

/** Binds a key to a service: a compact JWS, signed by the key that it registers. Wrong terms: ERR_OPTION. */
export async function signRegistration(key: SigningKey, terms: RegistrationTerms): Promise<string> {
  const { service, notBefore: nbf, expiresAt: exp } = terms
  checkService(service)
  if (!isWindow(nbf, exp)) throw new OptionError('a registration lives for 1 to 86400 whole seconds')
  const header = { alg: key.algorithm, kid: key.kid, typ: REGISTRATION_TYPE }
  const jwk = { ...key.publicJwk, ...(key.certificates && { x5c: key.certificates.x5c }) }
  return signCompact(header, JSON.stringify({ service, jwk, alg: key.algorithm, nbf, exp }), key)
}

/**
 * Verifies what was found at a place (invariants 5 and 6): its shape, that it names this place, its key, its signature. Its
 * window is not compared with the time: invariant 10 does that. Certificates that come with the key are not looked at. Throws
 * ERR_REGISTRATION_INVALID, ERR_REGISTRATION_MISMATCH and ERR_KEY_INVALID.
 */
export async function verifyRegistration(text: unknown, place: Place): Promise<Registration> {
  const { registration } = await verifyPresentedRegistration(text, place)
  return registration
}

/** The same, for whoever has a use for the certificates that come with the key. */
export async function verifyPresentedRegistration(text: unknown, place: Place): Promise<PresentedRegistration> {
  const { alg, kid, service, jwk, nbf, exp } = readUnverifiedRegistration(text)
  checkPlaceNamed({ service, kid }, place)
  const { key, x5c } = await importRegisteredKey(jwk, alg)
  if (key.kid !== kid) throw new KeyInvalid("the key's thumbprint is not its `kid`")
  await verifySignature(text as string, alg, key.key)
  const registration = { service, kid, algorithm: alg, publicKey: key.key, notBefore: nbf, expiresAt: exp }
  return { registration: Object.freeze(registration), x5c }
}

function readUnverifiedRegistration(text: unknown): UnverifiedRegistration {
  if (typeof text !== 'string') throw new RegistrationInvalid('the registration is not a text')
  if (text.length > MAX_REGISTRATION_CHARACTERS) {
    throw new RegistrationInvalid(`the registration has more than ${MAX_REGISTRATION_CHARACTERS} characters`)
  }
  const { header, payload } = readStrictly(() => takeApart(text))
  checkMembers('header', header, HEADER_MEMBERS)
  checkMembers('payload', payload, PAYLOAD_MEMBERS)
  const { alg, kid, typ } = header
  const { service, jwk, nbf, exp } = payload
  if (typ !== REGISTRATION_TYPE) throw new RegistrationInvalid(`\`typ\` is not \`${REGISTRATION_TYPE}\``)
  if (!isAlgorithm(alg)) throw new RegistrationInvalid('the algorithm is neither ES256 nor EdDSA')
  if (payload.alg !== alg) throw new RegistrationInvalid('the header and the payload name two algorithms')
  if (!isKid(kid)) throw new RegistrationInvalid('`kid` is not a thumbprint')
  if (!isServiceName(service)) throw new RegistrationInvalid('`service` is not a service name')
  if (!isWindow(nbf, exp)) throw new RegistrationInvalid('`nbf` and `exp` are not a window of 1 to 86400 seconds')
  return { alg, kid, service, jwk: jwk as JsonValue, nbf: nbf as number, exp: exp as number }
}

function takeApart(text: string): Omit<UnverifiedCompact, 'payload'> & { readonly payload: JsonObject } {
  const compact = parseUnverifiedCompact(text)
  return { ...compact, payload: parseStrictJson(compact.payload, 'plain-digits') }
}

function readStrictly<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof NotStrict) throw new RegistrationInvalid(`the registration is malformed: ${error.message}`)
    throw error
  }
}

function checkMembers(what: string, object: JsonObject, expected: readonly string[]): void {
  if (Object.keys(object).length === expected.length && expected.every(name => name in object)) return
  throw new RegistrationInvalid(`the ${what}'s members are not exactly ${expected.join(', ')}`)
}

function isWindow(nbf: unknown, exp: unknown): boolean {
  if (!isTime(nbf) || !isTime(exp)) return false
  return nbf < exp && exp <= nbf + MAX_REGISTRATION_SECONDS
}

function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

function checkPlaceNamed(named: Place, place: Place): void {
  if (named.service !== place.service) {
    throw new RegistrationMismatch(`a registration of \`${named.service}\` is stored under \`${place.service}\``)
  }
  if (named.kid !== place.kid) throw new RegistrationMismatch('a registration is stored under the kid of another key')
}

interface RegisteredKey {
  readonly key: PublicKey
  readonly x5c: readonly string[] | undefined
}

/** A registered key has the members that make the key, its certificates where it has any, and none that describe it. */
async function importRegisteredKey(jwk: JsonValue, algorithm: Algorithm): Promise<RegisteredKey> {
  const { x5c, ...bare } = toMembers(jwk)
  const key = await importPublicJwk(bare, algorithm)
  if (Object.keys(bare).length !== Object.keys(key.jwk).length) {
    throw new KeyInvalid('the key has members that are no part of it')
  }
  return { key, x5c: x5c === undefined ? undefined : readCertificateTexts(x5c) }
}

function toMembers(jwk: JsonValue): JsonObject {
  if (typeof jwk !== 'object' || jwk === null || Array.isArray(jwk)) throw new KeyInvalid('not a JWK')
  return jwk as JsonObject
}

/** Their number is bounded for those too who look no further. */
function readCertificateTexts(x5c: JsonValue): readonly string[] {
  const isList = Array.isArray(x5c) && x5c.length > 0 && x5c.length <= MAX_KEY_CERTIFICATES
  if (isList && x5c.every(text => typeof text === 'string')) return x5c
  throw new KeyInvalid(`\`x5c\` is not a list of 1 to ${MAX_KEY_CERTIFICATES} texts`)
}

async function verifySignature(text: string, algorithm: Algorithm, publicKey: KeyObject): Promise<void> {
  try {
    await compactVerify(text, publicKey, { algorithms: [algorithm] })
  } catch (cause) {
    throw new RegistrationInvalid('the registration is not signed by the key that it registers', { cause })
  }
}
