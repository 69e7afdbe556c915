import { createECDH, createHash, createHmac } from 'node:crypto'

// ECDSA over P-256 with the nonce of RFC 6979: the same text and key give the same signature, so that whatever is forged
// with fixed keys can be forged again. Not constant in time, and for made-up keys only.

const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
const BYTES = 32

/** Signs data: r and s, 32 bytes each (RFC 7518, section 3.4). */
export function signDeterministically(privateScalar: Uint8Array, data: Uint8Array): Buffer {
  const digest = createHash('sha256').update(data).digest()
  for (const nonce of nonces(privateScalar, digest)) {
    const r = xOf(nonce) % N
    const s = (inverse(nonce) * (toNumber(digest) + r * toNumber(privateScalar))) % N
    if (r !== 0n && s !== 0n) return Buffer.concat([toBytes(r), toBytes(s)])
  }
  throw new Error('out of nonces')
}

/** The other signature that every ECDSA signature has: n - s in place of s. It verifies as well. */
export function malleateEcdsa(signature: Uint8Array): Buffer {
  const s = toNumber(signature.subarray(BYTES))
  return Buffer.concat([signature.subarray(0, BYTES), toBytes(N - s)])
}

/** RFC 6979, section 3.2. */
function* nonces(privateScalar: Uint8Array, digest: Uint8Array): Generator<bigint> {
  const hmac = (key: Uint8Array, ...parts: Uint8Array[]) =>
    createHmac('sha256', key).update(Buffer.concat(parts)).digest()
  const seed = Buffer.concat([privateScalar, toBytes(toNumber(digest) % N)])
  let value: Buffer = Buffer.alloc(BYTES, 1)
  let key: Buffer = hmac(Buffer.alloc(BYTES), value, Buffer.of(0), seed)
  value = hmac(key, value)
  key = hmac(key, value, Buffer.of(1), seed)
  value = hmac(key, value)
  for (;;) {
    value = hmac(key, value)
    const nonce = toNumber(value)
    if (nonce > 0n && nonce < N) yield nonce
    key = hmac(key, value, Buffer.of(0))
    value = hmac(key, value)
  }
}

/** The x coordinate of a multiple of the base point. */
function xOf(scalar: bigint): bigint {
  const ecdh = createECDH('prime256v1')
  ecdh.setPrivateKey(toBytes(scalar))
  return toNumber(ecdh.getPublicKey().subarray(1, 1 + BYTES))
}

/** Modulo the order of the base point, by Euclid. */
function inverse(number: bigint): bigint {
  let [low, high, x, y] = [number % N, N, 1n, 0n]
  while (low > 1n) {
    const ratio = high / low
    ;[high, low] = [low, high - ratio * low]
    ;[y, x] = [x, y - ratio * x]
  }
  return ((x % N) + N) % N
}

function toNumber(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
}

function toBytes(number: bigint): Buffer {
  return Buffer.from(number.toString(16).padStart(2 * BYTES, '0'), 'hex')
}
