import type { X509Certificate } from 'node:crypto'
import { CertificationInvalid } from '../../errors.js'
import { checkAuthorityKey, publicKeyOf } from './authority-key.js'
import { checkAuthority, checkOwnCertificate, checkPathLength, checkSignatureAlgorithm } from './certificate-checks.js'
import type { CertificateFields, FieldsReader } from './certificate-fields.js'
import { checkNameConstraints } from './name-constraints.js'

/** A certificate authority that is trusted because its user says so. */
export interface Root {
  readonly certificate: X509Certificate
  readonly fields: CertificateFields
}

/** A path that was verified. */
export interface VerifiedPath {
  /** All of them: the service's own first, the root last. */
  readonly certificates: readonly X509Certificate[]
  /** The service's own. */
  readonly own: X509Certificate
  readonly ownFields: CertificateFields
}

/**
 * Verifies that certificates, a service's own first, lead to a root (RFC 5280, section 6). It goes from the root down, so that a certificate
 * is read after its issuer's signature was verified, not before. Dates are left to the caller. Throws ERR_CERTIFICATION_INVALID.
 */
export function verifyPath(
  x5c: readonly X509Certificate[],
  roots: readonly Root[],
  readFields: FieldsReader,
): VerifiedPath {
  const presented = withoutRoot(x5c, roots)
  const root = findRoot(presented, roots)
  const certificates = [...presented, root.certificate]
  checkDistinct(certificates)
  const issuers = [root]
  checkPathLength(root.fields, presented.length - 1)
  for (const [index, certificate] of [...presented.entries()].toReversed()) {
    const what = `x5c[${index}]`
    if (!isIssuedBy(certificate, issuers.at(-1))) {
      throw new CertificationInvalid(`${what} is not issued by the certificate behind it`)
    }
    const fields = readFields(what, certificate)
    checkSignatureAlgorithm(fields)
    for (const issuer of issuers) checkNameConstraints(fields, issuer.fields.nameConstraints)
    if (index === 0) {
      checkOwnCertificate(fields)
      return { certificates, own: certificate, ownFields: fields }
    }
    checkAuthority(fields)
    checkAuthorityKey(what, certificate)
    checkPathLength(fields, index - 1)
    issuers.push({ certificate, fields })
  }
  throw new CertificationInvalid('`x5c` has no certificate of the service')
}

/** A root counts where it is configured. One that comes along is of no use, and does no harm. */
function withoutRoot(x5c: readonly X509Certificate[], roots: readonly Root[]): readonly X509Certificate[] {
  const last = x5c.at(-1)
  const isRoot = roots.some(({ certificate }) => last?.raw.equals(certificate.raw))
  return isRoot ? x5c.slice(0, -1) : x5c
}

/** Several roots may have one name: an authority that renews its key. */
function findRoot(presented: readonly X509Certificate[], roots: readonly Root[]): Root {
  const last = presented.at(-1)
  const root = last && roots.find(candidate => isIssuedBy(last, candidate))
  if (root === undefined) throw new CertificationInvalid('the certificates do not lead to a configured root')
  return root
}

/** Names, key identifiers and the issuer's right to sign are OpenSSL's part, as is the signature. */
function isIssuedBy(certificate: X509Certificate, issuer: Root | undefined): boolean {
  if (issuer === undefined || !certificate.checkIssued(issuer.certificate)) return false
  return certificate.verify(issuer.certificate.publicKey)
}

/** No certificate stands there twice, and no authority below itself. */
function checkDistinct(certificates: readonly X509Certificate[]): void {
  const keys = certificates.map((certificate, index) =>
    publicKeyOf(`x5c[${index}]`, certificate).export({ format: 'der', type: 'spki' }).toString('base64'),
  )
  if (new Set(keys).size < keys.length) throw new CertificationInvalid('two certificates of the chain have one key')
}
