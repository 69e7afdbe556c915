import { createPublicKey, type X509Certificate } from 'node:crypto'
import { SigningKeyUnusable } from '../errors.js'
import { SKEW_SECONDS } from '../limits/chains.js'
import { MAX_KEY_CERTIFICATES, MAX_KEY_CERTIFICATES_BYTES } from '../limits/keys.js'
import { commonValidity, overlap, type Validity } from './certificates.js'
import type { PublicJwk } from './public-key.js'

/** The certificates of a key that signs. They are nobody's word yet: those who verify judge them. */
export interface KeyCertificates {
  /** Base64 of DER, the key's own first, each followed by that of its issuer (RFC 7517, section 4.7). */
  readonly x5c: readonly string[]
  /** When all of them are valid. */
  readonly validity: Validity
}

/**
 * Takes the certificates that belong to a key. What would be refused everywhere is refused here, with ERR_SIGNING_KEY_UNUSABLE: the
 * certificate of another key, an order in which one does not issue the one before it, more than a registration has room for.
 */
export function attachCertificates(publicJwk: PublicJwk, certificates: readonly X509Certificate[]): KeyCertificates {
  const [own] = certificates
  if (own === undefined) throw new SigningKeyUnusable('the key has an empty list of certificates')
  if (!own.publicKey.equals(createPublicKey({ format: 'jwk', key: publicJwk }))) {
    throw new SigningKeyUnusable('the first certificate is not that of the key')
  }
  certificates.forEach((certificate, index) => {
    const issuer = certificates[index + 1]
    if (issuer !== undefined && !certificate.checkIssued(issuer)) {
      throw new SigningKeyUnusable(`certificate ${index + 2} of the key is not that of the issuer of the one before it`)
    }
  })
  const bytes = certificates.reduce((sum, { raw }) => sum + raw.length, 0)
  if (certificates.length > MAX_KEY_CERTIFICATES || bytes > MAX_KEY_CERTIFICATES_BYTES) {
    const most = `${MAX_KEY_CERTIFICATES} certificates of ${MAX_KEY_CERTIFICATES_BYTES} bytes in all`
    throw new SigningKeyUnusable(`the key has more than ${most}`)
  }
  return Object.freeze({
    x5c: Object.freeze(certificates.map(({ raw }) => raw.toString('base64'))),
    validity: Object.freeze(commonValidity(certificates)),
  })
}

/** The part of a window in which a key's certificates, if it has any, are valid. Throws ERR_SIGNING_KEY_UNUSABLE where they are not now. */
export function withinCertificates(certificates: KeyCertificates | undefined, window: Validity, now: number): Validity {
  if (certificates === undefined) return window
  const { notBefore, expiresAt } = overlap(window, certificates.validity)
  if (notBefore <= now + SKEW_SECONDS && now < expiresAt) return { notBefore, expiresAt }
  throw new SigningKeyUnusable("the key's certificates have expired, or are not valid yet")
}
