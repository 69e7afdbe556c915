import { CertificationInvalid, KeyInvalid } from '../../errors.js'
import { importPublicJwk, type PublicJwk, type PublicKey } from '../../jws/public-key.js'
import type { SigningKey } from '../../jws/signing-key.js'
import { NotStrict, parseStrictJson } from '../../jws/strict-json.js'
import { MAX_DELEGATION_SECONDS } from '../../limits/keys.js'
import { type Algorithm, isAlgorithm } from '../../model/algorithm.js'
import type { JsonObject } from '../../model/json.js'
import { type StatementKind, type StatementTerms, signStatement, type UnverifiedStatement } from './statement.js'

/** The `typ` of a delegation. */
export const DELEGATION_TYPE = 'delegation+jws'

/** A root's statement that a key may certify registrations. */
export const DELEGATION: StatementKind = {
  name: 'delegation',
  typ: DELEGATION_TYPE,
  maxSeconds: MAX_DELEGATION_SECONDS,
}

const PAYLOAD_MEMBERS = ['jwk', 'alg']

/** The key that a root delegates to. */
export interface DelegatedKey {
  readonly algorithm: Algorithm
  readonly publicJwk: PublicJwk
}

/** Delegates certifying to a registrar's key, for a while: signed by the root, which can then go back into its safe. */
export async function signDelegation(
  registrar: DelegatedKey,
  root: SigningKey,
  terms: StatementTerms,
): Promise<string> {
  const payload = JSON.stringify({ jwk: registrar.publicJwk, alg: registrar.algorithm })
  return await signStatement(DELEGATION, payload, root, terms)
}

/** The registrar's key in a delegation whose signature was verified. Throws ERR_CERTIFICATION_INVALID. */
export async function importDelegatedKey({ payload }: UnverifiedStatement): Promise<PublicKey> {
  const members = readPayload(payload)
  if (Object.keys(members).length !== PAYLOAD_MEMBERS.length || !isAlgorithm(members.alg)) {
    throw new CertificationInvalid(`the delegation's members are not exactly ${PAYLOAD_MEMBERS.join(', ')}`)
  }
  try {
    return await importPublicJwk(members.jwk, members.alg)
  } catch (cause) {
    if (cause instanceof KeyInvalid) throw new CertificationInvalid('the delegated key cannot be used', { cause })
    throw cause
  }
}

function readPayload(payload: Buffer): JsonObject {
  try {
    return parseStrictJson(payload)
  } catch (error) {
    if (error instanceof NotStrict) throw new CertificationInvalid(`the delegation is malformed: ${error.message}`)
    throw error
  }
}
