import type { GeneralSubtree, NameConstraints } from '@peculiar/asn1-x509'
import { CertificationInvalid } from '../../errors.js'
import { type CertificateNames, formOf, type NameForm } from './certificate-names.js'

/** A certificate whose names are judged. */
export interface NamedCertificate {
  /** As an error calls it. */
  readonly what: string
  readonly names: CertificateNames
}

// A host that can be compared label by label; a wildcard is a label like any other.
const HOST = /^(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/
// In a constraint: a host, all that stands below one, or everything.
const DOMAIN = /^(?:\.?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)?$/
const IPV4 = /^[0-9.]+$/
// No user information, no address in brackets.
const URI = /^[a-z][a-z0-9+.-]*:\/\/([^/?#@:[\]]+)(?::[0-9]*)?(?:[/?#]|$)/i

/**
 * Checks the names of a certificate against the constraints of one that stands above it (RFC 5280, section 4.2.1.10). DNS names and URIs
 * are judged; where another form is constrained, a certificate that has a name of it is refused. Throws ERR_CERTIFICATION_INVALID.
 */
export function checkNameConstraints(certificate: NamedCertificate, constraints: NameConstraints | undefined): void {
  const permitted = [...(constraints?.permittedSubtrees ?? [])]
  const excluded = [...(constraints?.excludedSubtrees ?? [])]
  checkSubtrees([...permitted, ...excluded])
  for (const form of certificate.names.forms) {
    const ofForm = ({ base }: GeneralSubtree) => formOf(base) === form
    if (![...permitted, ...excluded].some(ofForm)) continue
    for (const host of hostsOf(certificate, form)) {
      const contains = ({ base }: GeneralSubtree) => isWithin(host, domainOf(base[form]), form)
      const isPermitted = !permitted.some(ofForm) || permitted.filter(ofForm).some(contains)
      if (!isPermitted || excluded.filter(ofForm).some(contains)) {
        throw new CertificationInvalid(`${certificate.what}: a ${form} is outside the name constraints of an issuer`)
      }
    }
  }
}

/** The other two fields of a subtree are not used (RFC 5280, same section). */
function checkSubtrees(subtrees: readonly GeneralSubtree[]): void {
  if (subtrees.every(({ minimum, maximum }) => minimum === 0 && maximum === undefined)) return
  throw new CertificationInvalid('name constraints with a minimum or a maximum are not known here')
}

/** The hosts that are compared, in small letters. What has none cannot be judged, and is refused. */
function hostsOf({ what, names }: NamedCertificate, form: NameForm): readonly string[] {
  const hosts =
    form === 'dNSName'
      ? names.dns.map(name => name.toLowerCase())
      : form === 'uniformResourceIdentifier'
        ? names.uris.map(hostOf)
        : [undefined]
  return hosts.map(host => {
    if (host !== undefined && HOST.test(host)) return host
    throw new CertificationInvalid(`${what}: the name constraints of an issuer cannot be compared with a ${form}`)
  })
}

/** Of an address a constraint says nothing. */
function hostOf(uri: string): string | undefined {
  const host = URI.exec(uri)?.[1]?.toLowerCase()
  return host === undefined || IPV4.test(host) ? undefined : host
}

/** A constraint that is written otherwise might exclude nothing of what its author had in mind. */
function domainOf(constraint: unknown): string {
  const domain = String(constraint).toLowerCase()
  if (DOMAIN.test(domain)) return domain
  throw new CertificationInvalid('a name constraint is not a domain')
}

/** A domain has its subdomains in it: of a URI only where the constraint begins with a dot, which leaves itself out. */
function isWithin(host: string, domain: string, form: NameForm): boolean {
  if (domain === '') return true
  if (domain.startsWith('.')) return host.endsWith(domain)
  return host === domain || (form === 'dNSName' && host.endsWith(`.${domain}`))
}
