import { generateKeyPairSync } from 'node:crypto'
import { expect } from 'chai'
import { jwtIssuer } from '../../lib/index.js'
import { signCompact } from '../../lib/jws/compact.js'
import { importSigningKey } from '../../lib/jws/signing-key.js'
import { type AccessTokenOptions, accessToken } from '../../lib/registrar.js'
import type { RegistrarCredentials } from '../../lib/registry/registrar/registrar-registry.js'
import { clientCredentials, registrar } from '../../lib/registry/registrar/registrar-registry.js'
import { errorOf, refusalOf } from '../jws/refusal.js'
import { type AuthorizationServer, KEYED, SECRETS, startAuthorizationServer } from '../oauth/authorization-server.js'
import { makeRegistration, nowSeconds, RegistrarStage, send } from './registrar-stage.js'

const AUDIENCE = 'https://registrar.example'
const INVALID = { status: 401, code: 'ERR_CREDENTIAL_INVALID' }

describe('an access token at a registrar, from a real authorization server', function () {
  this.timeout(30_000)
  let server: AuthorizationServer
  let stage: RegistrarStage

  before(async () => {
    server = await startAuthorizationServer()
  })
  after(() => server.close())
  beforeEach(async () => {
    server.requests.length = 0
    server.answer = undefined
    stage = await RegistrarStage.prepare()
  })
  afterEach(() => stage.end())

  const issuer = (audience = AUDIENCE) =>
    jwtIssuer({
      issuer: server.issuer,
      jwksUri: `${server.issuer}/jwks`,
      audience,
      algorithms: ['ES256'],
      types: ['at+jwt'],
    })
  const start = async (options: Partial<AccessTokenOptions> = {}) =>
    (await stage.start({ authenticate: [accessToken({ issuer: issuer(), ...options })] })).url
  const credentialsOf = (client: 'shop' | 'inventory', resource = AUDIENCE) =>
    clientCredentials({
      tokenEndpoint: `${server.issuer}/token`,
      clientId: client,
      clientSecret: SECRETS[client],
      resource,
      scope: 'shop.user',
    })
  const registryWith = (url: string, credentials: RegistrarCredentials) => stage.keep(registrar({ url, credentials }))
  const present = async (url: string, token: string, service: string) => {
    const { kid, registration: body } = await makeRegistration(service)
    const headers = { authorization: `Bearer ${token}` }
    const { status, code } = await send(url, 'PUT', `/v1/registrations/${service}/${kid}`, { headers, body })
    return { status, code }
  }

  it('is accepted from the client that is the service, and asked for once', async () => {
    const registry = registryWith(await start(), credentialsOf('shop'))
    const made = await makeRegistration('shop')
    await registry.publish(made)
    await registry.publish(await makeRegistration('shop'))
    expect((await stage.engine.find('shop', made.kid))?.registration).to.contain('~')
    expect(server.requests.filter(request => request === 'POST /token')).to.have.length(1)
    expect(stage.events.at(-1)).to.include({ credential: 'token', client: 'shop', verdict: 'done' })
  })

  it('may be asked for with a key of the client', async () => {
    const credentials = clientCredentials({
      tokenEndpoint: `${server.issuer}/token`,
      issuer: server.issuer,
      clientId: 'keyed',
      clientKey: KEYED.privateKey,
      clientKid: 'keyed-1',
      resource: AUDIENCE,
      scope: 'shop.user',
    })
    const url = await start({ services: { keyed: 'cart' } })
    await registryWith(url, credentials).publish(await makeRegistration('cart'))
    expect(stage.events.at(-1)).to.include({ client: 'keyed', authenticated: 'cart' })
  })

  it('gives no right to the name of another service (ERR_CREDENTIAL_FOREIGN), which is written down', async () => {
    const registry = registryWith(await start(), credentialsOf('shop'))
    expect(await refusalOf(async () => registry.publish(await makeRegistration('cart')))).to.equal(
      'ERR_CREDENTIAL_FOREIGN',
    )
    expect(stage.events.at(-1)).to.include({ authenticated: 'shop', service: 'cart', verdict: 'refused' })
  })

  it('maps a client to the service that is configured, and no other client to any (ERR_CREDENTIAL_INVALID)', async () => {
    const url = await start({ services: { shop: 'cart' } })
    await registryWith(url, credentialsOf('shop')).publish(await makeRegistration('cart'))
    const other = registryWith(url, credentialsOf('inventory'))
    expect(await refusalOf(async () => other.publish(await makeRegistration('inventory')))).to.equal(
      'ERR_CREDENTIAL_INVALID',
    )
  })

  it('is refused for another audience (ERR_CREDENTIAL_INVALID)', async () => {
    const registry = registryWith(await start(), credentialsOf('shop', 'https://shop.example'))
    expect(await refusalOf(async () => registry.publish(await makeRegistration('shop')))).to.equal(
      'ERR_CREDENTIAL_INVALID',
    )
  })

  it("is refused where a client got it for a user: a user's token must not register its client (ERR_CREDENTIAL_INVALID)", async () => {
    const url = await start()
    const token = await server.issueJwt({ client: 'shop', sub: 'alice', resource: AUDIENCE })
    expect(await present(url, token, 'shop')).to.deep.equal(INVALID)
    const lenient = await start({ userTokens: 'accept' })
    expect(await present(lenient, token, 'shop')).to.include({ status: 200 })
  })

  it('is refused where the subject names the service, and a client got it for a user of that name (ERR_CREDENTIAL_INVALID)', async () => {
    const url = await start({ claim: 'sub' })
    const users = await server.issueJwt({ client: 'spa', sub: 'shop', resource: AUDIENCE })
    expect(await present(url, users, 'shop')).to.deep.equal(INVALID)
    const own = await server.issueJwt({ client: 'shop', sub: 'shop', resource: AUDIENCE })
    expect(await present(url, own, 'shop')).to.include({ status: 200 })
  })

  it('is refused when it has expired, was changed, or is none (ERR_CREDENTIAL_INVALID)', async () => {
    const url = await start()
    const expired = await server.issueJwt({ client: 'shop', sub: 'shop', resource: AUDIENCE, seconds: -60 })
    const good = await server.issueJwt({ client: 'shop', sub: 'shop', resource: AUDIENCE })
    expect(await present(url, good, 'shop')).to.include({ status: 200 })
    const [header, claims, signature] = good.split('.')
    const changed = JSON.stringify({
      ...JSON.parse(Buffer.from(claims ?? '', 'base64url').toString()),
      client_id: 'cart',
      sub: 'cart',
    })
    const forged = [header, Buffer.from(changed).toString('base64url'), signature].join('.')
    for (const token of [expired, forged, `${good}x`, 'opaque', await server.issueOpaque({ client: 'shop' })]) {
      expect(await present(url, token, 'shop')).to.deep.equal(INVALID)
      expect(await present(url, token, 'cart')).to.deep.equal(INVALID)
    }
  })

  it('is refused when it is bound to a key, which a request does not prove (ERR_CREDENTIAL_INVALID)', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const jwks = { keys: [publicKey.export({ format: 'jwk' })] }
    const house = 'https://login.example'
    const url = await start({ issuer: jwtIssuer({ issuer: house, jwks, audience: AUDIENCE, algorithms: ['ES256'] }) })
    const issue = async (claims: object) => {
      const exp = nowSeconds() + 60
      const common = { iss: house, aud: AUDIENCE, sub: 'shop', client_id: 'shop', exp }
      const key = await importSigningKey(privateKey)
      return await signCompact({ alg: 'ES256', typ: 'at+jwt' }, JSON.stringify({ ...common, ...claims }), key)
    }
    expect(await present(url, await issue({}), 'shop')).to.include({ status: 200 })
    expect(await present(url, await issue({ cnf: { jkt: 'x' } }), 'shop')).to.deep.equal(INVALID)
    expect(await present(url, await issue({ client_id: ['shop'] }), 'shop')).to.deep.equal(INVALID)
  })

  it('cannot be judged while the authorization server does not answer (503)', async () => {
    const unreachable = jwtIssuer({
      issuer: server.issuer,
      jwksUri: 'http://127.0.0.1:1/jwks',
      audience: AUDIENCE,
      algorithms: ['ES256'],
    })
    const url = await start({ issuer: unreachable })
    const token = await server.issueJwt({ client: 'shop', sub: 'shop', resource: AUDIENCE })
    expect(await present(url, token, 'shop')).to.deep.equal({ status: 503, code: 'ERR_ISSUER_UNAVAILABLE' })
  })

  it('is renewed by the client before it ends', async () => {
    const credentials = credentialsOf('shop')
    const registry = registryWith(await start(), credentials)
    server.answer = (_, response) => {
      server.answer = undefined
      response.writeHead(200, { 'content-type': 'application/json' })
      server.issueJwt({ client: 'shop', sub: 'shop', resource: AUDIENCE }).then(
        token => response.end(JSON.stringify({ access_token: token, token_type: 'Bearer', expires_in: 20 })),
        () => response.destroy(),
      )
    }
    await registry.publish(await makeRegistration('shop'))
    await registry.publish(await makeRegistration('shop'))
    expect(server.requests.filter(request => request === 'POST /token')).to.have.length(2)
  })

  it('is not made of what an authorization server gives that means ill, and none of it is quoted', async () => {
    const url = await start()
    const answers: readonly (readonly [number, string])[] = [
      [200, 'secret'],
      [200, '{"access_token":"secret","token_type":"mac"}'],
      [200, '{"access_token":"secret\\r\\nX: y","token_type":"Bearer"}'],
      [200, '{"token_type":"Bearer"}'],
      [401, '{"error":"secret"}'],
      [307, 'secret'],
      [200, `{"access_token":"${'x'.repeat(70_000)}","token_type":"Bearer"}`],
    ]
    for (const [status, body] of answers) {
      server.answer = (_, response) => void response.writeHead(status, { location: '/secret' }).end(body)
      const registry = registryWith(url, credentialsOf('shop'))
      const error = await errorOf(async () => registry.publish(await makeRegistration('shop')))
      expect(`${error.message} ${error.cause}`).not.to.contain('secret')
    }
  })

  it('is configured strictly (ERR_OPTION)', async () => {
    const wrongServer = [
      {},
      { issuer: {} },
      { issuer: issuer(), claim: 'email' },
      { issuer: issuer(), services: {} },
      { issuer: issuer(), services: { shop: 'Shop' } },
      { issuer: issuer(), userTokens: true },
      { issuer: issuer(), service: {} },
    ]
    for (const options of wrongServer)
      expect(await refusalOf(() => accessToken(options as never))).to.equal('ERR_OPTION')
    const good = { tokenEndpoint: 'https://login.example/token', clientId: 'shop', clientSecret: 'x' }
    const wrongClient = [
      {},
      { ...good, tokenEndpoint: 'http://login.example/token' },
      { ...good, tokenEndpoint: undefined },
      { ...good, clientId: undefined },
      { ...good, clientSecret: undefined },
      { ...good, clientSecret: '' },
      { ...good, clientKey: KEYED.privateKey },
      { ...good, scopes: 'x' },
    ]
    for (const options of wrongClient)
      expect(await refusalOf(() => clientCredentials(options as never))).to.equal('ERR_OPTION')
  })
})
