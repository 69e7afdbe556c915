import { createPrivateKey, X509Certificate } from 'node:crypto'
import { Agent, request } from 'node:https'
import type { TLSSocket } from 'node:tls'
import { expect } from 'chai'
import { importSigningKey } from '../../lib/jws/signing-key.js'
import { namesOf } from '../../lib/registrar/certificate-names.js'
import { clientCertificate, type Registrar } from '../../lib/registrar.js'
import { assertion, registrar } from '../../lib/registry/registrar/registrar-registry.js'
import { errorOf, refusalOf } from '../jws/refusal.js'
import { Authority, type Certificate, requireOpenssl } from './certificates.js'
import { makeRegistration, nowSeconds, RegistrarStage } from './registrar-stage.js'

const SERVICES = { 'DNS:cart.internal': 'cart', 'URI:spiffe://house/shop': 'shop' }

describe('a client certificate at a registrar', function () {
  this.timeout(60_000)
  let authority: Authority
  let stage: RegistrarStage
  let server: Certificate
  let cart: Certificate

  before(function () {
    requireOpenssl(this)
    authority = new Authority()
    server = authority.issue('DNS:localhost,IP:127.0.0.1', { usage: 'serverAuth' })
    cart = authority.issue('DNS:cart.internal')
  })
  after(() => authority?.remove())
  beforeEach(async () => {
    stage = await RegistrarStage.prepare()
  })
  afterEach(() => stage.end())

  const start = async (
    services: Readonly<Record<string, string>> = SERVICES,
    clock?: () => number,
  ): Promise<Registrar> =>
    await stage.start({
      authenticate: [clientCertificate({ services }), await stage.assertions()],
      listen: { port: 0, tls: { ...server, ca: authority.cert } },
      clock,
    })
  const registryWith = (url: string, shown: Partial<Certificate> = {}, more: object = {}) =>
    stage.keep(registrar({ url, tls: { ca: authority.cert, ...shown }, ...more }))
  const publish = (url: string, shown: Partial<Certificate>, service = 'cart') =>
    refusalOf(async () => registryWith(url, shown).publish(await makeRegistration(service)))

  it('is accepted from the service that its name maps to, over a connection or a new one', async () => {
    const { url } = await start()
    expect(await publish(url, cart)).to.equal('accepted')
    expect(await publish(url, authority.issue('DNS:cart.internal,DNS:other.internal'))).to.equal('accepted')
    expect(await publish(url, authority.issue('URI:spiffe://house/shop'), 'shop')).to.equal('accepted')
    const registry = registryWith(url, cart)
    for (let count = 0; count < 3; count += 1) await registry.publish(await makeRegistration('cart'))
    expect(stage.events.at(-1)).to.include({ credential: 'certificate', authenticated: 'cart', verdict: 'done' })
  })

  it('counts over a session that is resumed as over the one before, and is none of another client', async () => {
    const { url } = await start()
    const agent = new Agent({ ca: authority.cert, ...cart, maxCachedSessions: 10 })
    const registerOnce = async (service: string) => {
      const { kid, registration } = await makeRegistration(service)
      return await new Promise<{ readonly status: number | undefined; readonly isResumed: boolean }>(
        (resolve, reject) => {
          const sent = request(`${url}/v1/registrations/${service}/${kid}`, { method: 'PUT', agent }, response => {
            const isResumed = (response.socket as TLSSocket).isSessionReused()
            response.resume().once('end', () => resolve({ status: response.statusCode, isResumed }))
          })
          sent.once('error', reject)
          sent.end(registration)
        },
      )
    }
    expect(await registerOnce('cart')).to.deep.equal({ status: 200, isResumed: false })
    expect(await registerOnce('cart')).to.deep.equal({ status: 200, isResumed: true })
    expect(await registerOnce('shop')).to.deep.equal({ status: 403, isResumed: true })
  })

  it('gives no right to the name of another service (ERR_CREDENTIAL_FOREIGN), which is written down', async () => {
    const { url } = await start()
    expect(await publish(url, cart, 'shop')).to.equal('ERR_CREDENTIAL_FOREIGN')
    expect(stage.events.at(-1)).to.include({ authenticated: 'cart', service: 'shop' })
  })

  it('is refused with no name that maps, or with names of two services (ERR_CREDENTIAL_INVALID)', async () => {
    const { url } = await start()
    for (const names of [
      'DNS:cart.internal.evil.example',
      'DNS:*.internal',
      'email:cart@house',
      'URI:cart.internal',
      'DNS:cart.internal,URI:spiffe://house/shop',
    ]) {
      expect(await publish(url, authority.issue(names)), names).to.equal('ERR_CREDENTIAL_INVALID')
    }
  })

  it('is refused of another authority, though it has the name (ERR_CREDENTIAL_INVALID)', async () => {
    const stranger = new Authority()
    try {
      const { url } = await start()
      expect(await publish(url, stranger.issue('DNS:cart.internal'))).to.equal('ERR_CREDENTIAL_INVALID')
    } finally {
      stranger.remove()
    }
  })

  it('is refused where it is for servers, or is missing (ERR_CREDENTIAL_INVALID)', async () => {
    const { url } = await start()
    expect(await publish(url, authority.issue('DNS:cart.internal', { usage: 'serverAuth' }))).to.equal(
      'ERR_CREDENTIAL_INVALID',
    )
    expect(await publish(url, {})).to.equal('ERR_CREDENTIAL_INVALID')
  })

  it('is refused when it has expired by the clock of the registrar, though TLS let it in (ERR_CREDENTIAL_INVALID)', async () => {
    let now = nowSeconds()
    const { url } = await start(SERVICES, () => now)
    expect(await publish(url, cart)).to.equal('accepted')
    now += 2 * 86_400
    expect(await publish(url, cart)).to.equal('ERR_CREDENTIAL_INVALID')
    expect(stage.events.at(-1)?.reason).to.contain('not valid at this time')
  })

  it('may be known by its fingerprint', async () => {
    const { url } = await start({ [`SHA256:${new X509Certificate(cart.cert).fingerprint256}`]: 'cart' })
    expect(await publish(url, cart)).to.equal('accepted')
    expect(await publish(url, authority.issue('DNS:cart.internal'))).to.equal('ERR_CREDENTIAL_INVALID')
  })

  it('never gets its key registered for hops (ERR_REGISTRATION_INVALID)', async () => {
    const { url } = await start()
    const signing = await importSigningKey(createPrivateKey(cart.key))
    const made = await makeRegistration('cart', {}, signing)
    expect(await refusalOf(() => registryWith(url, cart).publish(made))).to.equal('ERR_REGISTRATION_INVALID')
  })

  it('counts for nothing beside a credential that is sent', async () => {
    const { url } = await start()
    const shop = registryWith(url, cart, { credentials: assertion({ key: stage.proofs.shop.privateKey }) })
    await shop.publish(await makeRegistration('shop'))
    const wrong = registryWith(url, cart, { credentials: assertion({ key: stage.proofs.shop.privateKey }) })
    expect(await refusalOf(async () => wrong.publish(await makeRegistration('cart')))).to.equal(
      'ERR_CREDENTIAL_INVALID',
    )
  })

  it('is not needed to read, and the certificate of the registrar is checked', async () => {
    const { url } = await start()
    expect(await registryWith(url).list()).to.deep.equal([])
    const stranger = stage.keep(registrar({ url }))
    expect(String(Reflect.get(await errorOf(() => stranger.list()), 'code'))).to.match(/CERT|ISSUER|SIGNATURE/)
  })

  it('is read with all of its names, the strange ones too', () => {
    const named = (subjectAltName: string | undefined) =>
      namesOf({ subjectAltName, fingerprint256: 'AA' } as X509Certificate)
    expect(named(undefined)).to.deep.equal(['SHA256:AA'])
    expect(named('DNS:a, URI:spiffe://b/c, IP Address:1.2.3.4')).to.deep.equal([
      'SHA256:AA',
      'DNS:a',
      'URI:spiffe://b/c',
    ])
    expect(named('URI:"http://x/, DNS:cart", DNS:a')).to.deep.equal(['SHA256:AA', 'DNS:a'])
    expect(named('DNS:a", DNS:b')).to.equal(undefined)
    expect(named('garbage')).to.equal(undefined)
  })

  it('needs to be told whose certificates count, and which service each is (ERR_OPTION)', async () => {
    for (const services of [
      {},
      { cart: 'cart' },
      { 'DNS:*.internal': 'cart' },
      { 'SHA256:AA': 'cart' },
      { 'DNS:cart': 'Cart' },
    ]) {
      expect(await refusalOf(() => clientCertificate({ services } as never))).to.equal('ERR_OPTION')
    }
    const authenticate = [clientCertificate({ services: SERVICES })]
    expect(await refusalOf(() => stage.start({ authenticate }))).to.equal('ERR_OPTION')
    expect(await refusalOf(() => stage.start({ authenticate, listen: { port: 0, tls: server } }))).to.equal(
      'ERR_OPTION',
    )
  })
})
