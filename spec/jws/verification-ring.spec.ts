import { generateKeyPairSync } from 'node:crypto'
import { expect } from 'chai'
import { SIGNATURE_BYTES, type SignedText, signingInput } from '../../lib/jws/signature.js'
import { placeAfter, type SignedBytes, VerificationRing } from '../../lib/jws/verification-ring.js'
import { MAX_PRESENTATION_CHARACTERS, VERIFICATIONS_UNDER_WAY } from '../../lib/limits/chains.js'
import type { Algorithm } from '../../lib/model/algorithm.js'

const PLACES = VERIFICATIONS_UNDER_WAY
const keys = [
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey,
  generateKeyPairSync('ed25519').publicKey,
].map(key => key.export({ type: 'spki', format: 'der' }))

interface Signed extends SignedText {
  readonly algorithm: Algorithm
  readonly publicKey: Uint8Array
}

/** What nobody has signed: a ring does not ask. */
function signedText(number: number, change: Partial<Signed> = {}): Signed {
  const algorithm = number % 2 === 0 ? 'ES256' : 'EdDSA'
  const [publicKey, signature] = [keys[number % 2] ?? Buffer.alloc(0), Buffer.alloc(SIGNATURE_BYTES, number)]
  return { algorithm, publicKey, encodedHeader: 'header', payload: `payload ${number}`, signature, ...change }
}

/** The same as it is read. */
function bytesOf({ algorithm, publicKey, encodedHeader, payload, signature }: Signed): SignedBytes {
  const input = Buffer.from(signingInput(encodedHeader, payload))
  return { algorithm, publicKey: Buffer.from(publicKey), signature: Buffer.from(signature), input }
}

function put(ring: VerificationRing, signed: Signed): number | undefined {
  return ring.put(signed.algorithm, signed.publicKey, signed)
}

/** A ring in which so many were put and taken before: numbers of 32 bits. */
function ringAt(number: number): VerificationRing {
  const ring = new VerificationRing()
  new Int32Array(ring.memory).fill(number | 0, 0, 2)
  return ring
}

describe('a verification ring', () => {
  it('gives what was put, the oldest first, each once', () => {
    const ring = new VerificationRing()
    expect(ring.take()).to.equal(undefined)
    for (let number = 0; number < PLACES; number += 1) expect(put(ring, signedText(number))).to.equal(number)
    for (let number = 0; number < PLACES; number += 1) {
      expect(ring.waiting).to.equal(PLACES - number)
      const place = ring.take() ?? Number.NaN
      expect(place).to.equal(number)
      expect(ring.read(place)).to.deep.equal(bytesOf(signedText(number)))
    }
    expect(ring.take()).to.equal(undefined)
    expect(ring.waiting).to.equal(0)
  })

  it('is the same for two who share its memory', () => {
    const here = new VerificationRing()
    const other = new VerificationRing(here.memory)
    put(here, signedText(0))
    put(here, signedText(1))
    expect([other.take(), here.take(), other.take(), here.take()]).to.deep.equal([0, 1, undefined, undefined])
    expect(other.read(1)).to.deep.equal(bytesOf(signedText(1)))
    other.answer(1, true)
    expect([here.verdictAt(0), here.verdictAt(1)]).to.deep.equal([undefined, true])
  })

  for (const [name, start] of [
    ['beyond what 31 bits hold', 2 ** 31 - 3],
    ['and beyond what 32 bits hold', 2 ** 32 - 3],
  ] as const) {
    it(`counts on ${name}`, () => {
      const ring = ringAt(start)
      const first = start % PLACES
      for (let number = 0; number < 6; number += 1) {
        expect(put(ring, signedText(number))).to.equal((first + number) % PLACES)
      }
      expect(ring.waiting).to.equal(6)
      for (let number = 0; number < 6; number += 1) {
        const place = ring.take() ?? Number.NaN
        expect(ring.read(place)).to.deep.equal(bytesOf(signedText(number)))
      }
      expect([ring.take(), ring.waiting]).to.deep.equal([undefined, 0])
    })
  }

  it('holds one verdict for each place, and none of what stood there before', () => {
    const ring = new VerificationRing()
    for (let round = 0; round < 3; round += 1) {
      for (let number = 0; number < PLACES; number += 1) {
        const place = put(ring, signedText(number)) ?? Number.NaN
        expect(ring.verdictAt(place)).to.equal(undefined)
        expect(ring.take()).to.equal(place)
        ring.answer(place, (number + round) % 3 === 0)
        expect(ring.verdictAt(place)).to.equal((number + round) % 3 === 0)
      }
    }
  })

  it('takes what is as long as it may be, and nothing that is longer', () => {
    const ring = new VerificationRing()
    // Three characters of a payload are four of its encoding.
    const encodedHeader = 'h'.repeat(2 * MAX_PRESENTATION_CHARACTERS - 1 - 4)
    const long = { encodedHeader, payload: 'abc', publicKey: Buffer.alloc(128, 9) }
    expect(put(ring, signedText(0, long))).to.equal(0)
    expect(put(ring, signedText(1))).to.equal(1)
    const wrong: Partial<Signed>[] = [
      { ...long, encodedHeader: `${encodedHeader}h` },
      { ...long, payload: 'abcd' },
      { publicKey: Buffer.alloc(129) },
      { signature: Buffer.alloc(SIGNATURE_BYTES - 1) },
      { signature: Buffer.alloc(SIGNATURE_BYTES + 1) },
    ]
    for (const change of wrong) expect(put(ring, signedText(2, change))).to.equal(undefined)
    expect(ring.waiting).to.equal(2)
    expect(ring.read(0)).to.deep.equal(bytesOf(signedText(0, long)))
    expect(ring.read(1)).to.deep.equal(bytesOf(signedText(1)))
    expect(put(ring, signedText(PLACES - 1, long))).to.equal(2)
  })

  it('copies what is put and what is read: neither changes while it is verified', () => {
    const ring = new VerificationRing()
    const signature = Buffer.alloc(SIGNATURE_BYTES, 1)
    put(ring, signedText(1, { signature }))
    signature.fill(0)
    signingInput('another', 'text').fill(0)
    const read = ring.read(0)
    new Uint8Array(ring.memory).fill(0)
    expect(read).to.deep.equal(bytesOf(signedText(1)))
  })

  it('has whoever puts told once, and again only when he has said that he does not look', () => {
    const ring = new VerificationRing()
    expect([ring.mustTell(), ring.mustTell()]).to.deep.equal([true, false])
    ring.setAwake(false)
    expect([ring.mustTell(), ring.mustTell()]).to.deep.equal([true, false])
    ring.setAwake(true)
    expect(ring.mustTell()).to.equal(false)
  })

  it('has a power of two of places, each after another', () => {
    expect(PLACES & (PLACES - 1)).to.equal(0)
    expect([0, 1, PLACES - 2, PLACES - 1].map(placeAfter)).to.deep.equal([1, 2, PLACES - 1, 0])
  })

  it('keeps nothing that was wiped, and goes on as before', () => {
    const ring = new VerificationRing()
    for (let number = 0; number < PLACES; number += 1) {
      const place = put(ring, signedText(number)) ?? Number.NaN
      ring.take()
      ring.answer(place, true)
    }
    ring.wipe()
    const text = Buffer.from(ring.memory).toString('latin1')
    expect(text).not.to.contain('header')
    expect(text.includes(Buffer.from(keys[0] ?? '').toString('latin1'))).to.equal(false)
    expect(put(ring, signedText(5))).to.equal(0)
    expect(ring.take()).to.equal(0)
    expect(ring.read(0)).to.deep.equal(bytesOf(signedText(5)))
  })

  it('has nobody wait while there is something to take', () => {
    const ring = new VerificationRing()
    put(ring, signedText(0))
    ring.wait()
    expect(ring.take()).to.equal(0)
  })
})
