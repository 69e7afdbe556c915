import { KeyInvalid } from '../errors.js'
import { decodeBase64url, isCanonicalBase64url } from '../jws/base64url.js'
import { isRocaModulus } from './roca-key.js'

/** The two numbers of an RSA public key, as a JWK writes them (RFC 7518, section 6.3.1). */
export interface RsaNumbers {
  readonly n: string
  readonly e: string
}

// RFC 7518, section 3.3 asks for 2048 bits or more. The upper bounds keep a verification cheap.
const MIN_MODULUS_BITS = 2048
const MAX_MODULUS_BITS = 8192
const MAX_EXPONENT = 2n ** 32n

/**
 * Checks the numbers of an RSA public key, which OpenSSL takes as they come: with e = 1 every text is its own signature,
 * an even modulus has a factor that everybody knows, and a ROCA modulus two that anybody can find. Refuses with ERR_KEY_INVALID.
 */
export function readRsaNumbers(n: unknown, e: unknown): RsaNumbers {
  const modulus = number(n)
  const bits = modulus.value.toString(2).length
  if (bits < MIN_MODULUS_BITS || bits > MAX_MODULUS_BITS) throw new KeyInvalid(`an RSA modulus of ${bits} bits`)
  if (modulus.value % 2n === 0n) throw new KeyInvalid('an even RSA modulus')
  if (isRocaModulus(modulus.value)) throw new KeyInvalid('an RSA modulus that can be factored (ROCA)')
  const exponent = number(e)
  if (exponent.value < 3n || exponent.value > MAX_EXPONENT) throw new KeyInvalid('an RSA exponent out of range')
  if (exponent.value % 2n === 0n) throw new KeyInvalid('an even RSA exponent')
  return { n: modulus.text, e: exponent.text }
}

function number(text: unknown): { readonly text: string; readonly value: bigint } {
  if (typeof text !== 'string' || text === '' || !isCanonicalBase64url(text)) {
    throw new KeyInvalid('an RSA number that is not canonical base64url')
  }
  const bytes = decodeBase64url(text)
  if (bytes[0] === 0) throw new KeyInvalid('an RSA number with leading zeros')
  return { text, value: BigInt(`0x${bytes.toString('hex')}`) }
}
