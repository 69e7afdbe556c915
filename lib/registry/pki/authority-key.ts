import type { KeyObject, X509Certificate } from 'node:crypto'
import { CertificationInvalid } from '../../errors.js'
import { MAX_AUTHORITY_RSA_BITS, MIN_AUTHORITY_RSA_BITS } from '../../limits/keys.js'

const CURVES: readonly unknown[] = ['prime256v1', 'secp384r1', 'secp521r1']
// With e = 1 every text is its own signature.
const MIN_RSA_EXPONENT = 3n

/** The key that a certificate certifies. One that OpenSSL does not know is refused (ERR_CERTIFICATION_INVALID). */
export function publicKeyOf(what: string, certificate: X509Certificate): KeyObject {
  try {
    return certificate.publicKey
  } catch (cause) {
    throw new CertificationInvalid(`${what}: the key cannot be used`, { cause })
  }
}

/** Refuses a key that must not sign certificates: ERR_CERTIFICATION_INVALID. */
export function checkAuthorityKey(what: string, certificate: X509Certificate): void {
  if (isStrong(publicKeyOf(what, certificate))) return
  const bits = `${MIN_AUTHORITY_RSA_BITS} to ${MAX_AUTHORITY_RSA_BITS}`
  throw new CertificationInvalid(`${what}: the key is neither RSA of ${bits} bits, P-256, P-384, P-521 nor Ed25519`)
}

function isStrong({ asymmetricKeyType, asymmetricKeyDetails = {} }: KeyObject): boolean {
  const { modulusLength = 0, publicExponent = 0n, namedCurve } = asymmetricKeyDetails
  switch (asymmetricKeyType) {
    case 'ed25519':
      return true
    case 'ec':
      return CURVES.includes(namedCurve)
    case 'rsa':
      return (
        modulusLength >= MIN_AUTHORITY_RSA_BITS &&
        modulusLength <= MAX_AUTHORITY_RSA_BITS &&
        publicExponent >= MIN_RSA_EXPONENT
      )
    default:
      return false
  }
}
