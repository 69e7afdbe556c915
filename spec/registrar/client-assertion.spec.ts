import { generateKeyPairSync } from 'node:crypto'
import { expect } from 'chai'
import { MemoryReplayStore } from '../../lib/index.js'
import { generateSigningKey } from '../../lib/jws/signing-key.js'
import { clientAssertion } from '../../lib/registrar.js'
import { refusalOf } from '../jws/refusal.js'
import { asserted, makeAssertion } from './assertions.js'
import { makeKeyPair, makeRegistration, nowSeconds, RegistrarStage, send } from './registrar-stage.js'

const INVALID = { status: 401, code: 'ERR_CREDENTIAL_INVALID' }

describe('a client assertion at a registrar', function () {
  this.timeout(30_000)
  let stage: RegistrarStage
  let url: string

  before(async () => {
    stage = await RegistrarStage.prepare()
    url = (await stage.start()).url
  })
  beforeEach(() => stage.events.splice(0))
  after(() => stage.end())

  /** Registers a new key of a service with an assertion of cart's, some members of which may differ. */
  const register = async (
    changes?: Parameters<typeof makeAssertion>[3],
    service = 'cart',
    signer = stage.proofs.cart.signing,
  ) => {
    const assertion = await makeAssertion(signer, 'cart', url, changes)
    return { assertion, ...(await present(assertion, service)) }
  }
  const present = async (assertion: string, service = 'cart') => {
    const made = await makeRegistration(service)
    const path = `/v1/registrations/${service}/${made.kid}`
    const { status, code } = await send(url, 'PUT', path, { headers: asserted(assertion), body: made.registration })
    return { status, code }
  }

  it('is accepted from the service whose key it is', async () => {
    expect(await register()).to.include({ status: 200, code: undefined })
    expect(await register({ claims: { aud: [url] } })).to.include({ status: 200 })
    expect(await register({ header: { typ: 'JWT', kid: undefined } })).to.include({ status: 200 })
  })

  it('gives no right to the name of another service (ERR_CREDENTIAL_FOREIGN), which is written down', async () => {
    expect(await register({}, 'shop')).to.include({ status: 403, code: 'ERR_CREDENTIAL_FOREIGN' })
    const [event] = stage.events
    expect(event).to.include({ verdict: 'refused', service: 'shop', authenticated: 'cart', credential: 'assertion' })
    expect(await stage.engine.list('shop')).to.deep.equal([])
  })

  it('is good once', async () => {
    const { assertion, status } = await register()
    expect(status).to.equal(200)
    expect(await present(assertion)).to.deep.equal(INVALID)
    expect(stage.events.at(-1)?.reason).to.equal('the assertion was used before')
  })

  it('is good once though two come at the same moment', async () => {
    const assertion = await makeAssertion(stage.proofs.cart.signing, 'cart', url)
    const outcomes = await Promise.all([present(assertion), present(assertion), present(assertion)])
    expect(outcomes.map(({ status }) => status).sort()).to.deep.equal([200, 401, 401])
  })

  it('is used up by a request that is refused for another reason', async () => {
    const { assertion, status } = await register({}, 'shop')
    expect(status).to.equal(403)
    expect(await present(assertion)).to.deep.equal(INVALID)
  })

  const wrong: readonly (readonly [string, (now: number) => { header?: object; claims?: object }])[] = [
    ['that has expired', now => ({ claims: { iat: now - 120, exp: now - 60 } })],
    ['that lives for longer than five minutes', now => ({ claims: { exp: now + 3600 } })],
    ['that begins in the future', now => ({ claims: { iat: now + 100, exp: now + 160 } })],
    ['that may not be used before', now => ({ claims: { nbf: now + 100 } })],
    ['without an end', () => ({ claims: { exp: undefined } })],
    ['without a beginning', () => ({ claims: { iat: undefined } })],
    ['whose end is a text', now => ({ claims: { exp: String(now + 60) } })],
    ['whose end is a fraction', now => ({ claims: { exp: now + 60.5 } })],
    ['without an identifier', () => ({ claims: { jti: undefined } })],
    ['whose identifier is empty', () => ({ claims: { jti: '' } })],
    ['whose identifier is endless', () => ({ claims: { jti: 'x'.repeat(257) } })],
    ['for an authorization server', () => ({ claims: { aud: 'https://login.example/token' } })],
    ['for nobody', () => ({ claims: { aud: undefined } })],
    ['for an empty list', () => ({ claims: { aud: [] } })],
    ['of two names', () => ({ claims: { iss: 'shop' } })],
    ['of a service that is not known', () => ({ claims: { iss: 'inventory', sub: 'inventory' } })],
    ['of a name that is a member of every object', () => ({ claims: { iss: 'constructor', sub: 'constructor' } })],
    ['of a JWT of another purpose', () => ({ header: { typ: 'at+jwt' } })],
    ['that is a hop', () => ({ header: { typ: 'hop+jws' } })],
    ['that is a registration', () => ({ header: { typ: 'registration+jws' } })],
    ['without a signature', () => ({ header: { alg: 'none' } })],
    ['with a symmetric algorithm', () => ({ header: { alg: 'HS256' } })],
    ['of another algorithm', () => ({ header: { alg: 'EdDSA' } })],
    ['of a key that is not known', () => ({ header: { kid: 'another' } })],
    ['with a critical extension', () => ({ header: { crit: ['exp'] } })],
    ['whose payload is not encoded', () => ({ header: { b64: false } })],
  ]
  for (const [what, changes] of wrong) {
    it(`is refused ${what} (ERR_CREDENTIAL_INVALID)`, async () => {
      expect(await register(changes(nowSeconds()))).to.include(INVALID)
      expect(stage.refusals).to.deep.equal(['ERR_CREDENTIAL_INVALID cart'])
    })
  }

  it('is refused with both this registrar and another in its audience (ERR_CREDENTIAL_INVALID)', async () => {
    expect(await register({ claims: { aud: [url, 'https://login.example'] } })).to.include(INVALID)
  })

  it("is refused where another key signed it, a hop's for example (ERR_CREDENTIAL_INVALID)", async () => {
    const hopKey = await generateSigningKey('ES256')
    const registered = await makeRegistration('cart', {}, hopKey)
    const assertion = await makeAssertion(stage.proofs.cart.signing, 'cart', url)
    const init = { headers: asserted(assertion), body: registered.registration }
    expect((await send(url, 'PUT', `/v1/registrations/cart/${hopKey.kid}`, init)).status).to.equal(200)
    expect(await register({}, 'cart', hopKey)).to.include(INVALID)
    expect(await register({ header: { kid: stage.proofs.cart.signing.kid } }, 'cart', hopKey)).to.include(INVALID)
  })

  it('is refused of another service in the name of this one (ERR_CREDENTIAL_INVALID)', async () => {
    expect(await register({}, 'cart', stage.proofs.shop.signing)).to.include(INVALID)
  })

  it('is refused when it is no JWS, or not the only one (ERR_CREDENTIAL_INVALID)', async () => {
    const { kid, registration: body } = await makeRegistration('cart')
    const good = await makeAssertion(stage.proofs.cart.signing, 'cart', url)
    const path = `/v1/registrations/cart/${kid}`
    for (const authorization of [
      'Assertion',
      'Assertion x',
      'Assertion a.b.c',
      `Assertion ${good} ${good}`,
      `Assertion ${good}, Assertion ${good}`,
      `Assertion ${'a'.repeat(9000)}`,
      `Bearer ${good}`,
      `Basic ${good}`,
      `Enrolment ${good}`,
      `Assertion ${good}~${good}`,
      good,
      '',
    ]) {
      const { status, code } = await send(url, 'PUT', path, { headers: { authorization }, body })
      expect({ status, code }, authorization.slice(0, 20)).to.deep.equal(INVALID)
    }
    const { status, code } = await send(url, 'PUT', path, { body })
    expect({ status, code }).to.deep.equal(INVALID)
  })

  it('never gets its key registered for hops (ERR_REGISTRATION_INVALID)', async () => {
    const { cart } = stage.proofs
    const { kid, registration: body } = await makeRegistration('cart', {}, cart.signing)
    const headers = asserted(await makeAssertion(cart.signing, 'cart', url))
    const outcome = await send(url, 'PUT', `/v1/registrations/cart/${kid}`, { headers, body })
    expect(outcome).to.include({ status: 422, code: 'ERR_REGISTRATION_INVALID' })
    expect(outcome.body.detail).to.contain('it must not sign hops')
  })

  it('says nothing outside of why it does not hold, and no token in the log', async () => {
    const assertion = await makeAssertion(stage.proofs.cart.signing, 'cart', url, {
      claims: { exp: nowSeconds() - 60 },
    })
    const made = await makeRegistration('cart')
    const { body } = await send(url, 'PUT', `/v1/registrations/cart/${made.kid}`, {
      headers: asserted(assertion),
      body: made.registration,
    })
    expect(Object.keys(body).sort()).to.deep.equal(['code', 'instance', 'status', 'title', 'type'])
    const log = JSON.stringify(stage.events)
    for (const secret of [...assertion.split('.'), ...made.registration.split('.')]) expect(log).not.to.contain(secret)
    expect(log).to.contain(String(body.instance).slice('urn:uuid:'.length))
  })

  it('may be signed with any asymmetric algorithm, with two keys while one replaces the other', async () => {
    const first = await makeKeyPair()
    const second = generateKeyPairSync('ed25519')
    const clients = { cart: [first.publicJwk, { ...second.publicKey.export({ format: 'jwk' }), kid: 'next' }] }
    const authenticate = [await clientAssertion({ clients, replay: new MemoryReplayStore() })]
    const other = await stage.start({ authenticate })
    const registry = (key: typeof second.privateKey) => stage.registry(other.url, 'cart', undefined, key)
    await registry(first.privateKey).publish(await makeRegistration('cart'))
    await registry(second.privateKey).publish(await makeRegistration('cart'))
  })

  it('is configured with public keys, each of one service (ERR_OPTION)', async () => {
    const { publicJwk, privateKey } = await makeKeyPair()
    const replay = new MemoryReplayStore()
    for (const options of [
      {},
      { clients: {} },
      { clients: {}, replay: {} },
      { clients: { Cart: publicJwk }, replay },
      { clients: { cart: privateKey.export({ format: 'jwk' }) }, replay },
      { clients: { cart: [] }, replay },
      { clients: { cart: { kty: 'oct', k: 'AAAA' } }, replay },
      { clients: { cart: { ...publicJwk, use: 'enc' } }, replay },
      { clients: { cart: publicJwk, shop: publicJwk }, replay },
      { clients: { cart: publicJwk }, replays: replay },
    ]) {
      expect(await refusalOf(() => clientAssertion(options as never)), JSON.stringify(options)).to.equal('ERR_OPTION')
    }
  })
})
