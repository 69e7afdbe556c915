import { type KeyObject, sign, verify } from 'node:crypto'
import type { Algorithm } from '../model/algorithm.js'

/** Both algorithms make signatures of 64 bytes (RFC 7518, section 3.4; RFC 8032, section 5.1.6). */
export const SIGNATURE_BYTES = 64

/** The JWS signing input (RFC 7515, section 5.1): `BASE64URL(header) "." BASE64URL(payload)`. */
export function signingInput(encodedHeader: string, payload: Buffer): Buffer {
  const encodedPayload = payload.toString('base64url')
  const input = Buffer.allocUnsafe(encodedHeader.length + 1 + encodedPayload.length)
  input.write(encodedHeader, 0, 'latin1')
  input.write('.', encodedHeader.length, 'latin1')
  input.write(encodedPayload, encodedHeader.length + 1, 'latin1')
  return input
}

/** Signs synchronously with a prepared private key; jose would go through the thread pool, at several times the cost. */
export function signBytes(algorithm: Algorithm, privateKey: KeyObject, data: Uint8Array): Buffer {
  return algorithm === 'ES256'
    ? sign('sha256', data, { key: privateKey, dsaEncoding: 'ieee-p1363' })
    : sign(null, data, privateKey)
}

/** Whether a signature verifies under a prepared public key. */
export function verifyBytes(
  algorithm: Algorithm,
  publicKey: KeyObject,
  data: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (signature.length !== SIGNATURE_BYTES) return false
  return algorithm === 'ES256'
    ? verify('sha256', data, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature)
    : verify(null, data, publicKey, signature)
}
