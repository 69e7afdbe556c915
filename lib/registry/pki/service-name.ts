import { CertificationInvalid, OptionError } from '../../errors.js'
import type { CertificateNames } from './certificate-names.js'

/** Refuses a service's certificate that has another name than the service's: ERR_CERTIFICATION_INVALID. */
export type ServiceNameCheck = (names: CertificateNames, service: string) => void

// The SPIFFE ID specification, section 2: a trust domain, and a path without empty segments, in which the service's name stands once.
const TEMPLATE = /^(spiffe:\/\/[a-z0-9._-]{1,255}\/(?:[\w.-]+\/)*[\w.-]*)\{service\}([\w.-]*(?:\/[\w.-]+)*)$/

/** How the names of a certificate are compared with a service's: byte for byte, without wildcards. Throws ERR_OPTION. */
export function resolveServiceNameCheck(spiffeId: string | undefined): ServiceNameCheck {
  if (spiffeId === undefined) return checkDnsName
  const template = typeof spiffeId === 'string' ? TEMPLATE.exec(spiffeId) : null
  if (template === null) {
    throw new OptionError('certificateAuthority: `spiffeId` must be like spiffe://example.org/{service}')
  }
  const [, before, after] = template
  return (names, service) => checkSpiffeId(names, `${before}${service}${after}`)
}

function checkDnsName({ dns }: CertificateNames, service: string): void {
  if (dns.includes(service)) return
  throw new CertificationInvalid(`x5c[0]: no DNS name in the subject alternative name is \`${service}\``)
}

/** Such a certificate has one URI exactly (X.509-SVID, section 2). */
function checkSpiffeId({ uris }: CertificateNames, expected: string): void {
  if (uris.length === 1 && uris[0] === expected) return
  throw new CertificationInvalid(`x5c[0]: the URI in the subject alternative name is not \`${expected}\` alone`)
}
