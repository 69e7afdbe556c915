import { generateKeyPairSync, sign } from 'node:crypto'
import { expect } from 'chai'
import { CompactSign, compactVerify, importJWK } from 'jose'
import { signCompact } from '../../lib/jws/compact.js'
import { importPublicJwk } from '../../lib/jws/public-key.js'
import { SIGNATURE_BYTES, signBytes, signingInput, verifyBytes } from '../../lib/jws/signature.js'
import { generateSigningKey, importSigningKey } from '../../lib/jws/signing-key.js'
import type { Algorithm } from '../../lib/model/algorithm.js'

const ALGORITHMS: readonly Algorithm[] = ['ES256', 'EdDSA']
const DATA = Buffer.from('header.payload')
// The order of P-256 (SEC 2, section 2.4.2).
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

function makePair(algorithm: Algorithm) {
  return algorithm === 'ES256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519')
}

const bytes32 = (number: bigint) => Buffer.from(number.toString(16).padStart(64, '0'), 'hex')

describe('a signing input', () => {
  const textOf = (header: string, payload: string) => Buffer.from(signingInput(header, payload)).toString('latin1')
  const expected = (header: string, payload: string) => `${header}.${Buffer.from(payload).toString('base64url')}`

  it('is the header, a dot and the payload in base64url, of any length', () => {
    const lengths = [0, 1, 2, 3, 100, 7999, 8000, 8001, 20_000]
    for (const length of lengths) {
      for (const header of ['', 'h', 'header'.repeat(2000)]) {
        const payload = 'a~b.c-_'.repeat(3000).slice(0, length)
        expect(textOf(header, payload)).to.equal(expected(header, payload))
      }
    }
  })

  it('holds nothing of the one before', () => {
    textOf('header', 'x'.repeat(8000))
    expect(textOf('h', 'p')).to.equal(expected('h', 'p'))
    expect(textOf('', '')).to.equal('.')
  })

  it('stands until the next is made, for small ones and large ones', () => {
    const small = signingInput('header', 'payload')
    const large = signingInput('header', 'x'.repeat(20_000))
    expect(Buffer.from(small).toString()).to.equal(expected('header', 'payload'))
    expect(large).to.have.length(7 + Math.ceil((20_000 * 4) / 3))
  })
})

describe('signatures', () => {
  for (const algorithm of ALGORITHMS) {
    it(`of ${algorithm} verify, and no longer when any byte of anything is another`, () => {
      const { privateKey, publicKey } = makePair(algorithm)
      const signature = signBytes(algorithm, privateKey, DATA)
      expect(signature).to.have.length(SIGNATURE_BYTES)
      expect(verifyBytes({ algorithm, publicKey }, DATA, signature)).to.equal(true)
      for (let at = 0; at < SIGNATURE_BYTES; at += 1) {
        const changed = Buffer.from(signature)
        changed[at] = (changed[at] ?? 0) ^ 1
        expect(verifyBytes({ algorithm, publicKey }, DATA, changed), `byte ${at}`).to.equal(false)
      }
      expect(verifyBytes({ algorithm, publicKey }, Buffer.from('header.payloae'), signature)).to.equal(false)
      expect(verifyBytes({ algorithm, publicKey: makePair(algorithm).publicKey }, DATA, signature)).to.equal(false)
    })

    it(`of ${algorithm} have 64 bytes, nothing else`, () => {
      const { privateKey, publicKey } = makePair(algorithm)
      const signature = signBytes(algorithm, privateKey, DATA)
      for (const wrong of [
        Buffer.alloc(0),
        signature.subarray(0, 63),
        Buffer.concat([signature, Buffer.of(0)]),
        Buffer.concat([Buffer.of(0), signature]),
      ]) {
        expect(verifyBytes({ algorithm, publicKey }, DATA, wrong)).to.equal(false)
      }
    })

    it(`of ${algorithm} that we make verify with jose, as a compact JWS with its payload put back`, async () => {
      const key = await generateSigningKey(algorithm)
      const token = await signCompact({ alg: algorithm, typ: 'hop+jws' }, 'a~chain.that~follows', key)
      const { payload } = await compactVerify(token, await importJWK(key.publicJwk, algorithm), {
        algorithms: [algorithm],
      })
      expect(Buffer.from(payload).toString()).to.equal('a~chain.that~follows')
    })

    it(`of ${algorithm} that jose makes verify here, over the same input`, async () => {
      const { privateKey, publicKey } = makePair(algorithm)
      const token = await new CompactSign(Buffer.from('a~chain'))
        .setProtectedHeader({ alg: algorithm })
        .sign(privateKey)
      const [header = '', payload = '', signature = ''] = token.split('.')
      const input = signingInput(header, 'a~chain')
      expect(Buffer.from(input).toString()).to.equal(`${header}.${payload}`)
      expect(verifyBytes({ algorithm, publicKey }, input, Buffer.from(signature, 'base64url'))).to.equal(true)
    })
  }

  it('of ES256 in DER form are refused', () => {
    const { privateKey, publicKey } = makePair('ES256')
    for (let round = 0; round < 50; round += 1) {
      const der = sign('sha256', DATA, { key: privateKey, dsaEncoding: 'der' })
      expect(verifyBytes({ algorithm: 'ES256', publicKey }, DATA, der)).to.equal(false)
      expect(verifyBytes({ algorithm: 'ES256', publicKey }, DATA, der.subarray(0, 64))).to.equal(false)
    }
  })

  it('of ES256 with r or s zero, or from the order on, are refused', () => {
    const { privateKey, publicKey } = makePair('ES256')
    const signature = signBytes('ES256', privateKey, DATA)
    const [r, s] = [signature.subarray(0, 32), signature.subarray(32)]
    for (const wrong of [0n, N, N + 1n, 2n ** 256n - 1n].map(bytes32)) {
      expect(verifyBytes({ algorithm: 'ES256', publicKey }, DATA, Buffer.concat([wrong, s]))).to.equal(false)
      expect(verifyBytes({ algorithm: 'ES256', publicKey }, DATA, Buffer.concat([r, wrong]))).to.equal(false)
      expect(verifyBytes({ algorithm: 'ES256', publicKey }, DATA, Buffer.concat([wrong, wrong]))).to.equal(false)
    }
  })

  it('of ES256 have a twin with the other s, which verifies too: nothing may be told apart by a signature', () => {
    // RFC 7518 does not ask for the low s. Replay protection goes by `jti`, which is signed, not by the signature.
    const { privateKey, publicKey } = makePair('ES256')
    const signature = signBytes('ES256', privateKey, DATA)
    const s = BigInt(`0x${signature.subarray(32).toString('hex')}`)
    const twin = Buffer.concat([signature.subarray(0, 32), bytes32(N - s)])
    expect(twin.equals(signature)).to.equal(false)
    expect(verifyBytes({ algorithm: 'ES256', publicKey }, DATA, twin)).to.equal(true)
  })

  it('of EdDSA with s from the order on are refused: they have no twin', () => {
    const L = 2n ** 252n + 27742317777372353535851937790883648493n
    const { privateKey, publicKey } = makePair('EdDSA')
    const signature = signBytes('EdDSA', privateKey, DATA)
    const s = BigInt(`0x${Buffer.from(signature.subarray(32)).reverse().toString('hex')}`)
    const twin = Buffer.concat([signature.subarray(0, 32), bytes32(s + L).reverse()])
    expect(verifyBytes({ algorithm: 'EdDSA', publicKey }, DATA, twin)).to.equal(false)
  })

  it('of one algorithm do not verify as the other', () => {
    const [p256, ed25519] = [makePair('ES256'), makePair('EdDSA')]
    const signature = signBytes('EdDSA', ed25519.privateKey, DATA)
    expect(verifyBytes({ algorithm: 'EdDSA', publicKey: p256.publicKey }, DATA, signature)).to.equal(false)
    expect(
      verifyBytes({ algorithm: 'EdDSA', publicKey: p256.publicKey }, DATA, signBytes('ES256', p256.privateKey, DATA)),
    ).to.equal(false)
  })

  it('verify nothing under an Ed25519 key that is no point at all, and throw nothing', async () => {
    // Import checks encoding and order; that y = 2 has no x shows only when OpenSSL decodes it, at every verification.
    const x = Buffer.alloc(32)
    x[0] = 2
    const { key } = await importPublicJwk({ kty: 'OKP', crv: 'Ed25519', x: x.toString('base64url') }, 'EdDSA')
    expect(verifyBytes({ algorithm: 'EdDSA', publicKey: key }, DATA, Buffer.alloc(64))).to.equal(false)
  })

  it('of ES256 differ each time, of EdDSA never', async () => {
    const signs = async (algorithm: Algorithm) => {
      const key = await importSigningKey(makePair(algorithm).privateKey)
      return new Set([await key.sign(DATA), await key.sign(DATA)].map(bytes => Buffer.from(bytes).toString('hex'))).size
    }
    expect(await signs('ES256')).to.equal(2)
    expect(await signs('EdDSA')).to.equal(1)
  })
})
