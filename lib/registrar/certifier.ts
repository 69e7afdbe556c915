import { RegistrationInvalid } from '../errors.js'
import type { SigningKey } from '../jws/signing-key.js'
import { SKEW_SECONDS } from '../limits/chains.js'
import { MAX_REGISTRATION_SECONDS } from '../limits/keys.js'
import type { Publication } from '../model/registry.js'
import type { Place } from '../registry/place.js'
import { signCertification } from '../registry/registrar/certification.js'
import { verifyRegistration } from '../registry/registration.js'
import type { HeldDelegation } from './held-delegation.js'

/** What is to be certified, and who asks for it. */
export interface CertificationRequest {
  /** Where it will stand. */
  readonly place: Place
  /** The registration's text, as it was sent. */
  readonly registration: string
  /** Thumbprint of the key that its sender proved himself with. */
  readonly provenWith: string | undefined
  readonly now: number
}

/** Certifies registrations with the registrar's key. */
export class Certifier {
  readonly #key: SigningKey
  readonly #delegation: HeldDelegation | undefined

  constructor(key: SigningKey, delegation: HeldDelegation | undefined) {
    this.#key = key
    this.#delegation = delegation
  }

  /**
   * Certifies a registration whose sender was proven to be its service, for exactly as long as it says. Throws what
   * `verifyRegistration` throws, ERR_REGISTRATION_INVALID for a window that is not of this time, and ERR_DELEGATION_ENDED.
   */
  async certify({ place, registration, provenWith, now }: CertificationRequest): Promise<Publication> {
    const { notBefore, expiresAt } = await verifyRegistration(registration, place)
    checkWindow(notBefore, expiresAt, now)
    checkPurpose(place, provenWith, this.#key.kid)
    const delegation = this.#delegation?.covering(now, expiresAt)
    const terms = { issuedAt: this.#issuedAt(now, expiresAt), expiresAt }
    return { ...place, registration: await signCertification(registration, this.#key, terms, delegation), expiresAt }
  }

  /** A certification lives a day at most, and begins inside its delegation: clocks that differ a little must not matter. */
  #issuedAt(now: number, expiresAt: number): number {
    return Math.max(now, expiresAt - MAX_REGISTRATION_SECONDS, this.#delegation?.issuedAt ?? 0)
  }
}

/** Whoever registers a key for later gets around renewing. What begins now has ended in a day: no registration is longer. */
function checkWindow(notBefore: number, expiresAt: number, now: number): void {
  if (notBefore > now + SKEW_SECONDS)
    throw new RegistrationInvalid('the registration begins in the future: compare clocks')
  if (expiresAt <= now) throw new RegistrationInvalid('the registration has expired: compare clocks')
}

/** A key has one purpose (invariant 23). */
function checkPurpose({ kid }: Place, provenWith: string | undefined, registrar: string): void {
  if (kid === provenWith)
    throw new RegistrationInvalid('the key proves its service to the registrar: it must not sign hops')
  if (kid === registrar) throw new RegistrationInvalid("the key is the registrar's own: it must not sign hops")
}
