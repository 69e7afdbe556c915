import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { SealBroken } from '../errors.js'
import type { UnverifiedHop } from './presentation.js'

const RANDOM_BYTES = 16

/** 128 random bits in 22 base64url characters: a secret, or a transaction. */
export function makeRandom128(): string {
  return randomBytes(RANDOM_BYTES).toString('base64url')
}

/** The `jti` that a secret opens: BASE64URL(SHA-256(its 22 ASCII characters)). */
export function sealOf(secret: string): string {
  return createHash('sha256').update(secret, 'latin1').digest('base64url')
}

/** The secret opens the newest hop (invariant 11). Compared in constant time. */
export function checkSeal(secret: string, newest: UnverifiedHop): void {
  const expected = Buffer.from(sealOf(secret), 'latin1')
  const found = Buffer.from(newest.header.jti, 'latin1')
  if (!timingSafeEqual(expected, found)) {
    throw new SealBroken('the secret does not open the newest hop', { hop: newest.position })
  }
}
