import type { Validity } from '../../jws/certificates.js'
import type { Registration } from '../../model/registration.js'

/** Says whether the certificates of a key make it a service's, in place of a registrar. */
export interface CertificateVerifier {
  /** Verifies the `x5c` of a verified registration, and says when all of it is valid. Throws ERR_CERTIFICATION_INVALID. */
  readonly verifyCertificates: (x5c: readonly string[], registration: Registration) => Validity
}

/** Whether a value can judge certificates. */
export function isCertificateVerifier(value: unknown): value is CertificateVerifier {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'verifyCertificates') === 'function'
}
