import { expect } from 'chai'
import { jwtIssuer } from '../../lib/index.js'
import { type PhantomTokenOptions, phantomToken } from '../../lib/oauth.js'
import { CLAIMS, makeIssuer, NOW } from '../initial-token/issuer.js'
import { refusalOf } from '../jws/refusal.js'
import { type AuthorizationServer, SECRETS, startAuthorizationServer } from './authorization-server.js'
import { answering } from './scripted-server.js'

const TYPE = 'token-introspection+jwt'

describe('phantom tokens', function () {
  this.timeout(30_000)
  let server: AuthorizationServer

  before(async () => {
    server = await startAuthorizationServer()
  })
  after(() => server.close())
  beforeEach(() => {
    server.requests.length = 0
    server.cacheControl = undefined
    server.answer = undefined
  })

  const optionsOf = (options: Partial<PhantomTokenOptions> = {}): PhantomTokenOptions => ({
    issuer: server.issuer,
    endpoint: `${server.issuer}/token/introspection`,
    client: { id: 'shop', secret: SECRETS.shop },
    ...options,
  })
  const now = () => Math.floor(Date.now() / 1000)
  const verifier = () =>
    jwtIssuer({
      issuer: server.issuer,
      jwksUri: `${server.issuer}/jwks`,
      audience: ['shop', 'https://shop.example'],
      algorithms: ['ES256'],
      types: [TYPE],
    })

  it('are what a real authorization server knows of an opaque token, and verify by its keys', async () => {
    const token = await server.issueOpaque()
    const jwt = await phantomToken(optionsOf()).forToken(token)
    expect(jwt).not.to.contain(token)
    const { kind, claims, expiresAt } = await verifier().verify(jwt, now())
    expect(kind).to.equal('jwt')
    expect(claims).to.include({ iss: server.issuer, sub: 'alice', scope: 'shop.user', active: true })
    expect(expiresAt).to.equal(claims.exp)
  })

  it('cannot be presented in place of the token that they speak of', async () => {
    const jwt = await phantomToken(optionsOf()).forToken(await server.issueOpaque())
    const accessTokens = jwtIssuer({
      issuer: server.issuer,
      jwksUri: `${server.issuer}/jwks`,
      audience: ['shop', 'https://shop.example'],
      algorithms: ['ES256'],
    })
    expect(await refusalOf(() => accessTokens.verify(jwt, now()))).to.equal('ERR_INITIAL_TOKEN_INVALID')
  })

  it('are not made of a token that is not active: ERR_INITIAL_TOKEN_INVALID', async () => {
    const source = phantomToken(optionsOf())
    const revoked = await server.issueOpaque()
    await server.revoke(revoked)
    for (const token of ['made up', revoked, revoked, await server.issueJwt()]) {
      expect(await refusalOf(() => source.forToken(token))).to.equal('ERR_INITIAL_TOKEN_INVALID')
    }
  })

  it('of a refresh token, or of one for another resource, are not accepted: ERR_INITIAL_TOKEN_INVALID', async () => {
    const source = phantomToken(optionsOf())
    for (const token of [
      await server.issueRefresh(),
      await server.issueOpaque({ resource: 'https://other.example' }),
    ]) {
      const jwt = await source.forToken(token)
      expect(await refusalOf(() => verifier().verify(jwt, now()))).to.equal('ERR_INITIAL_TOKEN_INVALID')
    }
  })

  it('are not made of a token that is bound to a key: ERR_BEARER_BOUND', async () => {
    const said = { active: true, exp: 20_000, cnf: { 'x5t#S256': 'x' } }
    const type = { 'content-type': `application/${TYPE}` }
    server.answer = answering(makeIssuer().issue({ token_introspection: said }), 200, type)
    const source = phantomToken(optionsOf({ clock: () => NOW }))
    expect(await refusalOf(() => source.forToken('x'))).to.equal('ERR_BEARER_BOUND')
  })

  it('are remembered as long as answers may be, and a revocation is seen then', async () => {
    server.cacheControl = 'max-age=20'
    let time = now()
    const source = phantomToken(optionsOf({ clock: () => time }))
    const token = await server.issueOpaque()
    const jwt = await source.forToken(token)
    await server.revoke(token)
    time += 19
    expect(await source.forToken(token)).to.equal(jwt)
    expect(server.requests).to.have.length(1)
    time += 1
    expect(await refusalOf(() => source.forToken(token))).to.equal('ERR_INITIAL_TOKEN_INVALID')
  })

  it('are nothing but JWTs of their type: ERR_ISSUER_UNAVAILABLE', async () => {
    const source = phantomToken(optionsOf())
    const type = { 'content-type': `application/${TYPE}` }
    const wrong = [
      answering({ active: true }),
      answering('x', 200, type),
      answering('a.b.c', 200, type),
      answering(makeIssuer().issue(CLAIMS), 200, type),
      answering(makeIssuer().issue({ token_introspection: { active: true } }), 200, {
        'content-type': 'application/jwt',
      }),
      answering({ error: 'invalid_client' }, 401),
      answering('down', 500),
    ]
    for (const answer of wrong) {
      server.answer = answer
      expect(await refusalOf(() => source.forToken('x'))).to.equal('ERR_ISSUER_UNAVAILABLE')
    }
  })

  it('refuse options that are wrong, unknown or missing: ERR_OPTION', async () => {
    const wrong = [
      {},
      { ...optionsOf(), client: undefined },
      { ...optionsOf(), endpoint: 'ftp://x' },
      { ...optionsOf(), audience: 'x' },
    ]
    for (const options of wrong) expect(await refusalOf(() => phantomToken(options as never))).to.equal('ERR_OPTION')
  })
})

describe('phantom tokens: what is verified of them', () => {
  const issuer = makeIssuer()
  const verifier = (options: object = {}) =>
    jwtIssuer({
      issuer: CLAIMS.iss,
      jwks: { keys: [issuer.jwk] },
      audience: 'countersign',
      algorithms: ['ES256'],
      types: [TYPE],
      ...options,
    })
  const said = { active: true, token_type: 'Bearer', sub: 'alice', exp: 10_600 }
  const answer = { iss: CLAIMS.iss, aud: 'countersign', iat: 9_900, token_introspection: said }
  const codeOf = (claims: object, header: object = { typ: TYPE }, options: object = {}) =>
    refusalOf(() => verifier(options).verify(issuer.issue(claims, header), NOW))

  it('are the claims that stand in `token_introspection`, with their issuer, until that token ends', async () => {
    const { claims, expiresAt } = await verifier().verify(issuer.issue(answer, { typ: TYPE }), NOW)
    expect({ ...claims }).to.deep.equal({ ...said, iss: CLAIMS.iss })
    expect(expiresAt).to.equal(10_600)
    const { expiresAt: sooner } = await verifier().verify(issuer.issue({ ...answer, exp: 10_100 }, { typ: TYPE }), NOW)
    expect(sooner).to.equal(10_100)
  })

  it('are not accepted where their type is not listed, and no other type is where only theirs is: ERR_INITIAL_TOKEN_INVALID', async () => {
    expect(await codeOf(answer, { typ: TYPE }, { types: undefined })).to.equal('ERR_INITIAL_TOKEN_INVALID')
    for (const typ of ['at+jwt', 'JWT', undefined]) {
      expect(await codeOf({ ...CLAIMS, ...answer }, { typ })).to.equal('ERR_INITIAL_TOKEN_INVALID')
    }
    expect(await codeOf(answer, { typ: `application/${TYPE}` })).to.equal('accepted')
  })

  it('must say that the token is active, whose it is and when it ends: ERR_INITIAL_TOKEN_INVALID', async () => {
    const wrong: readonly object[] = [
      { active: false },
      { active: 'true' },
      { active: undefined },
      { iss: 'https://other.example' },
      { aud: 'https://other.example' },
      { exp: undefined },
      { exp: '10600' },
      { nbf: 10_006 },
      { token_type: undefined },
      { token_type: 'DPoP' },
      { nonce: 'x' },
    ]
    for (const members of wrong) {
      const text = JSON.stringify(members)
      expect(await codeOf({ ...answer, token_introspection: { ...said, ...members } }), text).to.equal(
        'ERR_INITIAL_TOKEN_INVALID',
      )
    }
    for (const token_introspection of [undefined, null, 'x', [said]]) {
      expect(await codeOf({ ...answer, token_introspection })).to.equal('ERR_INITIAL_TOKEN_INVALID')
    }
    expect(await codeOf({ ...answer, token_introspection: { ...said, exp: 9_995 } })).to.equal(
      'ERR_INITIAL_TOKEN_EXPIRED',
    )
    expect(await codeOf({ ...answer, exp: 9_995 })).to.equal('ERR_INITIAL_TOKEN_EXPIRED')
  })

  it('must be answers of this issuer to us: ERR_INITIAL_TOKEN_INVALID', async () => {
    const wrong = [
      { iss: 'https://other.example' },
      { aud: 'other' },
      { aud: undefined },
      { iat: undefined },
      { iat: 10_006 },
    ]
    for (const members of wrong) {
      expect(await codeOf({ ...answer, ...members }), JSON.stringify(members)).to.equal('ERR_INITIAL_TOKEN_INVALID')
    }
    const stranger = makeIssuer()
    expect(await refusalOf(() => verifier().verify(stranger.issue(answer, { typ: TYPE }), NOW))).to.equal(
      'ERR_INITIAL_TOKEN_INVALID',
    )
  })
})
