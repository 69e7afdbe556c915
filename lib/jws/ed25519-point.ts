// Encodings of points of edwards25519 (RFC 8032, section 5.1.2): y in little endian, the sign of x in the last bit.

const P = 2n ** 255n - 19n
const SIGN = 1n << 255n

// y of the eight points whose order divides 8; the sign of x does not matter. A signature under such a key
// verifies for any message, so whoever registers one lets everybody sign.
const SMALL_ORDER_Y = new Set([
  0n,
  1n,
  P - 1n,
  2707385501144840649318225287225658788936804267575313519463743609750303402022n,
  55188659117513257062467267217118295137698188065244968500265048394206261417927n,
])

/** Whether 32 bytes encode y below the field's prime. */
export function isCanonicalPoint(point: Uint8Array): boolean {
  return yOf(point) < P
}

/** Whether 32 bytes encode a point whose order divides 8, in whatever encoding. */
export function isSmallOrder(point: Uint8Array): boolean {
  return SMALL_ORDER_Y.has(yOf(point) % P)
}

function yOf(point: Uint8Array): bigint {
  const number = BigInt(`0x${Buffer.from(point).reverse().toString('hex')}`)
  return number & ~SIGN
}
