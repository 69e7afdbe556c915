import { expect } from 'chai'
import { isCanonicalPoint, isSmallOrder } from '../../lib/jws/ed25519-point.js'
import { SMALL_ORDER_ENCODINGS } from './small-order-encodings.js'

const P = 2n ** 255n - 19n

/** 32 bytes, little endian. */
function littleEndian(number: bigint): Buffer {
  return Buffer.from(number.toString(16).padStart(64, '0'), 'hex').reverse()
}

/** Doubles y of a point on edwards25519, by x^2 = (y^2 - 1) / (d y^2 + 1): 2y' = (y^2 + x^2) / (2 + x^2 - y^2). */
function double(y: bigint): bigint {
  const d = modulo(-121665n * inverse(121666n))
  const ySquared = modulo(y * y)
  const xSquared = modulo((ySquared - 1n) * inverse(d * ySquared + 1n))
  return modulo((ySquared + xSquared) * inverse(2n + xSquared - ySquared))
}

const modulo = (number: bigint) => ((number % P) + P) % P

function inverse(number: bigint): bigint {
  let result = 1n
  let base = modulo(number)
  for (let exponent = P - 2n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = modulo(result * base)
    base = modulo(base * base)
  }
  return result
}

describe('Ed25519 points', () => {
  it('are of small order in exactly 14 encodings', () => {
    expect(new Set(SMALL_ORDER_ENCODINGS).size).to.equal(14)
    for (const hex of SMALL_ORDER_ENCODINGS) expect(isSmallOrder(Buffer.from(hex, 'hex')), hex).to.equal(true)
  })

  it('are of small order because doubling them three times gives the neutral point', () => {
    for (const hex of SMALL_ORDER_ENCODINGS) {
      const y = modulo(BigInt(`0x${Buffer.from(hex, 'hex').reverse().toString('hex')}`) & (2n ** 255n - 1n))
      expect(double(double(double(y))), hex).to.equal(1n)
    }
  })

  it('are not of small order one beside them, nor at the base point', () => {
    const basePoint = modulo(4n * inverse(5n))
    for (const y of [2n, 3n, P - 2n, P - 3n, basePoint]) expect(isSmallOrder(littleEndian(y))).to.equal(false)
    expect(double(double(double(basePoint)))).not.to.equal(1n)
  })

  it('are canonical below the prime, whatever the sign of x', () => {
    for (const sign of [0n, 2n ** 255n]) {
      for (const y of [0n, 1n, P - 1n]) expect(isCanonicalPoint(littleEndian(y + sign))).to.equal(true)
      for (const y of [P, P + 1n, P + 18n]) expect(isCanonicalPoint(littleEndian(y + sign))).to.equal(false)
    }
  })
})
