import { expect } from 'chai'
import { importSigningKey } from '../../../lib/jws/signing-key.js'
import { certificateAuthority } from '../../../lib/registry/pki/certificate-authority.js'
import { signRegistration } from '../../../lib/registry/registration.js'
import { ServiceParty } from '../../http/service-party.js'
import { refusalOf } from '../../jws/refusal.js'
import { CertificateShop, changed, type Issued, OWN } from './certificate-shop.js'
import { register } from './presented-chain.js'

const CHECKOUT = { operation: 'checkout' }

describe('services whose names a PKI has certified', function () {
  this.timeout(60_000)
  const party = new ServiceParty()
  const now = () => Math.floor(Date.now() / 1000)
  const clock = () => time
  let time = 0
  let certificateShop: CertificateShop
  let root: Issued
  let authority: Issued

  before(() => {
    certificateShop = new CertificateShop()
    root = certificateShop.authority()
    authority = certificateShop.authority({ issuer: root })
  })

  beforeEach(() => {
    time = now()
  })

  after(async () => {
    await party.stop()
    certificateShop.close()
  })

  const certify = (service: string, days?: number) =>
    certificateShop.own(authority, { extensions: changed(OWN, `subjectAltName=DNS:${service}`), ...(days && { days }) })
  const trusted = async () => [await certificateAuthority({ roots: [String(root.certificate)] })]
  const start = async (name: string, { key, certificate } = certify(name)) => {
    const certificates = [certificate, authority.certificate]
    return await party.start(name, { key: { key, certificates }, registrars: await trusted(), clock })
  }
  const textsOf = (...chain: Issued[]) => chain.map(({ certificate }) => certificate.raw.toString('base64'))

  it('call each other and call on', async () => {
    const [shop, cart, inventory] = [await start('shop'), await start('cart'), await start('inventory')]
    const first = await shop.wrap({ audience: 'cart', ...CHECKOUT, job: true })
    const parent = await cart.unwrap(first, CHECKOUT)
    const second = await cart.wrap({ audience: 'inventory', operation: 'commit', parent })
    const { callStack } = await inventory.unwrap(second, { operation: 'commit' })
    expect(callStack.map(({ service }) => service)).to.deep.equal(['cart', 'shop'])
  })

  it('do not take a call from a service without certificates, which others do', async () => {
    const cart = await start('cart')
    const trusting = await party.start('trusting', { clock })
    const bare = await party.start('bare', { clock })
    const toCart = await bare.wrap({ audience: 'cart', ...CHECKOUT, job: true })
    expect(await refusalOf(() => cart.unwrap(toCart, CHECKOUT))).to.equal('ERR_CERTIFICATION_INVALID')
    const shop = await start('shop')
    for (const caller of [bare, shop]) {
      const presentation = await caller.wrap({ audience: 'trusting', ...CHECKOUT, job: true })
      expect(await refusalOf(() => trusting.unwrap(presentation, CHECKOUT))).to.equal('accepted')
    }
  })

  it('are called by nobody in the name of another, be the registry his own: ERR_CERTIFICATION_INVALID', async () => {
    const cart = await start('cart')
    const real = certify('shop')
    const thief = certify('thief')
    const impostor = certificateShop.authority({ subject: '/CN=number 1' })
    const forged = certificateShop.own(impostor, { extensions: changed(OWN, 'subjectAltName=DNS:shop') })
    const below = certificateShop.own(thief, { extensions: changed(OWN, 'subjectAltName=DNS:shop') })
    const attempts: readonly (readonly [string, Issued, readonly string[] | undefined])[] = [
      ['no certificates', forged, undefined],
      ['those of the service, with another key', forged, textsOf(real, authority)],
      ['his own', thief, textsOf(thief, authority)],
      ['one of an authority that he made', forged, textsOf(forged, impostor)],
      ['one of an authority that he made, and the real root', forged, textsOf(forged, root)],
      ['one that he signed with his own', below, textsOf(below, thief, authority)],
    ]
    for (const [title, { key }, x5c] of attempts) {
      const owner = await party.start('shop', { key, clock })
      const terms = { service: 'shop', notBefore: time - 300, expiresAt: time + 3600 }
      const signingKey = await importSigningKey(key)
      const registration = x5c
        ? (await register(x5c, { key, ...terms })).text
        : await signRegistration(signingKey, terms)
      await party.registry.publish({ service: 'shop', kid: owner.kid, registration, expiresAt: terms.expiresAt })
      const presentation = await owner.wrap({ audience: 'cart', ...CHECKOUT, job: true })
      expect(await refusalOf(() => cart.unwrap(presentation, CHECKOUT)), title).to.equal('ERR_CERTIFICATION_INVALID')
    }
    const presentation = await (await start('shop', real)).wrap({ audience: 'cart', ...CHECKOUT, job: true })
    expect(await refusalOf(() => cart.unwrap(presentation, CHECKOUT))).to.equal('accepted')
  })

  it('sign and are heard until their certificate ends, and not longer', async () => {
    const cart = await start('cart')
    const brief = certify('shop', 1)
    const until = Date.parse(brief.certificate.validTo) / 1000
    const shop = await start('shop', brief)
    time = until - 100
    const late = await start('shop', brief)
    const presentation = await late.wrap({ audience: 'cart', ...CHECKOUT, job: true })
    const header = JSON.parse(Buffer.from(presentation.split('~')[1]?.split('..')[0] ?? '', 'base64url').toString())
    expect(header.exp).to.equal(until)
    expect(await refusalOf(() => cart.unwrap(presentation, CHECKOUT))).to.equal('accepted')
    time = until
    expect(await refusalOf(() => shop.wrap({ audience: 'cart', ...CHECKOUT, job: true }))).to.equal(
      'ERR_LIFETIME_EXHAUSTED',
    )
  })

  it('refuse a hop that outlives the certificate of its signer: ERR_HOP_OUTSIDE_REGISTRATION', async () => {
    const cart = await start('cart')
    const brief = certify('shop', 1)
    const until = Date.parse(brief.certificate.validTo) / 1000
    time = until - 100
    // Its owner leaves out in his own counting that the certificate ends.
    const careless = await party.start('shop', { key: brief.key, clock })
    const { text, kid } = await register(textsOf(brief, authority), {
      key: brief.key,
      service: 'shop',
      notBefore: time - 300,
      expiresAt: time + 3600,
    })
    await party.registry.publish({ service: 'shop', kid, registration: text, expiresAt: time + 3600 })
    const wrap = (lifetimeSeconds: number) =>
      careless.wrap({ audience: 'cart', ...CHECKOUT, job: true, lifetimeSeconds })
    const [short, long] = [await wrap(100), await wrap(101)]
    expect(await refusalOf(() => cart.unwrap(short, CHECKOUT))).to.equal('accepted')
    expect(await refusalOf(() => cart.unwrap(long, CHECKOUT))).to.equal('ERR_HOP_OUTSIDE_REGISTRATION')
  })
})
