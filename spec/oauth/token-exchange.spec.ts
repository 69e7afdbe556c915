import { generateKeyPairSync } from 'node:crypto'
import { inspect } from 'node:util'
import { expect } from 'chai'
import { jwtVerify } from 'jose'
import { ClientSecretPost } from 'oauth4webapi'
import { jwtIssuer } from '../../lib/index.js'
import { actClaim, type TokenExchangeOptions, tokenExchange } from '../../lib/oauth.js'
import { ServiceParty } from '../http/service-party.js'
import { errorOf, refusalOf } from '../jws/refusal.js'
import { type AuthorizationServer, KEYED, SECRETS, startAuthorizationServer } from './authorization-server.js'
import { answering } from './scripted-server.js'
import { makeCall } from './verified-call.js'

const TYPE = 'urn:ietf:params:oauth:token-type:'
const INSIDE = 'https://inside.example'
const now = () => Math.floor(Date.now() / 1000)

describe('token exchange', function () {
  this.timeout(30_000)
  let server: AuthorizationServer
  let party: ServiceParty

  before(async () => {
    server = await startAuthorizationServer()
  })
  after(() => server.close())
  beforeEach(() => {
    party = new ServiceParty()
    server.requests.length = 0
    server.answer = undefined
  })
  afterEach(() => party.stop())

  const optionsOf = (options: Partial<TokenExchangeOptions> = {}): TokenExchangeOptions => ({
    issuer: server.issuer,
    endpoint: `${server.issuer}/token`,
    client: { id: 'shop', secret: SECRETS.shop },
    audience: INSIDE,
    ...options,
  })
  const exchangeOf = (options: Partial<TokenExchangeOptions> = {}) => tokenExchange(optionsOf(options))
  const form = () => Object.fromEntries(server.forms.get('/token') ?? [])
  const claimsOf = async (token: string, audience = INSIDE) => (await verifierOf(audience).verify(token, now())).claims
  const verifierOf = (audience: string) =>
    jwtIssuer({
      issuer: server.issuer,
      jwksUri: `${server.issuer}/jwks`,
      audience,
      algorithms: ['ES256'],
      types: ['at+jwt'],
    })

  describe('of a token, at a real authorization server', () => {
    it('gets another one for the audience, by RFC 8693', async () => {
      const subject = await server.issueOpaque()
      const token = await exchangeOf({ scope: ['shop.user', 'partner.order'] }).forToken(subject)
      expect(await claimsOf(token)).to.include({ sub: 'alice', client_id: 'shop', scope: 'shop.user partner.order' })
      expect(form()).to.deep.equal({
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        audience: INSIDE,
        scope: 'shop.user partner.order',
        subject_token: subject,
        subject_token_type: `${TYPE}access_token`,
        requested_token_type: `${TYPE}access_token`,
      })
    })

    it('gets another one on behalf of the user', async () => {
      const subject = await server.issueOpaque()
      const exchange = exchangeOf({ form: 'on-behalf-of', audience: undefined, resource: INSIDE })
      expect(await claimsOf(await exchange.forToken(subject))).to.include({ sub: 'alice', client_id: 'shop' })
      expect(form()).to.deep.equal({
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        resource: INSIDE,
        assertion: subject,
        requested_token_use: 'on_behalf_of',
      })
    })

    it('authenticates by secret, by a key of its own, or as oauth4webapi can', async () => {
      const subject = await server.issueOpaque()
      const clients = [
        { id: 'shop', secret: SECRETS.shop },
        { id: 'keyed', key: KEYED.privateKey },
        { id: 'keyed', key: KEYED.privateKey.export({ format: 'jwk' }), kid: 'keyed-1' },
        { id: 'posting', authentication: ClientSecretPost('posting-secret') },
      ]
      for (const client of clients) {
        const token = await exchangeOf({ client }).forToken(subject)
        expect(await claimsOf(token)).to.include({ client_id: client.id })
      }
      const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const wrong = exchangeOf({ client: { id: 'keyed', key: stranger.privateKey } })
      expect(await refusalOf(() => wrong.forToken(subject))).to.equal('ERR_ISSUER_UNAVAILABLE')
    })

    it('gets nothing for a token that is not good: ERR_EXCHANGE_REFUSED, and says no more than why', async () => {
      const revoked = await server.issueOpaque()
      await server.revoke(revoked)
      for (const token of ['made up', revoked]) {
        const error = await errorOf(() => exchangeOf().forToken(token))
        expect(error).to.include({ code: 'ERR_EXCHANGE_REFUSED', status: 403 })
        expect(error.message).to.equal('the authorization server does not exchange the token: invalid_grant')
        expect(inspect(error, { depth: 9 })).not.to.match(new RegExp(`a secret|${token}`))
      }
    })
  })

  describe('remembers', () => {
    it('nothing, if it is not told to', async () => {
      const subject = await server.issueOpaque()
      const exchange = exchangeOf()
      expect(await exchange.forToken(subject)).not.to.equal(await exchange.forToken(subject))
    })

    it('a token for as long as it is told to, and for half its life at most', async () => {
      let time = now()
      const exchange = exchangeOf({ cacheSeconds: 3600, clock: () => time })
      const subject = await server.issueOpaque()
      const token = await exchange.forToken(subject)
      time += 299
      expect(await exchange.forToken(subject)).to.equal(token)
      time += 1
      expect(await exchange.forToken(subject)).not.to.equal(token)
      const short = exchangeOf({ cacheSeconds: 10, clock: () => time })
      const again = await short.forToken(subject)
      time += 9
      expect(await short.forToken(subject)).to.equal(again)
      time += 1
      expect(await short.forToken(subject)).not.to.equal(again)
    })

    it('what it got for one user for him alone', async () => {
      const exchange = exchangeOf({ cacheSeconds: 600 })
      const tokens = await Promise.all(
        ['alice', 'bob'].map(async sub => exchange.forToken(await server.issueOpaque({ sub }))),
      )
      expect(await Promise.all(tokens.map(async token => (await claimsOf(token)).sub))).to.deep.equal(['alice', 'bob'])
    })
  })

  describe('takes for no answer', () => {
    const good = { access_token: 'new', issued_token_type: `${TYPE}access_token`, token_type: 'Bearer', expires_in: 60 }
    const codeOf = async (body: unknown, status = 200, options: Partial<TokenExchangeOptions> = {}) => {
      server.answer = answering(body, status)
      return await refusalOf(() => exchangeOf(options).forToken('old'))
    }

    it('what is not complete, or not what was asked for: ERR_ISSUER_UNAVAILABLE', async () => {
      expect(await codeOf(good)).to.equal('accepted')
      const wrong: readonly object[] = [
        { access_token: undefined },
        { access_token: '' },
        { access_token: 7 },
        { access_token: 'x'.repeat(8001) },
        { issued_token_type: undefined },
        { issued_token_type: `${TYPE}refresh_token` },
        { issued_token_type: [`${TYPE}access_token`] },
        { token_type: undefined },
        { token_type: 'DPoP' },
        { token_type: 'N_A' },
        { expires_in: 0 },
        { expires_in: -1 },
        { expires_in: 1.5 },
        { expires_in: '60' },
      ]
      for (const members of wrong) {
        expect(await codeOf({ ...good, ...members }), JSON.stringify(members)).to.equal('ERR_ISSUER_UNAVAILABLE')
      }
      const jwt = { requestedType: 'jwt' } as const
      expect(await codeOf({ ...good, issued_token_type: `${TYPE}jwt`, token_type: 'N_A' }, 200, jwt)).to.equal(
        'accepted',
      )
      expect(await codeOf({ ...good, token_type: 'N_A' }, 200, jwt)).to.equal('ERR_ISSUER_UNAVAILABLE')
      expect(await codeOf('{"access_token":"a","access_token":"b","token_type":"Bearer"}')).to.equal(
        'ERR_ISSUER_UNAVAILABLE',
      )
    })

    it('the very token that it gave: ERR_TOKEN_PASSED_ON', async () => {
      expect(await codeOf({ ...good, access_token: 'old' })).to.equal('ERR_TOKEN_PASSED_ON')
    })

    it('refusals of the client and failures of the server: ERR_ISSUER_UNAVAILABLE; of the token: ERR_EXCHANGE_REFUSED', async () => {
      for (const error of [
        'invalid_client',
        'unauthorized_client',
        'unsupported_grant_type',
        'server_error',
        'x',
        7,
        undefined,
      ]) {
        expect(await codeOf({ error }, 400), String(error)).to.equal('ERR_ISSUER_UNAVAILABLE')
      }
      for (const error of ['invalid_grant', 'invalid_request', 'invalid_target', 'invalid_scope', 'access_denied']) {
        expect(await codeOf({ error }, 400), error).to.equal('ERR_EXCHANGE_REFUSED')
        expect(await codeOf({ error }, 401), error).to.equal('ERR_ISSUER_UNAVAILABLE')
      }
      expect(await codeOf('down', 503)).to.equal('ERR_ISSUER_UNAVAILABLE')
    })

    it('an error of whatever text: none of it is quoted', async () => {
      server.answer = answering({ error: 'invalid\ngrant', error_description: 'secret' }, 400)
      const error = await errorOf(() => exchangeOf().forToken('old'))
      expect(error.message).to.equal('the authorization server answered 400 instead of a token')
    })
  })

  describe('of a call that leaves the house', () => {
    const keyed = { id: 'keyed', key: KEYED.privateKey, kid: 'keyed-1' }
    const accept = () => ({ initialToken: { accept: [verifierOf('https://shop.example')] } })

    it('gives the token that the chain carries, and says who acts: a JWT by the key of the client', async () => {
      const subject = await server.issueJwt()
      const { call, inventory } = await makeCall(party, { initialToken: subject }, accept())
      // The server knows its JWTs by their texts no more: what matters here is what it was sent.
      server.answer = answering({ access_token: 'new', issued_token_type: `${TYPE}access_token`, token_type: 'Bearer' })
      expect(await exchangeOf({ client: keyed }).forCall(call)).to.equal('new')
      const sent = form()
      expect(sent).to.include({
        subject_token: subject,
        subject_token_type: `${TYPE}access_token`,
        actor_token_type: `${TYPE}jwt`,
      })
      const { payload, protectedHeader } = await jwtVerify(sent.actor_token ?? '', KEYED.publicKey, {
        issuer: 'keyed',
        audience: server.issuer,
        subject: 'inventory',
        requiredClaims: ['exp', 'iat', 'jti'],
      })
      expect(protectedHeader).to.deep.equal({ alg: 'ES256', typ: 'JWT', kid: 'keyed-1' })
      expect(payload).to.deep.include({ txn: call.transaction, callers: { sub: 'cart', act: { sub: 'shop' } } })
      expect(Number(payload.exp) - Number(payload.iat)).to.equal(60)
      expect(inventory.kid).not.to.equal(protectedHeader.kid)
    })

    it('gets a token whose `act` is the call stack, from a server that nests it', async () => {
      const { call } = await makeCall(party, { userClaims: { sub: 'alice', scope: 'shop.user' } })
      const token = await exchangeOf({ client: keyed, audience: 'https://partner.example' }).forCall(call)
      const { sub, act } = await claimsOf(token, 'https://partner.example')
      expect(sub).to.equal('alice')
      expect(JSON.parse(JSON.stringify(act))).to.deep.equal({
        sub: 'inventory',
        act: { sub: 'cart', act: { sub: 'shop' } },
      })
    })

    it('speaks for the call no longer than that lives', async () => {
      const start = now()
      const { call } = await makeCall(party, { userClaims: { sub: 'alice', exp: start + 30 } }, { clock: () => start })
      await exchangeOf({ client: keyed, clock: () => start }).forCall(call)
      for (const name of ['actor_token', 'subject_token']) {
        const { payload } = await jwtVerify(form()[name] ?? '', KEYED.publicKey)
        expect(payload).to.include({ iat: start, exp: start + 30 })
      }
    })

    it('gives a JWT of the claims that an edge asserted, as the client and for the server alone', async () => {
      const { call } = await makeCall(party, { userClaims: { sub: 'alice', aud: 'x', jti: 'x', scope: 'shop.user' } })
      await exchangeOf({ client: keyed }).forCall(call)
      const sent = form()
      expect(sent.subject_token_type).to.equal(`${TYPE}jwt`)
      const { payload } = await jwtVerify(sent.subject_token ?? '', KEYED.publicKey, {
        issuer: 'keyed',
        audience: server.issuer,
      })
      expect(payload).to.include({ sub: 'alice', scope: 'shop.user' })
      expect(payload.jti).not.to.equal('x')
    })

    it('gives an opaque token as it was issued', async () => {
      const subject = 'öpaque ~ token'
      const verify = async () => ({ kind: 'token', claims: {} }) as const
      const initialToken = { accept: [{ kind: 'token', issuer: 'https://opaque.example', verify } as const] }
      const { call } = await makeCall(party, { initialToken: subject }, { initialToken })
      server.answer = answering({ error: 'invalid_grant' }, 400)
      await refusalOf(() => exchangeOf({ client: keyed }).forCall(call))
      expect(form().subject_token).to.equal(subject)
    })

    it('speaks for no actor on behalf of a user', async () => {
      const { call } = await makeCall(party, { userClaims: { sub: 'alice' } })
      const options = { client: keyed, form: 'on-behalf-of', audience: undefined, resource: INSIDE } as const
      expect(await claimsOf(await exchangeOf(options).forCall(call))).to.include({ sub: 'alice' })
      expect(form()).to.have.all.keys(
        'grant_type',
        'resource',
        'assertion',
        'requested_token_use',
        'client_id',
        'client_assertion',
        'client_assertion_type',
      )
    })

    it('needs a user, ERR_EXCHANGE_REFUSED, a key, ERR_OPTION, and a call that was verified, ERR_PARENT_FOREIGN', async () => {
      const { call: job } = await makeCall(party, { job: true })
      expect(await refusalOf(() => exchangeOf({ client: keyed }).forCall(job))).to.equal('ERR_EXCHANGE_REFUSED')
      const others = new ServiceParty()
      const { call } = await makeCall(others, { userClaims: { sub: 'alice' } })
      await others.stop()
      expect(await refusalOf(() => exchangeOf().forCall(call))).to.equal('ERR_OPTION')
      for (const forged of [{ ...call }, JSON.parse(JSON.stringify(call)), {}, []]) {
        expect(await refusalOf(() => exchangeOf({ client: keyed }).forCall(forged))).to.equal('ERR_PARENT_FOREIGN')
      }
      for (const wrong of [undefined, null, 'x']) {
        expect(await refusalOf(() => exchangeOf({ client: keyed }).forCall(wrong as never))).to.equal('ERR_OPTION')
      }
      expect(server.requests).to.deep.equal([])
    })

    it('is exported as an `act` claim: the nearest caller outermost, frozen', async () => {
      const { call } = await makeCall(party, { job: true })
      const act = actClaim(call)
      expect(act).to.deep.equal({ sub: 'cart', act: { sub: 'shop' } })
      expect([act, act.act].every(Object.isFrozen)).to.equal(true)
    })
  })

  it('refuses options that are wrong, unknown or missing: ERR_OPTION', async () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const clients: readonly unknown[] = [
      undefined,
      null,
      'shop',
      {},
      { id: 'shop' },
      { id: '', secret: 'x' },
      { id: 'shop', secret: '' },
      { id: 'shop', secret: 7 },
      { id: 'shop', secret: 'x', authentication: ClientSecretPost('x') },
      { id: 'shop', authentication: 'client_secret_post' },
      { id: 'shop', key: KEYED.publicKey },
      { id: 'shop', key: KEYED.publicKey.export({ format: 'jwk' }) },
      { id: 'shop', key: 'a key' },
      { id: 'shop', key: generateKeyPairSync('ed448').privateKey },
      { id: 'shop', key: KEYED.privateKey, algorithm: 'RS256' },
      { id: 'shop', key: rsa.privateKey, algorithm: 'ES256' },
      { id: 'shop', key: KEYED.privateKey, kid: '' },
      { id: 'shop', secret: 'x', kid: 'x' },
      { id: 'shop', secret: 'x', algorithm: 'RS256' },
      { id: 'shop', secret: 'x', password: 'x' },
    ]
    for (const client of clients) {
      expect(await refusalOf(() => exchangeOf({ client } as never)), inspect(client)).to.equal('ERR_OPTION')
    }
    const wrong: readonly object[] = [
      { audience: undefined },
      { audience: '' },
      { audience: ['x'] },
      { resource: 7 },
      { scope: [] },
      { scope: [''] },
      { form: 'jwt-bearer' },
      { form: 'on-behalf-of' },
      { form: 'on-behalf-of', audience: undefined, scope: 'x', requestedType: 'jwt' },
      { requestedType: 'saml2' },
      { cacheSeconds: -1 },
      { endpoint: 'http://login.example/token' },
      { tokenEndpoint: 'x' },
    ]
    for (const options of wrong) {
      expect(await refusalOf(() => exchangeOf(options)), inspect(options)).to.equal('ERR_OPTION')
    }
    expect(
      await refusalOf(() => exchangeOf({ client: { id: 'shop', key: rsa.privateKey, algorithm: 'RS256' } })),
    ).to.equal('accepted')
  })

  it('shows no secret and no key', () => {
    const exchange = exchangeOf({ client: { id: 'shop', secret: SECRETS.shop } })
    expect(inspect(exchange, { depth: 9, showHidden: true })).not.to.contain(SECRETS.shop)
  })
})
