import { createSecretKey, generateKeyPairSync, pbkdf2 } from 'node:crypto'
import { expect } from 'chai'
import { type SignedText, signBytes, signingInput, type VerificationKey } from '../../lib/jws/signature.js'
import { poolThreads, VerificationPool } from '../../lib/jws/verification-pool.js'
import type { Algorithm } from '../../lib/model/algorithm.js'

const HEADER = 'header'

/** A key, and a text that it signed. */
function makeSigned(algorithm: Algorithm) {
  const { privateKey, publicKey } =
    algorithm === 'ES256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519')
  const signature = signBytes(algorithm, privateKey, signingInput(HEADER, 'payload'))
  return { key: { algorithm, publicKey }, signed: { encodedHeader: HEADER, payload: 'payload', signature } }
}

/** The verdict of a pool; undefined where it has no room. */
function verdictOf(pool: VerificationPool, key: VerificationKey, signed: SignedText): Promise<boolean> | undefined {
  let tell: (verified: boolean) => void = () => {}
  const verdict = new Promise<boolean>(resolve => {
    tell = resolve
  })
  return pool.begin(key, signed, verified => tell(verified)) ? verdict : undefined
}

describe('a verification pool', () => {
  for (const algorithm of ['ES256', 'EdDSA'] as const) {
    it(`verifies ${algorithm}, and sees what does not verify`, async () => {
      const { key, signed } = makeSigned(algorithm)
      const pool = new VerificationPool(4)
      const verify = (change: Partial<SignedText>, by = key) => verdictOf(pool, by, { ...signed, ...change })
      expect(await verify({})).to.equal(true)
      expect(await verify({}, makeSigned(algorithm).key)).to.equal(false)
      expect(await verify({ payload: 'payloae' })).to.equal(false)
      expect(await verify({ encodedHeader: 'headed' })).to.equal(false)
      expect(await verify({ signature: Buffer.alloc(64) })).to.equal(false)
    })

    it(`refuses signatures of ${algorithm} of another length`, async () => {
      const { key, signed } = makeSigned(algorithm)
      const pool = new VerificationPool(4)
      const { signature: right } = signed
      for (const signature of [right.subarray(1), Buffer.concat([right, Buffer.alloc(1)]), Buffer.alloc(0)]) {
        expect(await verdictOf(pool, key, { ...signed, signature })).to.equal(false)
      }
    })

    it(`verifies what stood there when it began (${algorithm})`, async () => {
      const { key, signed } = makeSigned(algorithm)
      const signature = Buffer.from(signed.signature)
      const verdict = verdictOf(new VerificationPool(1), key, { ...signed, signature })
      signingInput('another', 'text').fill(0)
      signature.fill(0)
      expect(await verdict).to.equal(true)
    })

    it(`verifies many texts at a time, each for itself (${algorithm})`, async () => {
      const pool = new VerificationPool(64)
      const { key, signed } = makeSigned(algorithm)
      const payloads = Array.from({ length: 60 }, (_, at) => (at % 3 === 0 ? 'payload' : `payload ${at}`))
      const verdicts = await Promise.all(payloads.map(payload => verdictOf(pool, key, { ...signed, payload })))
      expect(verdicts).to.deep.equal(payloads.map(payload => payload === 'payload'))
    })
  }

  it('begins no more than it has room for, and has room again', async () => {
    const { key, signed } = makeSigned('ES256')
    const pool = new VerificationPool(2)
    const begin = () => verdictOf(pool, key, signed)
    const begun = [begin(), begin()]
    expect(begin()).to.equal(undefined)
    expect(await Promise.all(begun)).to.deep.equal([true, true])
    expect(await begin()).to.equal(true)
  })

  it('has no room where there is one core, and is not wanted there', () => {
    const { key, signed } = makeSigned('ES256')
    const pool = new VerificationPool(0, { isHigh: () => true })
    expect(verdictOf(pool, key, signed)).to.equal(undefined)
    expect(pool.isWanted()).to.equal(false)
  })

  it('is wanted where calls press, which hangs on what is under way', async () => {
    const { key, signed } = makeSigned('ES256')
    const elsewhere: number[] = []
    const pool = new VerificationPool(4, { isHigh: number => elsewhere.push(number) % 2 === 0 })
    expect(pool.isWanted()).to.equal(false)
    const verdicts = [verdictOf(pool, key, signed), verdictOf(pool, key, signed)]
    expect(pool.isWanted()).to.equal(true)
    await Promise.all(verdicts)
    expect(pool.isWanted()).to.equal(false)
    expect(elsewhere).to.deep.equal([0, 2, 0])
  })

  it('keeps its room when a key is none: the fault is thrown at once', async () => {
    const { key, signed } = makeSigned('ES256')
    const pool = new VerificationPool(1)
    const symmetric = { ...key, publicKey: createSecretKey(Buffer.alloc(32)) }
    for (let round = 0; round < 3; round += 1) {
      expect(() => pool.begin(symmetric, signed, () => {})).to.throw(TypeError)
    }
    expect(await verdictOf(pool, key, signed)).to.equal(true)
  })

  it('does not wait for threads that other work holds, and uses them again when they are free', async () => {
    const { key, signed } = makeSigned('ES256')
    const pool = new VerificationPool(8)
    let held = 8
    const released = new Promise<void>(resolve => {
      const release = () => {
        held -= 1
        if (held === 0) resolve()
      }
      for (let work = held; work > 0; work -= 1) pbkdf2('word', 'salt', 1_000_000, 32, 'sha512', release)
    })
    let told = 0
    const begin = (change: Partial<SignedText> = {}) => {
      const verdict = verdictOf(pool, key, { ...signed, ...change })
      return verdict?.then(verified => {
        told += 1
        return verified
      })
    }
    const begun = [begin(), begin({ signature: Buffer.alloc(64) }), begin()]
    signingInput('another', 'text').fill(0)
    expect(await Promise.all(begun), 'what the texts were').to.deep.equal([true, false, true])
    expect(held, 'threads are held by other work').to.be.greaterThan(0)
    expect(begin(), 'nothing more is given to them').to.equal(undefined)
    await released
    let again = begin()
    for (; again === undefined; again = begin()) await new Promise(resolve => setTimeout(resolve, 5))
    expect(await again).to.equal(true)
    expect(told, 'each verdict is told once').to.equal(4)
  })

  it('counts the threads as libuv does, and no more than there are cores', () => {
    const sizes = [undefined, '1', '0', '', 'abc', '-3', '2', '64', '100000']
    expect(sizes.map(size => poolThreads(size, 16))).to.deep.equal([4, 1, 1, 1, 1, 1, 2, 16, 16])
    expect(sizes.map(size => poolThreads(size, 2))).to.deep.equal([2, 1, 1, 1, 1, 1, 2, 2, 2])
  })
})
