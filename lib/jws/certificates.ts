import { X509Certificate } from 'node:crypto'
import { CertificationInvalid, OptionError } from '../errors.js'

/** Certificates as a user gives them: PEM texts, each with one certificate or several, or X509Certificates. */
export type CertificatesOption = readonly (string | X509Certificate)[]

/** When something is valid: whole seconds since the epoch. */
export interface Validity {
  readonly notBefore: number
  readonly expiresAt: number
}

const PEM_BEGINS = '-----BEGIN CERTIFICATE-----'
const PEM = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g

/** Reads the certificates of an option, in their order. Throws ERR_OPTION. */
export function readCertificates(what: string, given: CertificatesOption): readonly X509Certificate[] {
  if (!Array.isArray(given) || given.length === 0) {
    throw new OptionError(`${what}: expected a list of PEM texts or X509Certificates`)
  }
  return given.flatMap((item, index) => readItem(`${what}[${index}]`, item))
}

/**
 * Reads `x5c` (RFC 7517, section 4.7): standard base64 of DER, each text in its one form. Nothing in the certificates is believed. Throws
 * ERR_CERTIFICATION_INVALID.
 */
export function readX5c(x5c: readonly string[]): readonly X509Certificate[] {
  return x5c.map((text, index) => {
    const der = Buffer.from(text, 'base64')
    if (text === '' || der.toString('base64') !== text) throw new CertificationInvalid(`x5c[${index}] is not base64`)
    return readDer(`x5c[${index}]`, der)
  })
}

/** OpenSSL takes PEM as well, and does not mind what follows. */
function readDer(what: string, der: Buffer): X509Certificate {
  try {
    const certificate = new X509Certificate(der)
    if (certificate.raw.equals(der)) return certificate
  } catch (cause) {
    throw new CertificationInvalid(`${what} is not a certificate`, { cause })
  }
  throw new CertificationInvalid(`${what} is not one certificate in DER`)
}

/** When all of these are valid. Of dates that cannot be read there is no such time: they give NaN, which compares as false. */
export function commonValidity(certificates: readonly X509Certificate[]): Validity {
  const seconds = (date: string) => Date.parse(date) / 1000
  return {
    notBefore: Math.ceil(Math.max(...certificates.map(({ validFrom }) => seconds(validFrom)))),
    expiresAt: Math.floor(Math.min(...certificates.map(({ validTo }) => seconds(validTo)))),
  }
}

/** The time that lies in both, which may be none. */
export function overlap(one: Validity, other: Validity): Validity {
  return {
    notBefore: Math.max(one.notBefore, other.notBefore),
    expiresAt: Math.min(one.expiresAt, other.expiresAt),
  }
}

function readItem(what: string, item: unknown): readonly X509Certificate[] {
  if (item instanceof X509Certificate) return [item]
  const blocks = typeof item === 'string' ? (item.match(PEM) ?? []) : []
  // One that is damaged is not left out in silence.
  if (blocks.length === 0 || blocks.length !== String(item).split(PEM_BEGINS).length - 1) {
    throw new OptionError(`${what} is neither an X509Certificate nor a PEM text of certificates`)
  }
  try {
    return blocks.map(block => new X509Certificate(block))
  } catch (cause) {
    throw new OptionError(`${what} has a certificate that cannot be read`, { cause })
  }
}
