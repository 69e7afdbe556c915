import { inspect } from 'node:util'
import { expect } from 'chai'
import { type IntrospectionOptions, introspection, type OAuthRequest } from '../../lib/oauth.js'
import { Loopback } from '../http/loopback.js'
import { errorOf, refusalOf } from '../jws/refusal.js'
import { type AuthorizationServer, SECRETS, startAuthorizationServer } from './authorization-server.js'
import { answering } from './scripted-server.js'

const RESOURCE = 'https://shop.example'
/** The instant at which the authorization server lives: it has no other clock than the machine's. */
const now = () => Math.floor(Date.now() / 1000)

describe('introspection', function () {
  this.timeout(30_000)
  const loopback = new Loopback()
  let server: AuthorizationServer
  const asked = (): number => server.requests.filter(line => line === 'POST /token/introspection').length

  before(async () => {
    server = await startAuthorizationServer()
  })
  after(async () => {
    await loopback.close()
    await server.close()
  })
  beforeEach(() => {
    server.requests.length = 0
    server.cacheControl = 'max-age=3600'
    server.answer = undefined
  })

  const optionsOf = (options: Partial<IntrospectionOptions> = {}): IntrospectionOptions => ({
    issuer: server.issuer,
    endpoint: `${server.issuer}/token/introspection`,
    client: { id: 'shop', secret: SECRETS.shop },
    audience: RESOURCE,
    ...options,
  })
  const verifierOf = (options: Partial<IntrospectionOptions> = {}) => introspection(optionsOf(options))
  const codeOf = (token: string, verifier = verifierOf(), at = now()) => refusalOf(() => verifier.verify(token, at))

  describe('at a real authorization server', () => {
    it('accepts a token that is active, with its claims, frozen, and when it ends', async () => {
      const token = await server.issueOpaque({ seconds: 300 })
      const { kind, claims, expiresAt } = await verifierOf().verify(token, now())
      expect(kind).to.equal('token')
      expect(claims).to.include({
        iss: server.issuer,
        sub: 'alice',
        aud: RESOURCE,
        scope: 'shop.user',
        client_id: 'spa',
      })
      expect(Object.isFrozen(claims)).to.equal(true)
      expect(Object.getPrototypeOf(claims)).to.equal(null)
      expect(expiresAt).to.equal(claims.exp)
      expect(Number(expiresAt) - now()).to.be.within(200, 300)
    })

    it('refuses one that nobody issued, that was revoked, or that is over: ERR_INITIAL_TOKEN_INVALID', async () => {
      const revoked = await server.issueOpaque()
      await server.revoke(revoked)
      // Of a JWT this server says that it is no token that could be asked about.
      for (const token of ['x', revoked, `${await server.issueOpaque()}x`, await server.issueJwt()]) {
        expect(await codeOf(token)).to.equal('ERR_INITIAL_TOKEN_INVALID')
      }
    })

    it('refuses one for another resource: ERR_INITIAL_TOKEN_INVALID', async () => {
      const token = await server.issueOpaque({ resource: 'https://other.example' })
      expect(await codeOf(token)).to.equal('ERR_INITIAL_TOKEN_INVALID')
      expect(await codeOf(token, verifierOf({ audience: [RESOURCE, 'https://other.example'] }))).to.equal('accepted')
      const { audience: _, ...rest } = optionsOf()
      expect(await codeOf(token, introspection({ ...rest, audienceDecidedByIssuer: true }))).to.equal('accepted')
    })

    it('refuses a refresh token, which is active too: ERR_INITIAL_TOKEN_INVALID', async () => {
      const token = await server.issueRefresh()
      const { audience: _, ...rest } = { ...optionsOf(), audienceDecidedByIssuer: true as const }
      expect(await codeOf(token, introspection(rest))).to.equal('ERR_INITIAL_TOKEN_INVALID')
      expect(await codeOf(token, introspection({ ...rest, tokenTypes: ['absent'] }))).to.equal('accepted')
    })

    it('cannot ask as a client whose secret is wrong: ERR_ISSUER_UNAVAILABLE, and says nothing of secret or token', async () => {
      const token = await server.issueOpaque()
      const verifier = verifierOf({ client: { id: 'shop', secret: 'another secret' } })
      const error = await errorOf(() => verifier.verify(token, now()))
      expect(error).to.include({ code: 'ERR_ISSUER_UNAVAILABLE', status: 503 })
      expect(error.message).to.contain('401')
      expect(inspect(error, { depth: 9 })).not.to.match(new RegExp(`another|${token}`))
    })

    it('sees a revocation when what it remembers is over, and not later', async () => {
      const token = await server.issueOpaque()
      const verifier = verifierOf({ cacheSeconds: 20 })
      const at = now()
      expect(await codeOf(token, verifier, at)).to.equal('accepted')
      await server.revoke(token)
      expect(await codeOf(token, verifier, at + 19)).to.equal('accepted')
      expect(await codeOf(token, verifier, at + 20)).to.equal('ERR_INITIAL_TOKEN_INVALID')
      expect(asked()).to.equal(2)
    })
  })

  describe('remembers', () => {
    it('an active token as long as the least of its expiry, the hint of the server and its own limit', async () => {
      const cases = [
        { seconds: 600, hint: 'max-age=3600', cacheSeconds: 30, fresh: 29, stale: 30 },
        { seconds: 600, hint: 'private, max-age=10', cacheSeconds: 30, fresh: 9, stale: 10 },
        { seconds: 600, hint: 'no-store', cacheSeconds: 30, fresh: undefined, stale: 0 },
        { seconds: 600, hint: 'no-cache, max-age=60', cacheSeconds: 30, fresh: undefined, stale: 0 },
        { seconds: 600, hint: '', cacheSeconds: undefined, fresh: 59, stale: 60 },
        { seconds: 600, hint: 'max-age=60', cacheSeconds: 0, fresh: undefined, stale: 0 },
      ]
      for (const { seconds, hint, cacheSeconds, fresh, stale } of cases) {
        server.requests.length = 0
        server.cacheControl = hint
        const token = await server.issueOpaque({ seconds })
        const verifier = verifierOf({ cacheSeconds })
        const at = now()
        await verifier.verify(token, at)
        if (fresh !== undefined) await verifier.verify(token, at + fresh)
        expect(asked(), hint).to.equal(1)
        await verifier.verify(token, at + stale)
        expect(asked(), hint).to.equal(2)
      }
    })

    it('a token no longer than that lives: ERR_INITIAL_TOKEN_EXPIRED', async () => {
      server.answer = answering({ active: true, token_type: 'Bearer', aud: RESOURCE, exp: 1010 })
      const verifier = verifierOf()
      expect(await codeOf('x', verifier, 1000)).to.equal('accepted')
      expect(await codeOf('x', verifier, 1009)).to.equal('accepted')
      expect(asked()).to.equal(1)
      expect(await codeOf('x', verifier, 1015)).to.equal('ERR_INITIAL_TOKEN_EXPIRED')
      expect(asked()).to.equal(2)
    })

    it('what a server says that forbids to remember, if it is told to ignore that', async () => {
      server.cacheControl = 'no-store'
      const token = await server.issueOpaque()
      const verifier = verifierOf({ cacheControl: 'ignore' })
      const at = now()
      for (const later of [0, 1, 59]) expect(await codeOf(token, verifier, at + later)).to.equal('accepted')
      expect(asked()).to.equal(1)
    })

    it('a token that is not active for 10 seconds: ERR_INITIAL_TOKEN_INVALID', async () => {
      const verifier = verifierOf()
      for (const at of [1000, 1000, 1009.9])
        expect(await codeOf('made up', verifier, at)).to.equal('ERR_INITIAL_TOKEN_INVALID')
      expect(asked()).to.equal(1)
      await codeOf('made up', verifier, 1010)
      expect(asked()).to.equal(2)
    })

    it('nothing for a clock that is set back', async () => {
      const token = await server.issueOpaque()
      const verifier = verifierOf()
      const at = now()
      await verifier.verify(token, at)
      await verifier.verify(token, at - 1)
      expect(asked()).to.equal(2)
    })

    it('no failure: the next token asks again', async () => {
      const token = await server.issueOpaque()
      const verifier = verifierOf()
      server.answer = answering('down', 500)
      expect(await codeOf(token, verifier)).to.equal('ERR_ISSUER_UNAVAILABLE')
      server.answer = undefined
      expect(await codeOf(token, verifier)).to.equal('accepted')
    })

    it('neither the token nor anything that shows it', async () => {
      const token = await server.issueOpaque()
      const verifier = verifierOf()
      await verifier.verify(token, now())
      expect(inspect(verifier, { depth: 9, showHidden: true })).not.to.contain(token)
    })

    it('good tokens through a flood of made-up ones, and asks for no more than its share of those: ERR_LOOKUPS_EXHAUSTED', async () => {
      const verifier = verifierOf({ lookupsPerSecond: 50 })
      const good = await server.issueOpaque()
      const at = now()
      expect(await codeOf(good, verifier, at)).to.equal('accepted')
      server.answer = answering({ active: false })
      const verdicts = await Promise.all(
        Array.from({ length: 3000 }, (_, index) => codeOf(`made up ${index}`, verifier, at)),
      )
      expect(verdicts.filter(code => code === 'ERR_INITIAL_TOKEN_INVALID')).to.have.length(50)
      expect(verdicts.filter(code => code === 'ERR_LOOKUPS_EXHAUSTED')).to.have.length(2950)
      expect(asked()).to.equal(51)
      expect(await codeOf(good, verifier, at + 1)).to.equal('accepted')
      expect(asked()).to.equal(51)
    })

    it('which tokens were good, even if it may not remember more: nobody keeps those out: ERR_LOOKUPS_EXHAUSTED', async () => {
      server.cacheControl = 'no-store'
      const verifier = verifierOf({ lookupsPerSecond: 1 })
      const [good, late] = [await server.issueOpaque(), await server.issueOpaque()]
      const at = now()
      expect(await codeOf(good, verifier, at)).to.equal('accepted')
      expect(await codeOf('made up', verifier, at)).to.equal('ERR_INITIAL_TOKEN_INVALID')
      expect(await codeOf('made up, too', verifier, at)).to.equal('ERR_LOOKUPS_EXHAUSTED')
      expect(await codeOf(late, verifier, at)).to.equal('ERR_LOOKUPS_EXHAUSTED')
      expect(await codeOf(good, verifier, at)).to.equal('accepted')
      expect(await codeOf(late, verifier, at + 1)).to.equal('accepted')
      expect(asked()).to.equal(4)
      await server.revoke(good)
      expect(await codeOf(good, verifier, at + 2)).to.equal('ERR_INITIAL_TOKEN_INVALID')
      expect(await codeOf('made up', verifier, at + 2)).to.equal('ERR_INITIAL_TOKEN_INVALID')
      expect(await codeOf(good, verifier, at + 2)).to.equal('ERR_LOOKUPS_EXHAUSTED')
    })

    it('good tokens while more made-up ones were asked about than it has room for', async () => {
      let madeUp = 0
      const scripted = async (url: string, request: OAuthRequest) => {
        if (!request.body.startsWith('token=made')) return await fetch(url, request)
        madeUp += 1
        return new Response('{"active":false}', { headers: { 'content-type': 'application/json' } })
      }
      const verifier = verifierOf({ lookupsPerSecond: 100_000, fetch: scripted })
      const good = await server.issueOpaque()
      const at = now()
      await verifier.verify(good, at)
      for (let index = 0; index <= 1000; index += 1) await codeOf(`made-up-${index}`, verifier, at)
      expect(madeUp).to.equal(1001)
      // The first was forgotten to make room, the last was not.
      await codeOf('made-up-1000', verifier, at)
      await codeOf('made-up-0', verifier, at)
      expect(madeUp).to.equal(1002)
      expect(await codeOf(good, verifier, at + 59)).to.equal('accepted')
      expect(asked()).to.equal(1)
    })
  })

  it('asks once for any number of callers at one time, whatever comes of it', async () => {
    const token = await server.issueOpaque()
    const verifier = verifierOf()
    const verdicts = await Promise.all(Array.from({ length: 50 }, () => codeOf(token, verifier)))
    expect(new Set(verdicts)).to.deep.equal(new Set(['accepted']))
    expect(asked()).to.equal(1)
    server.answer = answering('down', 500)
    const failed = await Promise.all(Array.from({ length: 50 }, () => codeOf('another', verifier)))
    expect(new Set(failed)).to.deep.equal(new Set(['ERR_ISSUER_UNAVAILABLE']))
    expect(asked()).to.equal(2)
  })

  describe('takes for no answer: ERR_ISSUER_UNAVAILABLE', () => {
    const good = { active: true, token_type: 'Bearer', aud: RESOURCE }
    const answers: readonly (readonly [string, () => NonNullable<AuthorizationServer['answer']>])[] = [
      ['another status', () => answering(good, 201)],
      ['a refusal of the client', () => answering({ error: 'invalid_client' }, 401)],
      ['a refusal of the request', () => answering({ error: 'invalid_request' }, 400)],
      ['an `active` that is a text', () => answering({ ...good, active: 'true' })],
      ['an `active` that is a number', () => answering({ ...good, active: 1 })],
      ['no `active`', () => answering({ token_type: 'Bearer', aud: RESOURCE })],
      [
        'two `active`',
        () => answering('{"active":false,"active":true,"token_type":"Bearer","aud":"https://shop.example"}'),
      ],
      ['a list', () => answering([good])],
      ['a text behind the object', () => answering(`${JSON.stringify(good)}x`)],
      ['another content type', () => answering(good, 200, { 'content-type': 'text/html' })],
      ['no content type', () => (_request, response) => response.writeHead(200).end(JSON.stringify(good))],
      ['nothing', () => answering('')],
      ['more than 64 KB', () => answering({ ...good, padding: 'x'.repeat(65_536) })],
      ['a redirect', () => answering(good, 307, { location: '/elsewhere' })],
      ['a connection that breaks', () => request => request.destroy()],
    ]
    for (const [title, answer] of answers) {
      it(title, async () => {
        server.answer = answer()
        expect(await codeOf('x')).to.equal('ERR_ISSUER_UNAVAILABLE')
        expect(server.requests).to.deep.equal(['POST /token/introspection'])
      })
    }

    it('none in time', async () => {
      server.answer = () => {}
      const error = await errorOf(() => verifierOf({ timeoutSeconds: 0.2 }).verify('x', 1000))
      expect(error).to.include({ code: 'ERR_ISSUER_UNAVAILABLE' })
      expect(error.message).to.contain('did not answer in time')
    })

    it('one that never ends', async () => {
      server.answer = (_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json' }).write('{')
      }
      expect(await codeOf('x', verifierOf({ timeoutSeconds: 0.2 }))).to.equal('ERR_ISSUER_UNAVAILABLE')
    })

    it('one from elsewhere: the token does not follow a redirect, whatever the fetch does', async () => {
      let strangers = 0
      const elsewhere = await loopback.serve((_request, response) => {
        strangers += 1
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(good))
      })
      server.answer = answering('', 307, { location: elsewhere })
      expect(await codeOf('x')).to.equal('ERR_ISSUER_UNAVAILABLE')
      expect(strangers).to.equal(0)
      const following = (url: string, init: object) => fetch(url, { ...init, redirect: 'follow' })
      expect(await codeOf('x', verifierOf({ fetch: following as never }))).to.equal('ERR_ISSUER_UNAVAILABLE')
      expect(strangers).to.equal(1)
    })
  })

  it('refuses what its issuer says is not for calling, whatever is active: ERR_INITIAL_TOKEN_INVALID', async () => {
    const good = { active: true, token_type: 'Bearer', aud: RESOURCE, exp: 2000 }
    server.answer = answering(good)
    expect(await codeOf('x', verifierOf(), 1000)).to.equal('accepted')
    const wrong = [
      { iss: 'https://other.example' },
      { iss: null },
      { aud: undefined },
      { aud: 'https://other.example' },
      { aud: [RESOURCE, 1] },
      { token_type: undefined },
      { token_type: 'DPoP' },
      { token_type: 'N_A' },
      { token_type: 1 },
      { nonce: 'x' },
      { typ: 'ID' },
      { typ: 'Refresh' },
      { exp: '2000' },
      { exp: 1999.5 },
      { nbf: 1006 },
      { iat: 'yesterday' },
    ]
    for (const members of wrong) {
      server.answer = answering({ ...good, ...members })
      expect(await codeOf('x', verifierOf(), 1000), JSON.stringify(members)).to.equal('ERR_INITIAL_TOKEN_INVALID')
    }
    server.answer = answering({ ...good, token_type: 'bearer', nbf: 1005 })
    expect(await codeOf('x', verifierOf(), 1000)).to.equal('accepted')
  })

  it('is nobody that a token too long for any chain is sent to: ERR_INITIAL_TOKEN_INVALID', async () => {
    expect(await codeOf('x'.repeat(8001))).to.equal('ERR_INITIAL_TOKEN_INVALID')
    expect(asked()).to.equal(0)
  })

  it('refuses options that are wrong, unknown or missing: ERR_OPTION', async () => {
    const { audience: _, ...withoutAudience } = optionsOf()
    const wrong: readonly unknown[] = [
      undefined,
      null,
      {},
      withoutAudience,
      { ...withoutAudience, audienceDecidedByIssuer: false },
      { ...optionsOf(), audienceDecidedByIssuer: true },
      { ...optionsOf(), issuer: '' },
      { ...optionsOf(), endpoint: 'http://login.example/introspect' },
      { ...optionsOf(), endpoint: 'https://user:password@login.example/introspect' },
      { ...optionsOf(), endpoint: '/introspect' },
      { ...optionsOf(), audience: [] },
      { ...optionsOf(), audience: [''] },
      { ...optionsOf(), tokenTypes: [] },
      { ...optionsOf(), tokenTypes: ['DPoP'] },
      { ...optionsOf(), cacheSeconds: -1 },
      { ...optionsOf(), cacheSeconds: 3601 },
      { ...optionsOf(), inactiveSeconds: 0.5 },
      { ...optionsOf(), lookupsPerSecond: 0 },
      { ...optionsOf(), cacheControl: 'no-store' },
      { ...optionsOf(), timeoutSeconds: 0 },
      { ...optionsOf(), timeoutSeconds: 61 },
      { ...optionsOf(), fetch: 'fetch' },
      { ...optionsOf(), origin: { claim: 'sub' } },
      { ...optionsOf(), audiences: [RESOURCE] },
    ]
    for (const options of wrong) {
      expect(await refusalOf(() => introspection(options as never)), inspect(options)).to.equal('ERR_OPTION')
    }
  })
})
