import { CertificationInvalid } from '../../errors.js'
import type { CertificateFields } from './certificate-fields.js'

// RFC 4055, RFC 5758 and RFC 8410. No MD5 and no SHA-1, and no RSASSA-PSS, whose parameters may name either.
const SIGNATURE_ALGORITHMS = new Set([
  '1.2.840.113549.1.1.11', // sha256WithRSAEncryption
  '1.2.840.113549.1.1.12', // sha384WithRSAEncryption
  '1.2.840.113549.1.1.13', // sha512WithRSAEncryption
  '1.2.840.10045.4.3.2', // ecdsa-with-SHA256
  '1.2.840.10045.4.3.3', // ecdsa-with-SHA384
  '1.2.840.10045.4.3.4', // ecdsa-with-SHA512
  '1.3.101.112', // id-Ed25519
])
const ANY_USE = '2.5.29.37.0'
const CLIENT_AUTHENTICATION = '1.3.6.1.5.5.7.3.2'

/** Refuses a certificate that is signed with an algorithm which others can break. */
export function checkSignatureAlgorithm({ what, signatureAlgorithm }: CertificateFields): void {
  if (SIGNATURE_ALGORITHMS.has(signatureAlgorithm)) return
  throw new CertificationInvalid(`${what}: the signature algorithm ${signatureAlgorithm} is not accepted`)
}

/** Refuses what may not issue certificates (RFC 5280, section 6.1.4). */
export function checkAuthority(fields: CertificateFields): void {
  const { what, basicConstraints, keyUsage } = fields
  checkGeneral(fields)
  if (!basicConstraints?.isAuthority) {
    throw new CertificationInvalid(`${what}: no certificate authority, by its basic constraints`)
  }
  if (!basicConstraints.isCritical) throw new CertificationInvalid(`${what}: the basic constraints are not critical`)
  if (keyUsage?.includes('keyCertSign') === false) {
    throw new CertificationInvalid(`${what}: the key usage does not include signing certificates`)
  }
}

/** Refuses an authority that has more authorities below itself than it may have. */
export function checkPathLength({ what, basicConstraints }: CertificateFields, authoritiesBelow: number): void {
  const { pathLength = Number.POSITIVE_INFINITY } = basicConstraints ?? {}
  if (authoritiesBelow <= pathLength) return
  throw new CertificationInvalid(`${what}: more authorities stand below it than its path length constraint allows`)
}

/** Refuses what is not the certificate of a service's own key. */
export function checkOwnCertificate(fields: CertificateFields): void {
  const { what, basicConstraints, keyUsage } = fields
  checkGeneral(fields)
  if (basicConstraints?.isAuthority || keyUsage?.includes('keyCertSign')) {
    throw new CertificationInvalid(`${what}: a certificate authority's, not a service's`)
  }
  if (keyUsage?.includes('digitalSignature') === false) {
    throw new CertificationInvalid(`${what}: the key usage does not include digital signatures`)
  }
}

/** An extended key usage of an authority narrows what stands below it, as verifiers of TLS have it. */
function checkGeneral({ what, isVersion3, extendedKeyUsage }: CertificateFields): void {
  if (!isVersion3) throw new CertificationInvalid(`${what}: not a certificate of version 3`)
  const isForClients = extendedKeyUsage?.some(use => use === CLIENT_AUTHENTICATION || use === ANY_USE) ?? true
  if (!isForClients) {
    throw new CertificationInvalid(`${what}: the extended key usage does not include client authentication`)
  }
}
