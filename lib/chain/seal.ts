import { hash, randomFillSync, timingSafeEqual } from 'node:crypto'
import { SealBroken } from '../errors.js'
import type { UnverifiedHop } from './presentation.js'

const RANDOM_BYTES = 16

// Asking the system once for many is several times cheaper; what is taken is wiped.
const pool = Buffer.alloc(128 * RANDOM_BYTES)
let taken = pool.length

/** 128 random bits in 22 base64url characters: a secret, or a transaction. */
export function makeRandom128(): string {
  if (taken === pool.length) {
    randomFillSync(pool)
    taken = 0
  }
  const bytes = pool.subarray(taken, taken + RANDOM_BYTES)
  taken += RANDOM_BYTES
  const text = bytes.toString('base64url')
  bytes.fill(0)
  return text
}

/** The `jti` that a secret opens: BASE64URL(SHA-256(its 22 ASCII characters)). */
export function sealOf(secret: string): string {
  return hash('sha256', secret, 'base64url')
}

/** The secret opens the newest hop (invariant 11). Compared in constant time. */
export function checkSeal(secret: string, newest: UnverifiedHop): void {
  const expected = Buffer.from(sealOf(secret), 'latin1')
  const found = Buffer.from(newest.header.jti, 'latin1')
  if (!timingSafeEqual(expected, found)) {
    throw new SealBroken('the secret does not open the newest hop', { hop: newest.position })
  }
}
