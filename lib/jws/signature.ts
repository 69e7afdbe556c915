import { type KeyObject, sign, verify } from 'node:crypto'
import { MAX_PRESENTATION_CHARACTERS } from '../limits/chains.js'
import type { Algorithm } from '../model/algorithm.js'

/** Both algorithms make signatures of 64 bytes (RFC 7518, section 3.4; RFC 8032, section 5.1.6). */
export const SIGNATURE_BYTES = 64

// A payload stands here while it is encoded: a buffer of its own would cost more than the encoding.
const scratch = Buffer.alloc(MAX_PRESENTATION_CHARACTERS)

/** The JWS signing input (RFC 7515, section 5.1): `BASE64URL(header) "." BASE64URL(payload)`. The payload is ASCII text. */
export function signingInput(encodedHeader: string, payload: string): Buffer {
  return Buffer.from(`${encodedHeader}.${encodePayload(payload)}`, 'latin1')
}

function encodePayload(payload: string): string {
  if (payload.length > scratch.length) return Buffer.from(payload, 'latin1').toString('base64url')
  return scratch.toString('base64url', 0, scratch.write(payload, 'latin1'))
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

/** The same on a thread of libuv's pool. An error there is a signature that does not verify. */
export function verifyBytesElsewhere(
  algorithm: Algorithm,
  publicKey: KeyObject,
  data: Uint8Array,
  signature: Uint8Array,
  done: (verified: boolean) => void,
): void {
  const finish = (error: Error | null, verified: boolean) => done(error === null && verified)
  if (algorithm === 'ES256') verify('sha256', data, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature, finish)
  else verify(null, data, publicKey, signature, finish)
}
