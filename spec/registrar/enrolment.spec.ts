import { expect } from 'chai'
import { MemoryReplayStore } from '../../lib/index.js'
import { signCompact } from '../../lib/jws/compact.js'
import { type EnrolmentOptions, enrolment, enrolmentToken } from '../../lib/registrar.js'
import { signEnrolment, signEnrolmentToken } from '../../lib/registry/registrar/enrolment.js'
import { assertion, enrol, registrar } from '../../lib/registry/registrar/registrar-registry.js'
import { refusalOf } from '../jws/refusal.js'
import { asserted, makeAssertion } from './assertions.js'
import { type KeyPair, makeKeyPair, makeRegistration, nowSeconds, RegistrarStage, send } from './registrar-stage.js'

const INVALID = 'ERR_CREDENTIAL_INVALID'

describe('enrolment at a registrar', function () {
  this.timeout(30_000)
  let stage: RegistrarStage
  let operator: KeyPair
  let enroller: KeyPair
  let own: KeyPair
  let url: string

  beforeEach(async () => {
    stage = await RegistrarStage.prepare()
    operator = await makeKeyPair()
    enroller = await makeKeyPair()
    own = await makeKeyPair()
    url = await start()
  })
  afterEach(() => stage.end())

  const start = async (options: Partial<EnrolmentOptions> = {}, clock?: () => number) => {
    const parts = { operators: [operator.publicJwk], key: enroller.privateKey, replay: stage.replay }
    return (await stage.start({ authenticate: [await enrolment({ ...parts, ...options })], clock })).url
  }
  const permit = (service = 'cart', place = url) =>
    enrolmentToken({ operator: operator.privateKey, service, url: place })
  const enrolWith = (token: string, service = 'cart', key = own.privateKey) => enrol({ url, service, key, token })
  const registryWith = (enrolled: string, key = own.privateKey, place = url) =>
    stage.keep(registrar({ url: place, credentials: assertion({ key, enrolment: enrolled }) }))
  const publish = (enrolled: string, service = 'cart', key = own.privateKey, place = url) =>
    refusalOf(async () => registryWith(enrolled, key, place).publish(await makeRegistration(service)))

  it("binds a service's own key for an operator's token, and the service goes on with that key alone", async () => {
    const enrolled = await enrolWith(await permit())
    expect(await publish(enrolled)).to.equal('accepted')
    expect(await publish(enrolled)).to.equal('accepted')
    const [first] = stage.events.filter(({ event }) => event === 'enrolment')
    expect(first).to.include({
      verdict: 'done',
      service: 'cart',
      kid: own.signing.kid,
      client: `operator ${operator.signing.kid}`,
    })
    expect(stage.events.at(-1)).to.include({ credential: 'enrolment', authenticated: 'cart', verdict: 'done' })
  })

  it('gives no right to the name of another service (ERR_CREDENTIAL_FOREIGN)', async () => {
    const enrolled = await enrolWith(await permit())
    const { kid, registration: body } = await makeRegistration('shop')
    const headers = asserted(`${await makeAssertion(own.signing, 'cart', url)}~${enrolled}`)
    const outcome = await send(url, 'PUT', `/v1/registrations/shop/${kid}`, { headers, body })
    expect(outcome).to.include({ status: 403, code: 'ERR_CREDENTIAL_FOREIGN' })
    expect(await refusalOf(async () => enrolWith(await permit('shop'), 'cart'))).to.equal('ERR_CREDENTIAL_FOREIGN')
  })

  it('takes a token once, so that a theft is noticed by whoever comes second (ERR_CREDENTIAL_INVALID)', async () => {
    const token = await permit()
    const thief = await makeKeyPair()
    await enrolWith(token)
    expect(await refusalOf(() => enrolWith(token, 'cart', thief.privateKey))).to.equal(INVALID)
    expect(await refusalOf(() => enrolWith(token))).to.equal(INVALID)
    expect(stage.events.at(-1)).to.include({ reason: 'the enrolment token was used before', service: 'cart' })
  })

  it('takes a token once, though two come at the same moment', async () => {
    const token = await permit()
    const outcomes = await Promise.all([1, 2, 3].map(() => refusalOf(() => enrolWith(token))))
    expect(outcomes.sort()).to.deep.equal([INVALID, INVALID, 'accepted'])
  })

  it('does not use a token up for a key that cannot be enrolled', async () => {
    const token = await permit()
    expect(await refusalOf(() => enrolWith(token, 'cart', operator.privateKey))).to.equal(INVALID)
    expect(await refusalOf(() => enrolWith(token))).to.equal('accepted')
  })

  it('takes no token that has expired, is for another registrar, or signed by no operator (ERR_CREDENTIAL_INVALID)', async () => {
    const issuedAt = nowSeconds()
    const sign = (
      place: { service: string; audience: string },
      terms: { issuedAt: number; expiresAt: number },
      signer = operator,
    ) => signEnrolmentToken(place, signer.signing, terms)
    const here = { service: 'cart', audience: url }
    const terms = { issuedAt, expiresAt: issuedAt + 60 }
    const stranger = await makeKeyPair()
    const tokens = [
      await sign(here, { issuedAt: issuedAt - 120, expiresAt: issuedAt - 60 }),
      await sign(here, { issuedAt: issuedAt + 60, expiresAt: issuedAt + 120 }),
      await sign({ ...here, audience: 'https://registrar.internal' }, terms),
      await sign(here, terms, stranger),
      await sign(here, terms, enroller),
      await sign(here, terms, stage.key),
      await signEnrolment(here, own.signing, operator.signing, terms),
      'a.b.c',
      'x',
    ]
    for (const token of tokens) expect(await refusalOf(() => enrolWith(token))).to.equal(INVALID)
    expect(await refusalOf(async () => enrolWith(await sign(here, terms)))).to.equal('accepted')
  })

  it('takes no token with other members than its own (ERR_CREDENTIAL_INVALID)', async () => {
    const iat = nowSeconds()
    const { kid, algorithm: alg } = operator.signing
    const craft = (header: object, payload: object) =>
      signCompact(
        { alg, kid, typ: 'enrolment-token+jws', iat, exp: iat + 60, ...header },
        JSON.stringify(payload),
        operator.signing,
      )
    const payload = { service: 'cart', aud: url, jti: 'once' }
    const tokens = [
      await craft({ crit: [] }, payload),
      await craft({ typ: 'enrolment+jws' }, payload),
      await craft({ exp: iat + 90_000 }, payload),
      await craft({ iat: String(iat) }, payload),
      await craft({}, { ...payload, admin: true }),
      await craft({}, { ...payload, service: 'Cart' }),
      await craft({}, { ...payload, aud: [url] }),
      await craft({}, { ...payload, jti: '' }),
      await craft({}, { ...payload, jti: 1 }),
      await craft({}, { service: 'cart', aud: url }),
    ]
    for (const token of tokens) expect(await refusalOf(() => enrolWith(token))).to.equal(INVALID)
    expect(await refusalOf(async () => enrolWith(await craft({}, payload)))).to.equal('accepted')
  })

  it('enrols no key that signs hops, and registers no enrolled key for hops (ERR_REGISTRATION_INVALID)', async () => {
    const enrolled = await enrolWith(await permit())
    const hop = await makeKeyPair()
    const registered = await makeRegistration('cart', {}, hop.signing)
    await registryWith(enrolled).publish(registered)
    expect(await refusalOf(async () => enrolWith(await permit(), 'cart', hop.privateKey))).to.equal(INVALID)
    const made = await makeRegistration('cart', {}, own.signing)
    expect(await refusalOf(() => registryWith(enrolled).publish(made))).to.equal('ERR_REGISTRATION_INVALID')
  })

  it('is worth nothing without the key (ERR_CREDENTIAL_INVALID)', async () => {
    const enrolled = await enrolWith(await permit())
    const thief = await makeKeyPair()
    expect(await publish(enrolled, 'cart', thief.privateKey)).to.equal(INVALID)
    const { kid, registration: body } = await makeRegistration('cart')
    for (const authorization of [
      `Enrolment ${enrolled}`,
      `Bearer ${enrolled}`,
      `Assertion ~${enrolled}`,
      `Assertion ${enrolled}`,
    ]) {
      const { code } = await send(url, 'PUT', `/v1/registrations/cart/${kid}`, { headers: { authorization }, body })
      expect(code, authorization.slice(0, 12)).to.equal(INVALID)
    }
  })

  it('is believed of this registrar alone, while it holds (ERR_CREDENTIAL_INVALID)', async () => {
    const issuedAt = nowSeconds()
    const here = { service: 'cart', audience: url }
    const terms = { issuedAt, expiresAt: issuedAt + 60 }
    expect(await publish(await signEnrolment(here, own.signing, enroller.signing, terms))).to.equal('accepted')
    const enrolments = [
      await signEnrolment(here, own.signing, enroller.signing, { issuedAt: issuedAt - 120, expiresAt: issuedAt - 60 }),
      await signEnrolment({ ...here, audience: 'https://registrar.internal' }, own.signing, enroller.signing, terms),
      await signEnrolment({ ...here, service: 'shop' }, own.signing, enroller.signing, terms),
      await signEnrolment(here, own.signing, own.signing, terms),
      await signEnrolment(here, own.signing, operator.signing, terms),
      await signEnrolment(here, own.signing, stage.key.signing, terms),
    ]
    for (const enrolled of enrolments) expect(await publish(enrolled)).to.equal(INVALID)
  })

  it('is renewed with itself for its own key, while it holds, and for no other one (ERR_CREDENTIAL_INVALID)', async () => {
    let now = nowSeconds()
    const seconds = 3600
    const place = await start({ seconds, replay: new MemoryReplayStore({ clock: () => 0 }) }, () => now)
    const token = await permit('cart', place)
    const enrolled = await enrol({ url: place, service: 'cart', key: own.privateKey, token })
    const renew = (old: string) => enrol({ url: place, service: 'cart', key: own.privateKey, enrolment: old })
    const renewed = await renew(enrolled)
    expect(await publish(renewed, 'cart', own.privateKey, place)).to.equal('accepted')
    const next = await makeKeyPair()
    const authorization = asserted(`${await makeAssertion(own.signing, 'cart', place)}~${renewed}`)
    const body = JSON.stringify({ jwk: next.publicJwk, alg: 'ES256' })
    const outcome = await send(place, 'POST', '/v1/enrolments/cart', { headers: authorization, body })
    expect(outcome.code).to.equal(INVALID)
    expect(
      await refusalOf(() => enrol({ url: place, service: 'shop', key: own.privateKey, enrolment: renewed })),
    ).to.equal(INVALID)
    now += seconds + 10
    expect(await refusalOf(() => renew(renewed))).to.equal(INVALID)
  })

  it('is shared by registrars beside each other that have the same key and store', async () => {
    const beside = await stage.start({
      authenticate: [
        await enrolment({ operators: [operator.publicJwk], key: enroller.privateKey, replay: stage.replay }),
      ],
      url: 'https://registrar.internal',
    })
    const token = await permit('cart', 'https://registrar.internal')
    const at = `http://127.0.0.1:${beside.port}`
    const body = JSON.stringify({ jwk: own.publicJwk, alg: 'ES256' })
    const headers = { authorization: `Enrolment ${token}` }
    const first = await send(at, 'POST', '/v1/enrolments/cart', { headers, body })
    expect(first.status).to.equal(200)
    const second = await stage.start({
      authenticate: [
        await enrolment({ operators: [operator.publicJwk], key: enroller.privateKey, replay: stage.replay }),
      ],
      url: 'https://registrar.internal',
    })
    const there = `http://127.0.0.1:${second.port}`
    expect((await send(there, 'POST', '/v1/enrolments/cart', { headers, body })).code).to.equal(INVALID)
    const made = await makeRegistration('cart')
    const proof = asserted(
      `${await makeAssertion(own.signing, 'cart', 'https://registrar.internal')}~${first.body.enrolment}`,
    )
    const registered = await send(there, 'PUT', `/v1/registrations/cart/${made.kid}`, {
      headers: proof,
      body: made.registration,
    })
    expect(registered.status).to.equal(200)
  })

  it('ends when the key is revoked (ERR_CREDENTIAL_INVALID)', async () => {
    const place = await start({ revoked: [own.signing.kid] })
    const issuedAt = nowSeconds()
    const enrolled = await signEnrolment({ service: 'cart', audience: place }, own.signing, enroller.signing, {
      issuedAt,
      expiresAt: issuedAt + 60,
    })
    expect(await publish(enrolled, 'cart', own.privateKey, place)).to.equal(INVALID)
    const token = await permit('cart', place)
    expect(await refusalOf(() => enrol({ url: place, service: 'cart', key: own.privateKey, token }))).to.equal(INVALID)
  })

  it('refuses what is no key (ERR_CREDENTIAL_INVALID), and does not use the token up', async () => {
    const headers = { authorization: `Enrolment ${await permit()}` }
    const { publicJwk } = own
    const jwk = own.privateKey.export({ format: 'jwk' })
    for (const content of [
      {},
      [],
      'x',
      { jwk: publicJwk },
      { jwk, alg: 'ES256' },
      { jwk: publicJwk, alg: 'none' },
      { jwk: publicJwk, alg: 'EdDSA' },
      { jwk: publicJwk, alg: 'ES256', service: 'shop' },
    ]) {
      const outcome = await send(url, 'POST', '/v1/enrolments/cart', { headers, body: JSON.stringify(content) })
      expect(outcome.code, JSON.stringify(content)).to.equal(INVALID)
    }
    const good = await send(url, 'POST', '/v1/enrolments/cart', {
      headers,
      body: JSON.stringify({ jwk: publicJwk, alg: 'ES256' }),
    })
    expect(good.status).to.equal(200)
  })

  it('is done by a registrar that is set up for it alone (ERR_CREDENTIAL_INVALID)', async () => {
    const { url: place } = await stage.start()
    const token = await permit('cart', place)
    expect(await refusalOf(() => enrol({ url: place, service: 'cart', key: own.privateKey, token }))).to.equal(INVALID)
  })

  it('is configured strictly (ERR_OPTION)', async () => {
    const good = { operators: [operator.publicJwk], key: enroller.privateKey, replay: stage.replay }
    const wrong = [
      { operators: [] },
      { operators: undefined },
      { operators: [{}] },
      { replay: {} },
      { seconds: 1 },
      { seconds: 1e9 },
      { revoked: ['x'] },
      { revoke: [] },
    ]
    for (const options of wrong) {
      expect(await refusalOf(() => enrolment({ ...good, ...options } as never)), JSON.stringify(options)).to.equal(
        'ERR_OPTION',
      )
    }
    const token = { operator: operator.privateKey, service: 'cart', url }
    for (const options of [
      { service: 'Cart' },
      { url: 'http://registrar.internal' },
      { seconds: 10 },
      { seconds: 90_000 },
      { day: 1 },
    ]) {
      expect(await refusalOf(() => enrolmentToken({ ...token, ...options } as never))).to.equal('ERR_OPTION')
    }
    const asked = { url, service: 'cart', key: own.privateKey }
    for (const options of [{}, { token: 'x y' }, { token: 'x', enrolment: 'y' }, { token: 'x', service: '..' }]) {
      expect(await refusalOf(() => enrol({ ...asked, ...options } as never))).to.equal('ERR_OPTION')
    }
  })
})
