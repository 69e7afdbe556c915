import type { SigningKey } from '../../jws/signing-key.js'
import { MAX_REGISTRATION_SECONDS } from '../../limits/keys.js'
import type { UnverifiedStatement } from './statement.js'
import { readUnverifiedStatement, type StatementKind, type StatementTerms, signStatement } from './statement.js'

/** The `typ` of a certification. */
export const CERTIFICATION_TYPE = 'certification+jws'

/** A registrar's statement that a registration is the service's own. */
export const CERTIFICATION: StatementKind = {
  name: 'certification',
  typ: CERTIFICATION_TYPE,
  maxSeconds: MAX_REGISTRATION_SECONDS,
}

const SEPARATOR = '~'

/** What is stored where a registrar stands before the registry, taken apart and not verified. */
export interface UnverifiedCertification {
  readonly certification: UnverifiedStatement
  /** The registration's text. */
  readonly registration: string
  /** Text of the root's delegation to the registrar, where there is one. */
  readonly delegation: string | undefined
}

/**
 * Certifies a registration: a compact JWS around its text, followed by the root's delegation where the registrar has one. The
 * registration is not looked at: whoever calls has verified it, and that its sender is the service that it names.
 */
export async function signCertification(
  registration: string,
  key: SigningKey,
  terms: StatementTerms,
  delegation?: string,
): Promise<string> {
  const certification = await signStatement(CERTIFICATION, registration, key, terms)
  return delegation === undefined ? certification : `${certification}${SEPARATOR}${delegation}`
}

/** Takes a certified registration apart, strictly and without believing it. Throws ERR_CERTIFICATION_INVALID. */
export function readUnverifiedCertification(text: string): UnverifiedCertification {
  const at = text.indexOf(SEPARATOR)
  const certification = readUnverifiedStatement(CERTIFICATION, at < 0 ? text : text.slice(0, at))
  return {
    certification,
    registration: certification.payload.toString('latin1'),
    delegation: at < 0 ? undefined : text.slice(at + 1),
  }
}
