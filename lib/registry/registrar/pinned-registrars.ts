import { CertificationInvalid, CountersignError, OptionError } from '../../errors.js'
import { importPublicJwk, type PublicJwk, type PublicKey } from '../../jws/public-key.js'
import type { Registration } from '../../model/registration.js'
import { type CertificateVerifier, isCertificateVerifier } from '../pki/certificate-verifier.js'
import { verifyCertifiedKey } from '../pki/certified-key.js'
import type { Place } from '../place.js'
import { type RegistrationVerifier, verifyRegistration } from '../registration.js'
import { CERTIFICATION, readUnverifiedCertification } from './certification.js'
import { DELEGATION, importDelegatedKey } from './delegation.js'
import { readUnverifiedStatement, type UnverifiedStatement, verifyStatement } from './statement.js'
import { isCertification, lookThrough, verifyUnpinned } from './unpinned.js'

/** Whoever says which key is whose: a registrar, or a root that delegates to registrars, by its public JWK, or a PKI. */
export type Registrar = PublicJwk | CertificateVerifier

/**
 * How a service with this option `registrars` verifies what it finds: a certification by the keys among them, and a key that comes with
 * certificates by the PKIs among them. Throws ERR_OPTION.
 */
export async function resolveRegistrars(registrars: readonly Registrar[] | undefined): Promise<RegistrationVerifier> {
  if (registrars === undefined) return verifyUnpinned
  if (!Array.isArray(registrars) || registrars.length === 0) {
    throw new OptionError('`registrars` must list at least one public JWK or certificate authority, or be left out')
  }
  const pinned = await PinnedRegistrars.import(registrars)
  const verifiers = registrars.filter(isCertificateVerifier)
  if (verifiers.length === 0) return (text, place) => pinned.verify(text, place)
  return (text, place) =>
    pinned.size > 0 && isCertification(text)
      ? pinned.verify(text, place)
      : verifyCertifiedKey(lookThrough(text), place, verifiers)
}

/** The registrars and roots whose public keys a verifier pins, by kid. Registrations that none of them certified are refused. */
export class PinnedRegistrars {
  readonly #keys: ReadonlyMap<string, PublicKey>

  private constructor(keys: ReadonlyMap<string, PublicKey>) {
    this.#keys = keys
  }

  /** Imports the public JWKs of an option, each of a registrar or of a root that delegates to registrars. Throws ERR_OPTION. */
  static async import(registrars: readonly Registrar[]): Promise<PinnedRegistrars> {
    const imports = registrars.map((registrar, index) =>
      isCertificateVerifier(registrar) ? [] : importPin(registrar, index),
    )
    const keys = (await Promise.all(imports)).flat()
    return new PinnedRegistrars(new Map(keys.map(key => [key.kid, key])))
  }

  /** How many keys are pinned. */
  get size(): number {
    return this.#keys.size
  }

  /**
   * Verifies what was found at a place: that a pinned key, or one that a pinned key delegates to, certified this registration, and
   * then the registration itself. It ends when its certification ends. Throws ERR_CERTIFICATION_INVALID and what
   * `verifyRegistration` throws.
   */
  async verify(text: unknown, place: Place): Promise<Registration> {
    if (typeof text !== 'string') throw new CertificationInvalid('the certified registration is not a text')
    const { certification, registration, delegation } = readUnverifiedCertification(text)
    const registrar =
      delegation === undefined ? this.#pinned(certification) : await this.#delegated(certification, delegation)
    await verifyStatementOf(registrar, certification, CERTIFICATION.name)
    const verified = await verifyRegistration(registration, place)
    return Object.freeze({ ...verified, expiresAt: Math.min(verified.expiresAt, certification.expiresAt) })
  }

  /** A certification lies inside the delegation that it rests on, so that none outlives what a root has said. */
  async #delegated(certification: UnverifiedStatement, text: string): Promise<PublicKey> {
    const delegation = readUnverifiedStatement(DELEGATION, text)
    await verifyStatementOf(this.#pinned(delegation), delegation, DELEGATION.name)
    if (certification.issuedAt < delegation.issuedAt || certification.expiresAt > delegation.expiresAt) {
      throw new CertificationInvalid('the certification is not inside the time of its delegation')
    }
    return await importDelegatedKey(delegation)
  }

  #pinned({ kid }: UnverifiedStatement): PublicKey {
    const key = this.#keys.get(kid)
    if (key === undefined) throw new CertificationInvalid(`no pinned registrar has the key \`${kid}\``)
    return key
  }
}

async function verifyStatementOf(signer: PublicKey, statement: UnverifiedStatement, name: string): Promise<void> {
  if (statement.kid !== signer.kid || statement.algorithm !== signer.algorithm) {
    throw new CertificationInvalid(`the ${name} names another key than the one it rests on`)
  }
  await verifyStatement(name, statement, signer.key)
}

async function importPin(jwk: PublicJwk, index: number): Promise<PublicKey> {
  const isObject = typeof jwk === 'object' && jwk !== null
  if (jwk instanceof Promise) {
    throw new OptionError(`registrars[${index}] is a promise: did you forget \`await certificateAuthority(...)\`?`)
  }
  try {
    return await importPublicJwk(jwk, isObject && jwk.kty === 'EC' ? 'ES256' : 'EdDSA')
  } catch (cause) {
    const why = cause instanceof CountersignError ? `: ${cause.message}` : ''
    throw new OptionError(`registrars[${index}] is not the public JWK of an ES256 or EdDSA key${why}`, { cause })
  }
}
