import type { X509Certificate } from 'node:crypto'
import { CertificationInvalid, OptionError } from '../../errors.js'
import { type CertificatesOption, commonValidity, readCertificates, readX5c } from '../../jws/certificates.js'
import { MAX_ROOT_CERTIFICATES } from '../../limits/keys.js'
import { checkOptions } from '../../options.js'
import { checkAuthorityKey } from './authority-key.js'
import { checkAuthority } from './certificate-checks.js'
import { type FieldsReader, loadFieldsReader } from './certificate-fields.js'
import { type Root, verifyPath } from './certificate-path.js'
import type { CertificateVerifier } from './certificate-verifier.js'
import { resolveServiceNameCheck } from './service-name.js'

export type { CertificatesOption } from '../../jws/certificates.js'
export type { CertificateVerifier } from './certificate-verifier.js'

/** A PKI whose certificates say which key is whose. */
export interface CertificateAuthorityOptions {
  /** Certificates of the authorities that every chain must end at. */
  readonly roots: CertificatesOption
  /**
   * The SPIFFE ID that a service's certificate must have, with `{service}` in place of its name: `spiffe://example.org/{service}`. If absent, the
   * certificate must have a DNS name that is the service's name.
   */
  readonly spiffeId?: string | undefined
}

/**
 * Takes a PKI in place of a registrar: registrations are used whose key comes with certificates (`x5c`) that lead to one of these roots and have
 * the service's name. Revocation lists and OCSP are not asked: issue certificates that live for hours. Needs the packages
 * `@peculiar/asn1-schema` and `@peculiar/asn1-x509`. Throws ERR_OPTION.
 */
export async function certificateAuthority(options: CertificateAuthorityOptions): Promise<CertificateVerifier> {
  const { roots: given, spiffeId } = checkOptions('certificateAuthority', options, ['roots', 'spiffeId'])
  const checkServiceName = resolveServiceNameCheck(spiffeId)
  const certificates = readCertificates('certificateAuthority: roots', given)
  if (certificates.length > MAX_ROOT_CERTIFICATES) {
    throw new OptionError(`certificateAuthority: more than ${MAX_ROOT_CERTIFICATES} roots`)
  }
  const readFields = await loadFieldsReader()
  const roots = certificates.map((certificate, index) => readRoot(`roots[${index}]`, certificate, readFields))
  return Object.freeze({
    verifyCertificates: (texts, { service, publicKey }) => {
      const { certificates, own, ownFields } = verifyPath(readX5c(texts), roots, readFields)
      checkServiceName(ownFields.names, service)
      if (!own.publicKey.equals(publicKey)) throw new CertificationInvalid('x5c[0] is the certificate of another key')
      return commonValidity(certificates)
    },
  } satisfies CertificateVerifier)
}

/** Its own signature proves nothing: it is trusted because it is configured. */
function readRoot(what: string, certificate: X509Certificate, readFields: FieldsReader): Root {
  try {
    const fields = readFields(what, certificate)
    checkAuthority(fields)
    checkAuthorityKey(what, certificate)
    return { certificate, fields }
  } catch (cause) {
    if (!(cause instanceof CertificationInvalid)) throw cause
    throw new OptionError(`certificateAuthority: ${cause.message}`, { cause })
  }
}
