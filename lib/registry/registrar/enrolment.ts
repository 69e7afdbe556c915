import { randomBytes } from 'node:crypto'
import { CertificationInvalid, CredentialInvalid, KeyInvalid } from '../../errors.js'
import { importPublicJwk, type PublicJwk, type PublicKey } from '../../jws/public-key.js'
import type { SigningKey } from '../../jws/signing-key.js'
import { NotStrict, parseStrictJson } from '../../jws/strict-json.js'
import { MAX_ENROLMENT_SECONDS, MAX_ENROLMENT_TOKEN_SECONDS } from '../../limits/registrars.js'
import { type Algorithm, isAlgorithm } from '../../model/algorithm.js'
import type { JsonObject } from '../../model/json.js'
import { isServiceName } from '../../model/names.js'
import { checkService } from '../place.js'
import {
  readUnverifiedStatement,
  type StatementKind,
  type StatementTerms,
  signStatement,
  type UnverifiedStatement,
  verifyStatement,
} from './statement.js'

/** An operator's permission for a service to have one key enrolled, once. */
const ENROLMENT_TOKEN: StatementKind = {
  name: 'enrolment token',
  typ: 'enrolment-token+jws',
  maxSeconds: MAX_ENROLMENT_TOKEN_SECONDS,
}

/** A registrar's statement that a key signs a service's assertions. */
const ENROLMENT: StatementKind = { name: 'enrolment', typ: 'enrolment+jws', maxSeconds: MAX_ENROLMENT_SECONDS }

const ID_BYTES = 16
const MAX_ID_CHARACTERS = 64

/** For which service, and before which registrar. */
export interface EnrolmentPlace {
  readonly service: string
  /** The registrar's URL. */
  readonly audience: string
}

/** A key that signs a service's assertions. */
export interface EnrolledKey {
  readonly algorithm: Algorithm
  readonly publicJwk: PublicJwk
}

/** A verified enrolment token. */
export interface EnrolmentToken extends StatementTerms {
  readonly service: string
  /** Thumbprint of the operator's key. */
  readonly operator: string
  readonly id: string
}

/** A verified enrolment. */
export interface Enrolment extends StatementTerms {
  readonly service: string
  readonly key: PublicKey
}

/** Permits a service to have one key enrolled, once. Wrong terms: ERR_OPTION. */
export async function signEnrolmentToken(
  { service, audience: aud }: EnrolmentPlace,
  operator: SigningKey,
  terms: StatementTerms,
): Promise<string> {
  checkService(service)
  const jti = randomBytes(ID_BYTES).toString('base64url')
  return await signStatement(ENROLMENT_TOKEN, JSON.stringify({ service, aud, jti }), operator, terms)
}

/** States that a key signs a service's assertions. Wrong terms: ERR_OPTION. */
export async function signEnrolment(
  { service, audience: aud }: EnrolmentPlace,
  { publicJwk: jwk, algorithm: alg }: EnrolledKey,
  signer: SigningKey,
  terms: StatementTerms,
): Promise<string> {
  return await signStatement(ENROLMENT, JSON.stringify({ service, aud, jwk, alg }), signer, terms)
}

/** Verifies an enrolment token by the operators' keys. Its time, and that it is new, are for the caller. Throws ERR_CREDENTIAL_INVALID. */
export async function verifyEnrolmentToken(
  text: string,
  audience: string,
  operators: ReadonlyMap<string, PublicKey>,
): Promise<EnrolmentToken> {
  const { statement, payload } = await verify(ENROLMENT_TOKEN, text, operators)
  const { service, aud, jti } = checkMembers(ENROLMENT_TOKEN, payload, ['service', 'aud', 'jti'])
  checkPlace(ENROLMENT_TOKEN, service, aud === audience)
  if (typeof jti !== 'string' || jti === '' || jti.length > MAX_ID_CHARACTERS) {
    throw new CredentialInvalid('the `jti` of the enrolment token is not a text of a few characters')
  }
  return { ...termsOf(statement), service: String(service), operator: statement.kid, id: jti }
}

/** Verifies an enrolment by the keys that sign them. Its time is for the caller. Throws ERR_CREDENTIAL_INVALID. */
export async function verifyEnrolment(
  text: string,
  audience: string,
  signers: ReadonlyMap<string, PublicKey>,
): Promise<Enrolment> {
  const { statement, payload } = await verify(ENROLMENT, text, signers)
  const { service, aud, jwk, alg } = checkMembers(ENROLMENT, payload, ['service', 'aud', 'jwk', 'alg'])
  checkPlace(ENROLMENT, service, aud === audience)
  return { ...termsOf(statement), service: String(service), key: await importAssertionKey(jwk, alg) }
}

/** The public half of a key that is to sign assertions. Throws ERR_CREDENTIAL_INVALID. */
export async function importAssertionKey(jwk: unknown, algorithm: unknown): Promise<PublicKey> {
  if (!isAlgorithm(algorithm)) throw new CredentialInvalid('the key to enrol is neither for ES256 nor for EdDSA')
  try {
    return await importPublicJwk(jwk, algorithm)
  } catch (error) {
    if (error instanceof KeyInvalid) throw new CredentialInvalid(`the key to enrol cannot be used: ${error.message}`)
    throw error
  }
}

async function verify(
  kind: StatementKind,
  text: string,
  signers: ReadonlyMap<string, PublicKey>,
): Promise<{ readonly statement: UnverifiedStatement; readonly payload: JsonObject }> {
  try {
    const statement = readUnverifiedStatement(kind, text)
    const signer = signers.get(statement.kid)
    if (signer === undefined || signer.algorithm !== statement.algorithm) {
      throw new CredentialInvalid(`the ${kind.name} is signed by nobody known`)
    }
    await verifyStatement(kind.name, statement, signer.key)
    return { statement, payload: parseStrictJson(statement.payload) }
  } catch (error) {
    if (error instanceof CertificationInvalid) throw new CredentialInvalid(error.message)
    if (error instanceof NotStrict) throw new CredentialInvalid(`the ${kind.name} is malformed: ${error.message}`)
    throw error
  }
}

function checkMembers({ name }: StatementKind, payload: JsonObject, members: readonly string[]): JsonObject {
  if (Object.keys(payload).length === members.length && members.every(member => member in payload)) return payload
  throw new CredentialInvalid(`the members of the ${name} are not exactly ${members.join(', ')}`)
}

function checkPlace({ name }: StatementKind, service: unknown, isOurs: boolean): void {
  if (!isServiceName(service)) throw new CredentialInvalid(`the ${name} names no service`)
  if (!isOurs) throw new CredentialInvalid(`the ${name} is for another registrar`)
}

function termsOf({ issuedAt, expiresAt }: UnverifiedStatement): StatementTerms {
  return { issuedAt, expiresAt }
}
