import type { KeyObject } from 'node:crypto'
import { compactVerify } from 'jose/jws/compact/verify'
import { CertificationInvalid, OptionError } from '../../errors.js'
import { parseUnverifiedCompact, signCompact } from '../../jws/compact.js'
import type { SigningKey } from '../../jws/signing-key.js'
import { NotStrict } from '../../jws/strict-json.js'
import { MAX_REGISTRATION_CHARACTERS } from '../../limits/keys.js'
import { type Algorithm, isAlgorithm } from '../../model/algorithm.js'
import { isKid } from '../place.js'

/** One kind of what a registrar or its root signs: its `typ`, and how long it may hold. */
export interface StatementKind {
  /** As an error calls it. */
  readonly name: string
  readonly typ: string
  readonly maxSeconds: number
}

/** From when to when a statement holds, in whole seconds since the epoch. */
export interface StatementTerms {
  readonly issuedAt: number
  readonly expiresAt: number
}

/** A statement taken apart, whose signature was not verified. */
export interface UnverifiedStatement extends StatementTerms {
  readonly text: string
  readonly algorithm: Algorithm
  /** The thumbprint of the key that is said to have signed it. */
  readonly kid: string
  readonly payload: Buffer
}

const HEADER_MEMBERS = ['alg', 'kid', 'typ', 'iat', 'exp']

/** Signs a statement: a compact JWS whose protected header says when it holds. Wrong terms: ERR_OPTION. */
export async function signStatement(
  { name, typ, maxSeconds }: StatementKind,
  payload: string,
  key: SigningKey,
  { issuedAt: iat, expiresAt: exp }: StatementTerms,
): Promise<string> {
  if (!isWindow(iat, exp, maxSeconds)) throw new OptionError(`a ${name} holds for 1 to ${maxSeconds} whole seconds`)
  return await signCompact({ alg: key.algorithm, kid: key.kid, typ, iat, exp }, payload, key)
}

/** Takes a statement apart, strictly and without believing it. Throws ERR_CERTIFICATION_INVALID. */
export function readUnverifiedStatement({ name, typ, maxSeconds }: StatementKind, text: string): UnverifiedStatement {
  if (text.length > MAX_REGISTRATION_CHARACTERS) throw new CertificationInvalid(`the ${name} is too long`)
  const { header, payload } = takeApart(name, text)
  if (Object.keys(header).length !== HEADER_MEMBERS.length || !HEADER_MEMBERS.every(member => member in header)) {
    throw new CertificationInvalid(`the header's members of the ${name} are not exactly ${HEADER_MEMBERS.join(', ')}`)
  }
  const { alg, kid, iat, exp } = header
  if (header.typ !== typ) throw new CertificationInvalid(`the ${name} is not of type \`${typ}\``)
  if (!isAlgorithm(alg)) throw new CertificationInvalid(`the algorithm of the ${name} is neither ES256 nor EdDSA`)
  if (!isKid(kid)) throw new CertificationInvalid(`\`kid\` of the ${name} is not a thumbprint`)
  if (!isWindow(iat, exp, maxSeconds)) {
    throw new CertificationInvalid(`\`iat\` and \`exp\` of the ${name} are not a window of 1 to ${maxSeconds} seconds`)
  }
  return { text, algorithm: alg, kid, issuedAt: Number(iat), expiresAt: Number(exp), payload }
}

/** Verifies a statement's signature with a key that the caller trusts to make such statements. */
export async function verifyStatement(name: string, statement: UnverifiedStatement, key: KeyObject): Promise<void> {
  try {
    await compactVerify(statement.text, key, { algorithms: [statement.algorithm] })
  } catch (cause) {
    throw new CertificationInvalid(`the signature of the ${name} does not verify`, { cause })
  }
}

function takeApart(name: string, text: string): ReturnType<typeof parseUnverifiedCompact> {
  try {
    return parseUnverifiedCompact(text, 'plain-digits')
  } catch (error) {
    if (error instanceof NotStrict) throw new CertificationInvalid(`the ${name} is malformed: ${error.message}`)
    throw error
  }
}

function isWindow(iat: unknown, exp: unknown, maxSeconds: number): boolean {
  if (!Number.isSafeInteger(iat) || !Number.isSafeInteger(exp)) return false
  const [from, to] = [Number(iat), Number(exp)]
  return from >= 0 && from < to && to <= from + maxSeconds
}
