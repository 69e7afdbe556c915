import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { readIssuerKey } from '../../lib/initial-token/issuer-key.js'
import { isRocaModulus } from '../../lib/initial-token/roca-key.js'
import { refusalOf } from '../jws/refusal.js'
import { SMALL_ORDER_ENCODINGS } from '../jws/small-order-encodings.js'

type Jwk = Readonly<Record<string, unknown>>

const jwkOf = (key: { export(options: { format: 'jwk' }): object }) => key.export({ format: 'jwk' }) as Jwk
const RSA = jwkOf(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey)
const P256 = jwkOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey)
const P384 = jwkOf(generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey)
const P521 = jwkOf(generateKeyPairSync('ec', { namedCurve: 'P-521' }).publicKey)
const ED25519 = jwkOf(generateKeyPairSync('ed25519').publicKey)

/** The algorithms of a key, `other purpose`, or the code that it is refused with. */
async function algorithmsOf(jwk: unknown): Promise<string> {
  let algorithms = 'other purpose'
  const code = await refusalOf(() => {
    algorithms = readIssuerKey(jwk)?.algorithms.join(' ') ?? algorithms
  })
  return code === 'accepted' ? algorithms : code
}

const bytesOf = (number: bigint) => {
  const hex = number.toString(16)
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
}
const encode = (number: bigint) => bytesOf(number).toString('base64url')
const MODULUS = BigInt(`0x${Buffer.from(String(RSA.n), 'base64url').toString('hex')}`)

describe('issuer keys', () => {
  it('verify what their type and curve say', async () => {
    expect(await algorithmsOf(RSA)).to.equal('RS256 RS384 RS512 PS256 PS384 PS512')
    expect(await algorithmsOf(P256)).to.equal('ES256')
    expect(await algorithmsOf(P384)).to.equal('ES384')
    expect(await algorithmsOf(P521)).to.equal('ES512')
    expect(await algorithmsOf(ED25519)).to.equal('EdDSA Ed25519')
  })

  it('verify only what their `alg` says; EdDSA and Ed25519 are one', async () => {
    expect(await algorithmsOf({ ...RSA, alg: 'PS512' })).to.equal('PS512')
    expect(await algorithmsOf({ ...ED25519, alg: 'EdDSA' })).to.equal('EdDSA Ed25519')
    expect(await algorithmsOf({ ...ED25519, alg: 'Ed25519' })).to.equal('EdDSA Ed25519')
    for (const alg of ['ES256', 'RS1', 'RSA-OAEP', 'none', 'HS256', '', null, 1, ['RS256'], 'rs256']) {
      expect(await algorithmsOf({ ...RSA, alg }), String(alg)).to.equal('other purpose')
    }
    expect(await algorithmsOf({ ...P256, alg: 'ES521' })).to.equal('other purpose')
    expect(await algorithmsOf({ ...P256, alg: 'EdDSA' })).to.equal('other purpose')
  })

  it('are left out when they are for something else', async () => {
    const others = [
      { use: 'enc' },
      { use: '' },
      { use: null },
      { key_ops: ['encrypt'] },
      { key_ops: [] },
      { key_ops: 'verify' },
      { use: 'sig', key_ops: ['sign'] },
    ]
    for (const members of others)
      expect(await algorithmsOf({ ...P256, ...members }), JSON.stringify(members)).to.equal('other purpose')
    expect(
      await algorithmsOf({ ...P256, use: 'sig', key_ops: ['verify'], x5c: ['MII'], x5t: 'x', iat: 1, extra: {} }),
    ).to.equal('ES256')
    const unknown = [
      { kty: 'AKP', pub: 'AA' },
      { kty: 'EC', crv: 'secp256k1' },
      { kty: 'OKP', crv: 'X25519' },
      { kty: 'OKP', crv: 'Ed448' },
      { kty: 'rsa' },
      {},
    ]
    for (const jwk of unknown) expect(await algorithmsOf(jwk), JSON.stringify(jwk)).to.equal('other purpose')
  })

  it('are refused when they are symmetric, or with any private member: ERR_KEY_INVALID', async () => {
    expect(await algorithmsOf({ kty: 'oct', k: 'AAAA' })).to.equal('ERR_KEY_INVALID')
    expect(await algorithmsOf({ kty: 'oct', use: 'enc' })).to.equal('ERR_KEY_INVALID')
    for (const name of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']) {
      for (const jwk of [RSA, P256, ED25519])
        expect(await algorithmsOf({ ...jwk, [name]: '' }), name).to.equal('ERR_KEY_INVALID')
    }
  })

  it('are refused when they are no object, or their kid is no text: ERR_KEY_INVALID', async () => {
    for (const jwk of [undefined, null, 'key', 1, [], [P256]])
      expect(await algorithmsOf(jwk)).to.equal('ERR_KEY_INVALID')
    for (const kid of [null, 1, ['key-1']]) expect(await algorithmsOf({ ...P256, kid })).to.equal('ERR_KEY_INVALID')
  })

  it('of RSA are refused under 2048 bits and over 8192: ERR_KEY_INVALID', async () => {
    const odd = (bits: bigint) => 2n ** (bits - 1n) + 1n
    for (const bits of [512n, 1024n, 2047n, 8193n, 16384n]) {
      expect(await algorithmsOf({ ...RSA, n: encode(odd(bits)) }), String(bits)).to.equal('ERR_KEY_INVALID')
    }
    for (const bits of [2048n, 3072n, 4096n, 8192n]) {
      expect(await algorithmsOf({ ...RSA, n: encode(odd(bits)) }), String(bits)).not.to.equal('ERR_KEY_INVALID')
    }
  })

  it('of RSA are refused with an even modulus, or an exponent of 1, 2, even or huge: ERR_KEY_INVALID', async () => {
    expect(await algorithmsOf({ ...RSA, n: encode(MODULUS + 1n) })).to.equal('ERR_KEY_INVALID')
    for (const e of [0n, 1n, 2n, 4n, 65536n, 2n ** 32n + 1n, 2n ** 64n + 1n]) {
      expect(await algorithmsOf({ ...RSA, e: encode(e) }), String(e)).to.equal('ERR_KEY_INVALID')
    }
    for (const e of [3n, 17n, 65537n]) expect(await algorithmsOf({ ...RSA, e: encode(e) })).to.contain('RS256')
  })

  it('of RSA are refused in another writing: ERR_KEY_INVALID', async () => {
    const zeros = Buffer.concat([Buffer.of(0), bytesOf(MODULUS)]).toString('base64url')
    for (const n of [undefined, null, 1, '', zeros, `${RSA.n}=`, `${RSA.n}\n`, [RSA.n]]) {
      expect(await algorithmsOf({ ...RSA, n }), String(n)).to.equal('ERR_KEY_INVALID')
    }
    for (const e of [undefined, null, 65537, '', 'AAEAAQ', 'AQAB=', 'AQAB\n']) {
      expect(await algorithmsOf({ ...RSA, e }), String(e)).to.equal('ERR_KEY_INVALID')
    }
  })

  it('of RSA are refused when they bear the mark of ROCA: ERR_KEY_INVALID', async () => {
    // Any power of 65537 bears it; this one has 2049 bits.
    expect(isRocaModulus(65537n ** 128n)).to.equal(true)
    expect(await algorithmsOf({ ...RSA, n: encode(65537n ** 128n) })).to.equal('ERR_KEY_INVALID')
    for (let round = 0; round < 2000; round += 1) {
      expect(isRocaModulus(BigInt(`0x${randomBytes(256).toString('hex')}`))).to.equal(false)
    }
  })

  it('of elliptic curves are refused off the curve, and with coordinates of another length: ERR_KEY_INVALID', async () => {
    for (const jwk of [P256, P384, P521]) {
      expect(await algorithmsOf({ ...jwk, x: jwk.y, y: jwk.x })).to.equal('ERR_KEY_INVALID')
      for (const x of [undefined, null, '', 'AA', `${jwk.x}AAAA`, `${jwk.x}=`, 1]) {
        expect(await algorithmsOf({ ...jwk, x }), String(x)).to.equal('ERR_KEY_INVALID')
      }
    }
    expect(await algorithmsOf({ ...P256, crv: 'P-384' })).to.equal('ERR_KEY_INVALID')
  })

  it('of Ed25519 are refused when of small order or not canonical: ERR_KEY_INVALID', async () => {
    for (const hex of SMALL_ORDER_ENCODINGS) {
      expect(await algorithmsOf({ ...ED25519, x: Buffer.from(hex, 'hex').toString('base64url') })).to.equal(
        'ERR_KEY_INVALID',
      )
    }
    const second = Buffer.alloc(32, 0xff)
    second[0] = 0xf1
    expect(await algorithmsOf({ ...ED25519, x: second.toString('base64url') })).to.equal('ERR_KEY_INVALID')
  })
})
