import { type KeyObject, sign, verify } from 'node:crypto'
import { MAX_PRESENTATION_CHARACTERS } from '../limits/chains.js'
import type { Algorithm } from '../model/algorithm.js'

/** A prepared public key. */
export interface VerificationKey {
  readonly algorithm: Algorithm
  readonly publicKey: KeyObject
}

/** A JWS whose payload stands beside it as text (RFC 7515, appendix F). */
export interface SignedText {
  readonly encodedHeader: string
  /** Not encoded yet. */
  readonly payload: string
  readonly signature: Uint8Array
}

/** Both algorithms make signatures of 64 bytes (RFC 7518, section 3.4; RFC 8032, section 5.1.6). */
export const SIGNATURE_BYTES = 64

// Texts stand here while they are encoded and signed: a buffer of its own for each costs more than its encoding.
const payloads = Buffer.alloc(MAX_PRESENTATION_CHARACTERS)
const inputs = Buffer.alloc(2 * MAX_PRESENTATION_CHARACTERS)
const DOT = 0x2e

/**
 * The JWS signing input (RFC 7515, section 5.1): `BASE64URL(header) "." BASE64URL(payload)`. The payload is ASCII text. The bytes stand
 * until the next input is made: whoever is not done with them at once copies them.
 */
export function signingInput(encodedHeader: string, payload: string): Uint8Array {
  const length = signingInputLength(encodedHeader, payload)
  const input = length > inputs.length ? Buffer.allocUnsafe(length) : inputs.subarray(0, length)
  writeSigningInput({ encodedHeader, payload }, input)
  return input
}

/** Bytes of a signing input. */
export function signingInputLength(encodedHeader: string, payload: string): number {
  return encodedHeader.length + 1 + Math.ceil((payload.length * 4) / 3)
}

/** Writes the signing input of a text where there is room for it. */
export function writeSigningInput(
  { encodedHeader, payload }: Omit<SignedText, 'signature'>,
  target: Buffer,
  at = 0,
): void {
  const dotAt = at + encodedHeader.length
  target.write(encodedHeader, at, 'latin1')
  target[dotAt] = DOT
  target.write(encodePayload(payload), dotAt + 1, 'latin1')
}

function encodePayload(payload: string): string {
  if (payload.length > payloads.length) return Buffer.from(payload, 'latin1').toString('base64url')
  return payloads.toString('base64url', 0, payloads.write(payload, 'latin1'))
}

/** Signs synchronously with a prepared private key; jose would go through libuv's threads, at several times the cost. */
export function signBytes(algorithm: Algorithm, privateKey: KeyObject, data: Uint8Array): Buffer {
  return algorithm === 'ES256'
    ? sign('sha256', data, { key: privateKey, dsaEncoding: 'ieee-p1363' })
    : sign(null, data, privateKey)
}

/** Whether a signature verifies under a prepared public key. */
export function verifyBytes(
  { algorithm, publicKey }: VerificationKey,
  data: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (signature.length !== SIGNATURE_BYTES) return false
  return algorithm === 'ES256'
    ? verify('sha256', data, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature)
    : verify(null, data, publicKey, signature)
}

/** Whether the signature of a text verifies. */
export function verifyText(key: VerificationKey, { encodedHeader, payload, signature }: SignedText): boolean {
  return verifyBytes(key, signingInput(encodedHeader, payload), signature)
}
