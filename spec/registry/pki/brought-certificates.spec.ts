import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { expect } from 'chai'
import { KeyRevoked, MemoryRegistry } from '../../../lib/index.js'
import { type BroughtKey, importSigningKey } from '../../../lib/jws/signing-key.js'
import { certificateAuthority } from '../../../lib/registry/pki/certificate-authority.js'
import { resolveRegistrars } from '../../../lib/registry/registrar/pinned-registrars.js'
import { signRegistration } from '../../../lib/registry/registration.js'
import { ServiceKey } from '../../../lib/registry/service-key.js'
import { errorOf, refusalOf } from '../../jws/refusal.js'
import { CertificateShop, type Issued } from './certificate-shop.js'

const UNUSABLE = 'ERR_SIGNING_KEY_UNUSABLE'
const DAY = 86_400

describe('a key that brings its certificates', function () {
  this.timeout(60_000)
  let shop: CertificateShop
  let root: Issued
  let authority: Issued
  let cart: Issued
  let begun: number

  before(() => {
    begun = Math.floor(Date.now() / 1000)
    shop = new CertificateShop()
    root = shop.authority()
    authority = shop.authority({ issuer: root, days: 2 })
    cart = shop.own(authority)
  })

  after(() => shop.close())

  const certificates = () => [cart.certificate, authority.certificate]
  const x5c = () => certificates().map(({ raw }) => raw.toString('base64'))
  const refusalOfKey = async (key: unknown) => {
    const error = await errorOf(() => importSigningKey(key as BroughtKey))
    return `${Reflect.get(error, 'code')}: ${error.message}`
  }

  it('is taken in every form, and its registration has them', async () => {
    const { key } = cart
    const publicJwk = createPublicKey(key).export({ format: 'jwk' })
    const sign = async (data: Uint8Array) => (await importSigningKey(key)).sign(data)
    const bundle = certificates().join('\n')
    const forms: BroughtKey[] = [
      { key, certificates: certificates() },
      { key, certificates: certificates().map(String) },
      { key, certificates: [bundle] },
      { key: key.export({ format: 'jwk' }), certificates: certificates() },
      { key: { publicJwk, sign }, certificates: certificates() },
      { ...key.export({ format: 'jwk' }), x5c: x5c() },
    ]
    const verify = await resolveRegistrars([await certificateAuthority({ roots: [root.certificate] })])
    for (const form of forms) {
      const signingKey = await importSigningKey(form)
      const text = await signRegistration(signingKey, { service: 'cart', notBefore: begun, expiresAt: begun + 60 })
      const { jwk } = JSON.parse(Buffer.from(text.split('.')[1] ?? '', 'base64url').toString())
      expect(jwk).to.deep.equal({ ...signingKey.publicJwk, x5c: x5c() })
      expect(await verify(text, { service: 'cart', kid: signingKey.kid })).to.include({ expiresAt: begun + 60 })
    }
  })

  it('is refused with those of another key, and in another order: ERR_SIGNING_KEY_UNUSABLE', async () => {
    const { key } = cart
    const [own, issuer] = [cart.certificate, authority.certificate]
    const other = shop.own(authority).certificate
    const edwards = shop.own(authority, { key: generateKeyPairSync('ed25519').privateKey }).certificate
    const first = `${UNUSABLE}: the first certificate is not that of the key`
    expect(await refusalOfKey({ key, certificates: [other, issuer] })).to.equal(first)
    expect(await refusalOfKey({ key, certificates: [edwards, issuer] })).to.equal(first)
    expect(await refusalOfKey({ key, certificates: [issuer, own] })).to.equal(first)
    expect(await refusalOfKey({ key, certificates: [own, root.certificate] })).to.equal(
      `${UNUSABLE}: certificate 2 of the key is not that of the issuer of the one before it`,
    )
    expect(await refusalOfKey({ key, certificates: [own, issuer, issuer] })).to.contain('certificate 3 of the key')
  })

  it('is refused with more than a registration has room for: ERR_SIGNING_KEY_UNUSABLE', async () => {
    const chain = [root]
    for (let count = 0; count < 5; count += 1) chain.unshift(shop.authority({ issuer: chain[0] as Issued }))
    const [own, higher] = [shop.own(chain[0] as Issued), shop.own(chain[1] as Issued)]
    const keyOf = (issued: Issued, rest: Issued[]) => ({
      key: issued.key,
      certificates: [issued, ...rest].map(({ certificate }) => certificate),
    })
    expect((await importSigningKey(keyOf(higher, chain.slice(1)))).certificates?.x5c).to.have.length(6)
    expect(await refusalOfKey(keyOf(own, chain))).to.contain('the key has more than 6 certificates')
    const long = (bytes: number) => {
      const key = shop.makeKey()
      const extensions = ['subjectAltName=DNS:cart', `1.2.3.4=DER:04:82:${hex(bytes)}${':00'.repeat(bytes)}`]
      const issued = shop.issue({ issuer: root, key, extensions })
      return { key, certificates: [issued.certificate] }
    }
    const hex = (bytes: number) =>
      `${(bytes >> 8).toString(16).padStart(2, '0')}:${(bytes & 255).toString(16).padStart(2, '0')}`
    expect(await refusalOfKey(long(8000))).to.contain('8192 bytes in all')
    const longest = await importSigningKey(long(7800))
    const terms = { service: 'c'.repeat(128), notBefore: begun, expiresAt: begun + 60 }
    const verify = await resolveRegistrars(undefined)
    const text = await signRegistration(longest, terms)
    expect(await verify(text, { service: terms.service, kid: longest.kid })).to.include({ notBefore: begun })
  })

  it('is refused with what are no certificates, without a word of the key', async () => {
    const { key } = cart
    const jwk = key.export({ format: 'jwk' })
    for (const wrong of [undefined, [], 'pem', [''], [7], [key.export({ format: 'pem', type: 'pkcs8' })]]) {
      expect(await refusalOfKey({ key, certificates: wrong }), String(wrong)).to.match(/^ERR_OPTION: key\.certificates/)
    }
    expect(await refusalOfKey({ key, certificate: [] })).to.contain('did you mean `certificates`?')
    for (const wrong of [[], 'AAAA', [7], [''], ['AAAA'], [String(cart.certificate)], [...x5c(), 'AAAA'], null]) {
      const refusal = await refusalOfKey({ ...jwk, x5c: wrong })
      expect(refusal, String(wrong)).to.match(/^ERR_SIGNING_KEY_UNUSABLE/)
      expect(refusal).not.to.contain(jwk.d ?? '')
    }
    expect(await refusalOfKey({ key: { key, certificates: certificates() }, certificates: certificates() })).to.contain(
      UNUSABLE,
    )
    expect(await refusalOfKey({ key: {}, certificates: certificates() })).to.contain(UNUSABLE)
  })

  describe('registered for a running service', () => {
    const start = async (now: number, registrationSeconds?: number) => {
      const key = await importSigningKey({ key: cart.key, certificates: certificates() })
      const options = { service: 'cart', registry: new MemoryRegistry(), clock: () => now, registrationSeconds, key }
      return await ServiceKey.start({ ...options, onError: error => expect.fail(error.message) })
    }
    const until = () => Date.parse(authority.certificate.validTo) / 1000
    const from = () => Date.parse(cart.certificate.validFrom) / 1000

    it('is so within the time of its certificates', async () => {
      const early = await start(begun, 3600)
      expect(early.current(begun)).to.include({ notBefore: from(), expiresAt: begun + 3600 })
      await early.stop()
      const late = await start(until() - 600)
      expect(late.current(until() - 600)).to.include({ notBefore: until() - 900, expiresAt: until() })
      await late.stop()
    })

    it('does not start outside of it: ERR_SIGNING_KEY_UNUSABLE', async () => {
      for (const now of [until(), until() + DAY, from() - 6]) {
        expect(await refusalOf(() => start(now)), String(now - begun)).to.equal(UNUSABLE)
      }
      const last = await start(until() - 1)
      await last.stop()
    })
  })

  it('can be revoked like any other', async () => {
    const registry = new MemoryRegistry()
    const key = await importSigningKey({ key: cart.key, certificates: certificates() })
    await registry.revoke('cart', key.kid)
    const options = { service: 'cart', registry, key, clock: () => begun, onError: () => {} }
    expect(await errorOf(() => ServiceKey.start(options))).to.be.instanceOf(KeyRevoked)
  })
})
