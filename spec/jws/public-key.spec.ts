import { generateKeyPairSync } from 'node:crypto'
import { expect } from 'chai'
import { calculateJwkThumbprint } from 'jose'
import { encodeBase64url } from '../../lib/jws/base64url.js'
import { importPublicJwk } from '../../lib/jws/public-key.js'
import type { Algorithm } from '../../lib/model/algorithm.js'
import { errorOf, refusalOf } from './refusal.js'
import { SMALL_ORDER_ENCODINGS } from './small-order-encodings.js'

const P256 = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' })
const ED25519 = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })
const PAIRS = [
  ['ES256', P256],
  ['EdDSA', ED25519],
] as const

const codeOf = (jwk: unknown, algorithm: Algorithm) => refusalOf(() => importPublicJwk(jwk, algorithm))

/** A coordinate with its last character replaced by another one that decodes to the same bytes. */
function twinOf(coordinate = ''): string {
  const last = coordinate.slice(-1)
  return coordinate.slice(0, -1) + String.fromCharCode(last.charCodeAt(0) + (last === '8' ? 1 : last === 'Z' ? -1 : 1))
}

describe('public key import', () => {
  for (const [algorithm, jwk] of PAIRS) {
    it(`takes a public key for ${algorithm}, and names it by its RFC 7638 thumbprint`, async () => {
      const key = await importPublicJwk(jwk, algorithm)
      expect(key.algorithm).to.equal(algorithm)
      expect(key.kid)
        .to.equal(await calculateJwkThumbprint(jwk as never))
        .and.to.have.length(43)
      expect(key.jwk).to.deep.equal(jwk)
      expect(key.key.export({ format: 'jwk' })).to.deep.equal(jwk)
      expect(Object.isFrozen(key) && Object.isFrozen(key.jwk)).to.equal(true)
    })

    it(`takes describing members for ${algorithm}, and leaves them out of the key`, async () => {
      const key = await importPublicJwk(
        { ...jwk, use: 'sig', key_ops: ['verify'], alg: algorithm, kid: 'x', ext: true },
        algorithm,
      )
      expect(key.jwk).to.deep.equal(jwk)
    })

    it(`refuses a key for ${algorithm} that says it is for something else: ERR_KEY_INVALID`, async () => {
      for (const members of [
        { use: 'enc' },
        { use: '' },
        { use: null },
        { use: undefined },
        { use: ['sig'] },
        { key_ops: [] },
        { key_ops: ['sign'] },
        { key_ops: 'verify' },
        { key_ops: null },
        { key_ops: ['encrypt', 'wrapKey'] },
        { use: 'sig', key_ops: ['deriveBits'] },
        { alg: 'none' },
        { alg: 'HS256' },
        { alg: 'RS256' },
        { alg: 'ES384' },
        { alg: null },
        { alg: algorithm === 'ES256' ? 'EdDSA' : 'ES256' },
        { alg: algorithm === 'ES256' ? 'Ed25519' : 'Ed448' },
      ]) {
        expect(await codeOf({ ...jwk, ...members }, algorithm), JSON.stringify(members)).to.equal('ERR_KEY_INVALID')
      }
    })

    it(`refuses private and unknown members for ${algorithm}: ERR_KEY_INVALID`, async () => {
      for (const name of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv', 'x5c', 'x5u', 'anything']) {
        expect(await codeOf({ ...jwk, [name]: 'AA' }, algorithm), name).to.equal('ERR_KEY_INVALID')
      }
    })

    it(`refuses coordinates for ${algorithm} of another length, type or encoding: ERR_KEY_INVALID`, async () => {
      const bytes = Buffer.from(jwk.x ?? '', 'base64url')
      for (const name of algorithm === 'ES256' ? ['x', 'y'] : ['x']) {
        for (const value of [
          undefined,
          null,
          1,
          '',
          [jwk.x],
          encodeBase64url(bytes.subarray(1)),
          encodeBase64url(Buffer.concat([Buffer.of(0), bytes])),
          `${jwk.x}=`,
          `${jwk.x}\n`,
          ` ${jwk.x}`,
          twinOf(jwk[name as 'x']),
        ]) {
          expect(await codeOf({ ...jwk, [name]: value }, algorithm), String(value)).to.equal('ERR_KEY_INVALID')
        }
      }
    })
  }

  it('refuses the key of the other algorithm, and every other kind: ERR_KEY_INVALID', async () => {
    const others = [
      generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey,
      generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey,
      generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey,
      generateKeyPairSync('ed448').publicKey,
      generateKeyPairSync('x25519').publicKey,
    ].map(key => key.export({ format: 'jwk' }))
    const symmetric = { kty: 'oct', k: 'AAAA' }
    for (const jwk of [ED25519, symmetric, ...others]) expect(await codeOf(jwk, 'ES256')).to.equal('ERR_KEY_INVALID')
    for (const jwk of [P256, symmetric, ...others]) expect(await codeOf(jwk, 'EdDSA')).to.equal('ERR_KEY_INVALID')
    expect(await codeOf({ ...P256, crv: 'P-384' }, 'ES256')).to.equal('ERR_KEY_INVALID')
    expect(await codeOf({ ...P256, kty: 'OKP' }, 'ES256')).to.equal('ERR_KEY_INVALID')
    expect(await codeOf({ ...ED25519, crv: 'X25519' }, 'EdDSA')).to.equal('ERR_KEY_INVALID')
    expect(await codeOf({ ...ED25519, kty: 'EC' }, 'EdDSA')).to.equal('ERR_KEY_INVALID')
  })

  it('takes an Ed25519 key by both names of its algorithm (RFC 8037, RFC 9864)', async () => {
    for (const alg of ['EdDSA', 'Ed25519']) expect(await codeOf({ ...ED25519, alg }, 'EdDSA')).to.equal('accepted')
  })

  it('refuses what is no object: ERR_KEY_INVALID', async () => {
    for (const value of [undefined, null, '', 'key', 1, true, [], [P256], () => P256]) {
      expect(await codeOf(value, 'ES256')).to.equal('ERR_KEY_INVALID')
    }
  })

  it('refuses a point off P-256, zero, and coordinates from the prime on: ERR_KEY_INVALID', async () => {
    const flipped = Buffer.from(P256.y ?? '', 'base64url')
    flipped[31] = (flipped[31] ?? 0) ^ 1
    const zero = encodeBase64url(Buffer.alloc(32))
    const off = await errorOf(() => importPublicJwk({ ...P256, y: encodeBase64url(flipped) }, 'ES256'))
    expect(off).to.include({ code: 'ERR_KEY_INVALID', message: 'the point is not on the curve' })
    expect(off.cause).to.be.instanceOf(Error)
    expect(await codeOf({ ...P256, x: P256.y, y: P256.x }, 'ES256')).to.equal('ERR_KEY_INVALID')
    expect(await codeOf({ ...P256, x: zero, y: zero }, 'ES256')).to.equal('ERR_KEY_INVALID')
    expect(await codeOf({ ...P256, x: encodeBase64url(Buffer.alloc(32, 255)) }, 'ES256')).to.equal('ERR_KEY_INVALID')
  })

  it('refuses the second writing of a point whose x is so small that x + p fits 32 bytes too: ERR_KEY_INVALID', async () => {
    // x = 0 is on P-256, with y = sqrt(b) (SEC 2, section 2.4.2).
    const y = encodeBase64url(Buffer.from('66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4', 'hex'))
    const x = encodeBase64url(Buffer.alloc(32))
    const xPlusP = encodeBase64url(
      Buffer.from('ffffffff00000001000000000000000000000000ffffffffffffffffffffffff', 'hex'),
    )
    expect(await codeOf({ kty: 'EC', crv: 'P-256', x, y }, 'ES256')).to.equal('accepted')
    expect(await codeOf({ kty: 'EC', crv: 'P-256', x: xPlusP, y }, 'ES256')).to.equal('ERR_KEY_INVALID')
  })

  it('refuses all 14 encodings of an Ed25519 point of small order: ERR_KEY_INVALID', async () => {
    for (const hex of SMALL_ORDER_ENCODINGS) {
      expect(await codeOf({ ...ED25519, x: encodeBase64url(Buffer.from(hex, 'hex')) }, 'EdDSA'), hex).to.equal(
        'ERR_KEY_INVALID',
      )
    }
  })

  it('refuses every Ed25519 point that is not canonical: ERR_KEY_INVALID', async () => {
    for (let lowest = 0xed; lowest <= 0xff; lowest += 1) {
      for (const highest of [0x7f, 0xff]) {
        const point = Buffer.alloc(32, 0xff)
        point[0] = lowest
        point[31] = highest
        expect(await codeOf({ ...ED25519, x: encodeBase64url(point) }, 'EdDSA')).to.equal('ERR_KEY_INVALID')
      }
    }
  })

  it('looks at own members only', async () => {
    expect(await codeOf(Object.create(P256), 'ES256')).to.equal('ERR_KEY_INVALID')
    expect(await codeOf(Object.assign(Object.create({ d: 'AA' }), P256), 'ES256')).to.equal('accepted')
  })

  it('quotes nothing of a refused key', async () => {
    const { message } = await errorOf(() => importPublicJwk({ ...P256, d: 'SECRET' }, 'ES256'))
    expect(message).not.to.contain('SECRET')
  })
})
