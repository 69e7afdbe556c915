import { createPrivateKey, generateKeyPairSync, type JsonWebKey } from 'node:crypto'
import { inspect } from 'node:util'
import { expect } from 'chai'
import { importPublicJwk } from '../../lib/jws/public-key.js'
import { signBytes, verifyBytes } from '../../lib/jws/signature.js'
import { type BroughtKey, generateSigningKey, importSigningKey, type SigningKey } from '../../lib/jws/signing-key.js'
import { errorOf, refusalOf } from './refusal.js'

const DATA = Buffer.from('header.payload')
const CURVES = ['ES256', 'EdDSA'] as const

function makePrivateKey(algorithm: 'ES256' | 'EdDSA') {
  return algorithm === 'ES256'
    ? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
    : generateKeyPairSync('ed25519').privateKey
}

const makePrivateJwk = (algorithm: 'ES256' | 'EdDSA') =>
  makePrivateKey(algorithm).export({ format: 'jwk' }) as JsonWebKey & { kty: string }

/** Whether what a key signs verifies under the public half that it shows. */
async function signsForItself(key: SigningKey): Promise<boolean> {
  const imported = await importPublicJwk(key.publicJwk, key.algorithm)
  expect(imported.kid).to.equal(key.kid)
  return verifyBytes({ algorithm: key.algorithm, publicKey: imported.key }, DATA, await key.sign(DATA))
}

const codeOf = (key: unknown) => refusalOf(() => importSigningKey(key as BroughtKey))

describe('signing keys', () => {
  for (const algorithm of CURVES) {
    it(`are generated for ${algorithm}, each another one`, async () => {
      const [one, other] = [await generateSigningKey(algorithm), await generateSigningKey(algorithm)]
      expect(one.algorithm).to.equal(algorithm)
      expect(await signsForItself(one)).to.equal(true)
      expect(one.kid).not.to.equal(other.kid)
    })

    it(`are taken for ${algorithm} as a JWK, a KeyObject and a function that signs, all under one kid`, async () => {
      const privateKey = makePrivateKey(algorithm)
      const jwk = privateKey.export({ format: 'jwk' }) as JsonWebKey & { kty: string }
      const { d: _, ...publicJwk } = jwk
      const external = { publicJwk, sign: async (data: Uint8Array) => signBytes(algorithm, privateKey, data) }
      const kids = new Set<string>()
      for (const brought of [jwk, privateKey, external]) {
        const key = await importSigningKey(brought as BroughtKey)
        expect(key.algorithm).to.equal(algorithm)
        expect(await signsForItself(key)).to.equal(true)
        kids.add(key.kid)
      }
      expect(kids.size).to.equal(1)
    })

    it(`are refused for ${algorithm} when the two halves do not belong together: ERR_SIGNING_KEY_UNUSABLE`, async () => {
      const [one, other] = [makePrivateJwk(algorithm), makePrivateJwk(algorithm)]
      expect(await codeOf({ ...one, d: other.d })).to.equal('ERR_SIGNING_KEY_UNUSABLE')
      expect(await codeOf({ ...one, x: other.x })).to.equal('ERR_SIGNING_KEY_UNUSABLE')
      expect(await codeOf({ ...one, x: other.x, ...(other.y !== undefined && { y: other.y }) })).to.equal(
        'ERR_SIGNING_KEY_UNUSABLE',
      )
    })

    it(`are refused for ${algorithm} when they say that they are for something else: ERR_SIGNING_KEY_UNUSABLE`, async () => {
      const jwk = makePrivateJwk(algorithm)
      const members = [
        { use: 'enc' },
        { key_ops: ['verify'] },
        { key_ops: [] },
        { key_ops: 'sign' },
        { alg: 'ES384' },
        { alg: 'none' },
      ]
      for (const other of members) {
        expect(await codeOf({ ...jwk, ...other }), JSON.stringify(other)).to.equal('ERR_SIGNING_KEY_UNUSABLE')
      }
      const alg = algorithm === 'EdDSA' ? 'Ed25519' : algorithm
      expect(await codeOf({ ...jwk, use: 'sig', key_ops: ['sign', 'verify'], alg, kid: 'mine' })).to.equal('accepted')
    })

    it(`show no private half for ${algorithm}`, async () => {
      const jwk = makePrivateJwk(algorithm)
      const key = await importSigningKey(jwk)
      expect(JSON.stringify(key) + inspect(key, { depth: 9, showHidden: true })).not.to.contain(jwk.d)
      expect(Object.isFrozen(key)).to.equal(true)
    })
  }

  it('are refused when a KeyObject holds the public half of another key: ERR_SIGNING_KEY_UNUSABLE', async function () {
    const [one, other] = [makePrivateJwk('ES256'), makePrivateJwk('ES256')]
    const make = () => createPrivateKey({ format: 'jwk', key: { ...one, d: other.d as string } })
    // Node.js 26 makes none.
    if (Number.parseInt(process.versions.node, 10) >= 26) {
      expect(make).to.throw('Invalid JWK')
      this.skip()
    }
    expect(await codeOf(make())).to.equal('ERR_SIGNING_KEY_UNUSABLE')
  })

  it('are refused when they are of another kind, public, or no keys: ERR_SIGNING_KEY_UNUSABLE', async () => {
    const keys = [
      generateKeyPairSync('rsa', { modulusLength: 2048 }),
      generateKeyPairSync('ec', { namedCurve: 'P-384' }),
      generateKeyPairSync('ec', { namedCurve: 'secp256k1' }),
      generateKeyPairSync('ed448'),
      generateKeyPairSync('x25519'),
    ].map(({ privateKey }) => privateKey)
    const jwks = keys.map(key =>
      key.asymmetricKeyDetails?.namedCurve === 'secp256k1' ? {} : key.export({ format: 'jwk' }),
    )
    const publicKey = generateKeyPairSync('ed25519').publicKey
    const publicJwk = publicKey.export({ format: 'jwk' })
    for (const key of [
      ...keys,
      ...jwks,
      publicKey,
      publicJwk,
      { kty: 'oct', k: 'AAAA' },
      {},
      null,
      undefined,
      'key',
      1,
      [],
    ]) {
      expect(await codeOf(key), inspect(key)).to.equal('ERR_SIGNING_KEY_UNUSABLE')
    }
  })

  it('are refused with a public half that no receiver would take: ERR_SIGNING_KEY_UNUSABLE', async () => {
    const sign = async () => new Uint8Array(64)
    const { d: _, ...publicJwk } = makePrivateJwk('ES256')
    const small = { kty: 'OKP', crv: 'Ed25519', x: 'AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }
    for (const half of [
      makePrivateJwk('ES256'),
      { ...publicJwk, use: 'enc' },
      small,
      {},
      { kty: 'RSA', n: 'AQAB', e: 'AQAB' },
    ]) {
      expect(await codeOf({ publicJwk: half, sign }), JSON.stringify(half)).to.equal('ERR_SIGNING_KEY_UNUSABLE')
    }
    expect(await codeOf({ publicJwk: null, sign })).to.equal('ERR_SIGNING_KEY_UNUSABLE')
    expect(await codeOf({ publicJwk, sign: 'no function' })).to.equal('ERR_SIGNING_KEY_UNUSABLE')
  })

  it('are refused where `key` holds none: ERR_SIGNING_KEY_UNUSABLE', async () => {
    const jwk = makePrivateJwk('ES256')
    for (const key of [null, 'key', 5, undefined]) {
      expect(await codeOf({ key, certificates: [] }), String(key)).to.equal('ERR_SIGNING_KEY_UNUSABLE')
      expect(await codeOf({ ...jwk, key }), String(key)).to.equal('accepted')
    }
  })

  it('are refused with an `x5c` that is no list of texts: ERR_SIGNING_KEY_UNUSABLE', async () => {
    const jwk = makePrivateJwk('ES256')
    for (const x5c of ['AAAA', {}, null, [5], ['AAAA', 5], [['AAAA']]]) {
      const error = await errorOf(() => importSigningKey({ ...jwk, x5c } as BroughtKey))
      expect(error).to.include({
        code: 'ERR_SIGNING_KEY_UNUSABLE',
        message: "the key's `x5c` is not a list of certificates",
      })
    }
    const error = await errorOf(() => importSigningKey({ ...jwk, x5c: ['AAAA'] } as BroughtKey))
    expect(error).to.include({ message: "the key's x5c[0] is not a certificate" })
    expect(error.cause).to.have.property('code', 'ERR_CERTIFICATION_INVALID')
  })

  it('say what is wrong, and name what was thrown', async () => {
    const jwk = makePrivateJwk('EdDSA')
    const mixed = await errorOf(() => importSigningKey({ ...jwk, d: makePrivateJwk('EdDSA').d as string }))
    // Node.js 26 sees it first, and takes it for no key at all.
    expect(mixed.message).to.be.oneOf([
      'the public half of the key does not belong to its private half',
      'the key is not a P-256 or Ed25519 private key',
    ])
    const wrong = await errorOf(() => importSigningKey({ ...jwk, d: 'AA' }))
    expect(wrong).to.include({ message: 'the key is not a P-256 or Ed25519 private key', cause: 'TypeError' })
    const thrown = { publicJwk: { kty: 'EC' }, sign: async () => new Uint8Array(64) }
    Object.defineProperty(thrown.publicJwk, 'crv', {
      enumerable: true,
      get: () => {
        throw 'no error'
      },
    })
    expect(await errorOf(() => importSigningKey(thrown))).to.include({ cause: 'unknown' })
  })

  it('let an outside function take its time: what it got stays as it was', async () => {
    const { d: _, ...publicJwk } = makePrivateJwk('ES256')
    const got: Uint8Array[] = []
    const key = await importSigningKey({
      publicJwk,
      sign: async data => {
        got.push(data)
        return new Uint8Array(64)
      },
    })
    const data = Uint8Array.of(1, 2, 3)
    const signed = key.sign(data)
    data.fill(0)
    await signed
    expect(got.map(bytes => [...bytes])).to.deep.equal([[1, 2, 3]])
  })

  it('refuse what an outside function returns instead of 64 bytes: ERR_SIGNING_KEY_UNUSABLE', async () => {
    const { d: _, ...publicJwk } = makePrivateJwk('ES256')
    for (const result of [
      new Uint8Array(63),
      new Uint8Array(65),
      new Uint8Array(72),
      new Uint8Array(0),
      'x'.repeat(64),
      undefined,
      Array(64).fill(0),
    ]) {
      const key = await importSigningKey({ publicJwk, sign: async () => result as Uint8Array })
      expect(await refusalOf(() => key.sign(DATA))).to.equal('ERR_SIGNING_KEY_UNUSABLE')
    }
  })

  it('keep the text of OpenSSL, which may quote the key, out of the error', async () => {
    const error = await errorOf(() =>
      importSigningKey({ kty: 'EC', crv: 'P-256', x: 'SECRET', y: 'SECRET', d: 'SECRET' }),
    )
    expect(inspect(error)).not.to.contain('SECRET')
  })

  it('leave the JWK that they are given as it is', async () => {
    const jwk = Object.freeze(makePrivateJwk('ES256'))
    expect(await codeOf(jwk)).to.equal('accepted')
  })
})
