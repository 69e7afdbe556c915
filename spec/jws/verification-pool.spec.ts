import { createSecretKey, generateKeyPairSync, pbkdf2 } from 'node:crypto'
import { expect } from 'chai'
import { signBytes } from '../../lib/jws/signature.js'
import { poolThreads, VerificationPool } from '../../lib/jws/verification-pool.js'
import type { Algorithm } from '../../lib/model/algorithm.js'

const DATA = Buffer.from('header.payload')

function makePair(algorithm: Algorithm) {
  const { privateKey, publicKey } =
    algorithm === 'ES256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519')
  return { publicKey, signature: signBytes(algorithm, privateKey, DATA) }
}

describe('a verification pool', () => {
  for (const algorithm of ['ES256', 'EdDSA'] as const) {
    it(`verifies ${algorithm}, and sees what does not verify`, async () => {
      const { publicKey, signature } = makePair(algorithm)
      const pool = new VerificationPool(4)
      const verify = (key = publicKey, data: Uint8Array = DATA, bytes: Uint8Array = signature) =>
        pool.begin(algorithm, key, data, bytes)
      expect(await verify()).to.equal(true)
      expect(await verify(makePair(algorithm).publicKey)).to.equal(false)
      expect(await verify(publicKey, Buffer.from('header.payloae'))).to.equal(false)
      expect(await verify(publicKey, DATA, Buffer.alloc(64))).to.equal(false)
    })

    it(`refuses signatures of ${algorithm} of another length`, async () => {
      const { publicKey, signature } = makePair(algorithm)
      const pool = new VerificationPool(4)
      for (const wrong of [signature.subarray(1), Buffer.concat([signature, Buffer.alloc(1)]), Buffer.alloc(0)]) {
        expect(await pool.begin(algorithm, publicKey, DATA, wrong)).to.equal(false)
      }
    })

    it(`verifies what stood there when it began (${algorithm})`, async () => {
      const { publicKey, signature } = makePair(algorithm)
      const data = Buffer.from(DATA)
      const bytes = Buffer.from(signature)
      const verdict = new VerificationPool(1).begin(algorithm, publicKey, data, bytes)
      data.fill(0)
      bytes.fill(0)
      expect(await verdict).to.equal(true)
    })
  }

  it('begins no more than it has room for, and has room again', async () => {
    const { publicKey, signature } = makePair('ES256')
    const pool = new VerificationPool(2)
    const begin = () => pool.begin('ES256', publicKey, DATA, signature)
    const begun = [begin(), begin()]
    expect(begin()).to.equal(undefined)
    expect(await Promise.all(begun)).to.deep.equal([true, true])
    expect(await begin()).to.equal(true)
  })

  it('has no room where there is one core, and is not wanted there', () => {
    const { publicKey, signature } = makePair('ES256')
    const pool = new VerificationPool(0, { isBusy: true })
    expect(pool.begin('ES256', publicKey, DATA, signature)).to.equal(undefined)
    expect(pool.isWanted).to.equal(false)
  })

  it('is wanted where the thread has too much to do, or something is under way', async () => {
    const { publicKey, signature } = makePair('ES256')
    expect(new VerificationPool(4, { isBusy: true }).isWanted).to.equal(true)
    const pool = new VerificationPool(4, { isBusy: false })
    expect(pool.isWanted).to.equal(false)
    const verdict = pool.begin('ES256', publicKey, DATA, signature)
    expect(pool.isWanted).to.equal(true)
    await verdict
    expect(pool.isWanted).to.equal(false)
  })

  it('keeps its room when a key is none: the fault is thrown at once', async () => {
    const { publicKey, signature } = makePair('ES256')
    const pool = new VerificationPool(1)
    const symmetric = createSecretKey(Buffer.alloc(32))
    for (let round = 0; round < 3; round += 1) {
      expect(() => pool.begin('ES256', symmetric, DATA, signature)).to.throw(TypeError)
    }
    expect(await pool.begin('ES256', publicKey, DATA, signature)).to.equal(true)
  })

  it('does not wait for threads that other work holds, and uses them again when they are free', async () => {
    const { publicKey, signature } = makePair('ES256')
    const pool = new VerificationPool(8)
    let held = 8
    const released = new Promise<void>(resolve => {
      const release = () => {
        held -= 1
        if (held === 0) resolve()
      }
      for (let work = held; work > 0; work -= 1) pbkdf2('word', 'salt', 1_000_000, 32, 'sha512', release)
    })
    const data = Buffer.from(DATA)
    const begin = (bytes: Uint8Array = signature) => pool.begin('ES256', publicKey, data, bytes)
    const begun = [begin(), begin(Buffer.alloc(64)), begin()]
    data.fill(0)
    expect(await Promise.all(begun), 'what the bytes were').to.deep.equal([true, false, true])
    data.set(DATA)
    expect(held, 'threads are held by other work').to.be.greaterThan(0)
    expect(begin(), 'nothing more is given to them').to.equal(undefined)
    await released
    while (begin() === undefined) await new Promise(resolve => setTimeout(resolve, 5))
    expect(await begin()).to.equal(true)
  })

  it('counts the threads as libuv does, and no more than there are cores', () => {
    const sizes = [undefined, '1', '0', '', 'abc', '-3', '2', '64', '100000']
    expect(sizes.map(size => poolThreads(size, 16))).to.deep.equal([4, 1, 1, 1, 1, 1, 2, 16, 16])
    expect(sizes.map(size => poolThreads(size, 2))).to.deep.equal([2, 1, 1, 1, 1, 1, 2, 2, 2])
  })
})
