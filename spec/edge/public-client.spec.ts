import type { RequestListener } from 'node:http'
import { expect } from 'chai'
import express from 'express'
import * as expressEdge from '../../lib/adapters/express.js'
import * as fastifyEdge from '../../lib/adapters/fastify.js'
import * as nodeEdge from '../../lib/adapters/node.js'
import { credentialsOf } from '../../lib/http/bearer.js'
import { type ChainBeginning, ContextStorage } from '../../lib/http/context.js'
import type { PublicClientOptions } from '../../lib/http/public-client.js'
import { type InitialToken, jwtIssuer, type Service } from '../../lib/index.js'
import { introspection, phantomToken, tokenExchange } from '../../lib/oauth.js'
import { Loopback } from '../http/loopback.js'
import { RawClient } from '../http/raw-client.js'
import { ServiceParty } from '../http/service-party.js'
import { errorOf, refusalOf } from '../jws/refusal.js'
import { type AuthorizationServer, SECRETS, startAuthorizationServer } from '../oauth/authorization-server.js'
import { answering } from '../oauth/scripted-server.js'
import { listenerOf } from './fastify-listener.js'
import { everythingIn, RecordedCalls } from './recorded-calls.js'
import { standardErrorOf } from './standard-error.js'

const RESOURCE = 'https://shop.example'
const INSIDE = 'https://inside.example'

type Handler = (user: InitialToken) => unknown
type Mount = (shop: Service, options: PublicClientOptions, handler: Handler) => RequestListener

const onExpress: Mount = (shop, options, handler) => {
  const app = express()
  app.use(expressEdge.publicClient(shop, options), async (request: expressEdge.ExpressRequest, response) => {
    response.json((await handler(request.user as InitialToken)) ?? null)
  })
  return app
}

const onNode: Mount = (shop, options, handler) =>
  nodeEdge.publicClient(shop, options, async (_request, response, { user }) => {
    const json = JSON.stringify((await handler(user)) ?? null)
    response.writeHead(200, { 'content-type': 'application/json' }).end(json)
  })

const onFastify: Mount = (shop, options, handler) =>
  listenerOf(app => {
    const route = fastifyEdge.publicClient(shop, options)
    app.all('*', route, async request => (await handler(fastifyEdge.userOf(request) as InitialToken)) ?? null)
  })

for (const [title, mount] of [
  ['express', onExpress],
  ['fastify', onFastify],
  ['node:http', onNode],
] as const) {
  describe(`an edge of public clients, on ${title}`, function () {
    this.timeout(30_000)
    const party = new ServiceParty()
    const loopback = new Loopback()
    const recorded = new RecordedCalls()
    let server: AuthorizationServer
    let shop: Service
    let cart: string

    before(async () => {
      server = await startAuthorizationServer()
      const jwts = jwtIssuer({
        issuer: server.issuer,
        jwksUri: `${server.issuer}/jwks`,
        audience: ['shop', RESOURCE, INSIDE],
        algorithms: ['ES256'],
        types: ['at+jwt', 'token-introspection+jwt'],
      })
      const initialToken = { accept: [jwts], user: true } as const
      shop = await party.start('shop', { initialToken })
      const service = await party.start('cart', { initialToken, edges: ['shop'] })
      cart = await loopback.serve(recorded.listener(service))
    })
    after(async () => {
      await party.stop()
      await loopback.close()
      await server.close()
    })
    beforeEach(() => {
      server.answer = undefined
      recorded.calls.length = 0
      recorded.presentations.length = 0
    })

    const client = () => ({ id: 'shop', secret: SECRETS.shop })
    const jwt = () =>
      jwtIssuer({
        issuer: server.issuer,
        jwksUri: `${server.issuer}/jwks`,
        audience: RESOURCE,
        algorithms: ['ES256'],
        types: ['at+jwt'],
      })
    const opaque = () =>
      introspection({
        issuer: server.issuer,
        endpoint: `${server.issuer}/token/introspection`,
        client: client(),
        audience: RESOURCE,
      })
    const exchange = () =>
      tokenExchange({ issuer: server.issuer, endpoint: `${server.issuer}/token`, client: client(), audience: INSIDE })
    const phantom = () =>
      phantomToken({ issuer: server.issuer, endpoint: `${server.issuer}/token/introspection`, client: client() })
    const checkOut = async () => (await shop.fetch(cart, { audience: 'cart', operation: 'checkout' })).status
    const serve = (options: PublicClientOptions, handler: Handler = checkOut) =>
      loopback.serve(mount(shop, options, handler))
    const ask = (url: string, token?: string) =>
      fetch(url, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } })

    describe('that asserts claims', () => {
      it('keeps those that it lists, and no others', async () => {
        const url = await serve({ accept: jwt(), keep: ['sub', 'scope', 'acr'] })
        const token = await server.issueJwt()
        expect((await ask(url, token)).status).to.equal(200)
        const { initialToken, callStack } = recorded.take()
        expect(initialToken?.kind).to.equal('user')
        expect({ ...initialToken?.claims }).to.deep.equal({ sub: 'alice', scope: 'shop.user' })
        expect(callStack.map(({ service }) => service)).to.deep.equal(['shop'])
      })

      it('passes on neither the token nor anything that calls the edge again', async () => {
        const url = await serve({ accept: [jwt(), opaque()], keep: ['sub'] })
        for (const token of [await server.issueJwt(), await server.issueOpaque()]) {
          expect((await ask(url, token)).status).to.equal(200)
          const carried = everythingIn(recorded.presentations.at(-1) ?? '')
          expect(carried).to.contain('alice').and.not.to.contain(token)
          expect(carried).not.to.match(/alice@example|toys|spa/)
          // Whatever stands in the chain, presented as a bearer token.
          await standardErrorOf(async () => {
            for (const text of (recorded.presentations.at(-1) ?? '').split('~')) {
              expect((await ask(url, text)).status, text).to.equal(401)
            }
          })
        }
      })

      it('shows its handlers the user, as the token says', async () => {
        const users: InitialToken[] = []
        const url = await serve({ accept: opaque(), keep: ['sub'] }, user => users.push(user))
        await ask(url, await server.issueOpaque())
        expect(users[0]?.kind).to.equal('token')
        expect(users[0]?.claims).to.include({ sub: 'alice', department: 'toys' })
        expect(Object.isFrozen(users[0])).to.equal(true)
      })

      it('tells users apart who come at one time', async () => {
        const url = await serve({ accept: jwt(), keep: ['sub'] })
        const names = Array.from({ length: 20 }, (_, index) => `user-${index}`)
        await Promise.all(names.map(async sub => ask(url, await server.issueJwt({ sub }))))
        const seen = recorded.calls.map(({ initialToken }) => String(initialToken?.claims.sub))
        expect(seen.sort()).to.deep.equal(names.sort())
      })
    })

    it('takes the token of a client that speaks for itself for what it is', async () => {
      const grant = { grant_type: 'client_credentials', scope: 'shop.user', resource: RESOURCE }
      const secret = Buffer.from(`spa:${SECRETS.spa}`).toString('base64')
      const issued = await fetch(`${server.issuer}/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${secret}` },
        body: new URLSearchParams(grant),
      })
      const { access_token: token } = (await issued.json()) as { access_token: string }
      const url = await serve({ accept: jwt(), keep: ['client_id', 'email'] })
      expect((await ask(url, token)).status).to.equal(200)
      expect({ ...recorded.take().initialToken?.claims }).to.deep.equal({ client_id: 'spa' })
    })

    describe('that exchanges the token', () => {
      it('embeds the new one, of another audience', async () => {
        const url = await serve({ accept: jwt(), exchange: exchange() })
        server.answer = undefined
        const subject = await server.issueOpaque()
        const both = await serve({ accept: [opaque()], exchange: exchange() })
        expect((await ask(both, subject)).status).to.equal(200)
        const { initialToken } = recorded.take()
        expect(initialToken?.kind).to.equal('jwt')
        expect(initialToken?.claims).to.include({ sub: 'alice', aud: INSIDE, client_id: 'shop' })
        expect(everythingIn(recorded.presentations.at(-1) ?? '')).not.to.contain(subject)
        // The new one calls inside, and is refused at the edge.
        const embedded = (recorded.presentations.at(-1) ?? '').split('~').at(-1) ?? ''
        await standardErrorOf(async () => expect((await ask(url, embedded)).status).to.equal(401))
      })

      it('lets nobody in whose token is not exchanged, or not now: 403, 503', async () => {
        const url = await serve({ accept: opaque(), exchange: exchange() })
        const token = await server.issueOpaque()
        await ask(url, token)
        const handle = (status: number, error: string) => {
          const refuse = answering({ error }, status)
          server.answer = (request, response) => refuse(request, response)
        }
        // The answer about the token itself is not remembered, since the server forbids it: keep that good.
        const remembering = introspection({
          issuer: server.issuer,
          endpoint: `${server.issuer}/token/introspection`,
          client: client(),
          audience: RESOURCE,
          cacheControl: 'ignore',
        })
        const later = await serve({ accept: remembering, exchange: exchange() })
        expect((await ask(later, token)).status).to.equal(200)
        for (const [status, error, expected] of [
          [400, 'invalid_grant', 403],
          [401, 'invalid_client', 503],
          [500, 'server_error', 503],
        ] as const) {
          handle(status, error)
          await standardErrorOf(async () => {
            const answer = await ask(later, token)
            expect([answer.status, answer.headers.get('retry-after')]).to.deep.equal([
              expected,
              expected === 503 ? '1' : null,
            ])
          })
        }
      })

      it('blames nobody for a new token that does not verify: 500', async () => {
        const forDifferent = tokenExchange({
          issuer: server.issuer,
          endpoint: `${server.issuer}/token`,
          client: client(),
          audience: 'https://not-configured.example',
        })
        const url = await serve({ accept: opaque(), exchange: forDifferent })
        const told = await standardErrorOf(async () => {
          expect((await ask(url, await server.issueOpaque())).status).to.equal(500)
        })
        expect(told).to.contain('ERR_INITIAL_TOKEN_INVALID')
      })
    })

    describe('that embeds phantom tokens', () => {
      it('embeds what the issuer knows of an opaque one', async () => {
        const url = await serve({ phantom: phantom() })
        const token = await server.issueOpaque()
        expect((await ask(url, token)).status).to.equal(200)
        const { initialToken } = recorded.take()
        expect(initialToken?.claims).to.include({ iss: server.issuer, sub: 'alice', scope: 'shop.user' })
        const presentation = recorded.presentations.at(-1) ?? ''
        expect(everythingIn(presentation)).not.to.contain(token)
        await standardErrorOf(async () => {
          expect((await ask(url, presentation.split('~').at(-1))).status).to.equal(401)
        })
      })

      it('lets nobody in whose token is not active, or is none for calling: 401', async () => {
        const url = await serve({ phantom: phantom() })
        const revoked = await server.issueOpaque()
        await server.revoke(revoked)
        for (const token of ['made-up', revoked, await server.issueRefresh()]) {
          const told = await standardErrorOf(async () => {
            const answer = await ask(url, token)
            expect([answer.status, answer.headers.get('www-authenticate')]).to.deep.equal([
              401,
              'Bearer error="invalid_token"',
            ])
          })
          expect(told).to.contain('ERR_INITIAL_TOKEN_INVALID').and.not.to.contain(token)
        }
        expect(recorded.calls).to.deep.equal([])
      })
    })

    describe('refuses', () => {
      const refused = async (url: string, headers: Record<string, string>) => {
        let answer: Response | undefined
        const told = await standardErrorOf(async () => {
          answer = await fetch(url, { headers })
        })
        const body = (await answer?.json()) as object
        const challenge = answer?.headers.get('www-authenticate')
        return { status: answer?.status, challenge, code: /ERR_\w+/.exec(told)?.[0], body, told }
      }

      it('who brings no bearer token: 401 Bearer', async () => {
        const url = await serve({ accept: jwt(), keep: ['sub'] })
        for (const headers of [
          {},
          { authorization: 'Basic YTpi' },
          { authorization: 'Bearerx y' },
          { cookie: 'session=1' },
        ]) {
          const { status, challenge, code } = await refused(url, headers as Record<string, string>)
          expect([status, challenge, code]).to.deep.equal([401, 'Bearer', 'ERR_BEARER_MISSING'])
        }
        const query = await refused(`${url}/?access_token=${await server.issueJwt()}`, {})
        expect([query.status, query.code]).to.deep.equal([401, 'ERR_BEARER_MISSING'])
      })

      it('who brings one that is malformed: 400', async () => {
        const url = await serve({ accept: jwt(), keep: ['sub'] })
        for (const authorization of ['Bearer', 'Bearer a b', 'Bearer ä', 'Bearer a,b', `Bearer ${'x'.repeat(8001)}`]) {
          const { status, challenge, code } = await refused(url, { authorization })
          expect([status, challenge, code]).to.deep.equal([
            400,
            'Bearer error="invalid_request"',
            'ERR_BEARER_MALFORMED',
          ])
        }
      })

      it('who brings two, however good: 400', async () => {
        const url = await serve({ accept: jwt(), keep: ['sub'] })
        const line = `Authorization: Bearer ${await server.issueJwt()}\r\n`
        const raw = await RawClient.connect(url)
        const told = await standardErrorOf(async () => {
          raw.send(`GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${line}${line}\r\n`)
          expect((await raw.response()).status).to.equal(400)
        })
        expect(told).to.contain('ERR_BEARER_MALFORMED')
      })

      it('who brings one that is not good: 401 invalid_token, all alike outside', async () => {
        const url = await serve({ accept: [jwt(), opaque()], keep: ['sub'] })
        const other = await server.issueJwt({ resource: 'https://other.example' })
        const refresh = await server.issueRefresh()
        const tampered = `${(await server.issueJwt()).slice(0, -4)}AAAA`
        const bodies = new Set<string>()
        for (const token of ['made-up', other, refresh, tampered, 'a.b.c']) {
          const { status, challenge, body, told } = await refused(url, { authorization: `Bearer ${token}` })
          expect([status, challenge]).to.deep.equal([401, 'Bearer error="invalid_token"'])
          expect(told).not.to.contain(token)
          bodies.add(JSON.stringify({ ...body, instance: '' }))
        }
        expect([...bodies]).to.deep.equal(['{"type":"about:blank","title":"Unauthorized","status":401,"instance":""}'])
      })

      it('who brings one that is bound to a key: 401', async () => {
        const url = await serve({ accept: opaque(), keep: ['sub'] })
        for (const cnf of [{ jkt: 'x' }, { 'x5t#S256': 'x' }, {}, null]) {
          server.answer = answering({ active: true, sub: 'alice', token_type: 'Bearer', aud: RESOURCE, cnf })
          const { status, code } = await refused(url, { authorization: 'Bearer bound' })
          expect([status, code]).to.deep.equal([401, 'ERR_BEARER_BOUND'])
        }
      })

      it('everybody while the authorization server cannot answer: 503', async () => {
        const url = await serve({ accept: opaque(), keep: ['sub'] })
        server.answer = answering('down', 500)
        const { status, code } = await refused(url, { authorization: 'Bearer x' })
        expect([status, code]).to.deep.equal([503, 'ERR_ISSUER_UNAVAILABLE'])
      })
    })

    it('refuses to embed the token that the request was authorized with, in every way that there is: ERR_TOKEN_PASSED_ON', async () => {
      const token = await server.issueJwt()
      const codes: Record<string, string> = {}
      const call = { audience: 'cart', operation: 'checkout' } as const
      const url = await serve({ accept: jwt(), keep: ['sub'] }, async () => {
        codes.wrap = await refusalOf(() => shop.wrap({ ...call, initialToken: token }))
        codes.fetch = await refusalOf(() => shop.fetch(cart, { ...call, initialToken: token }))
        codes.begin = await refusalOf(() => shop.begin({ initialToken: token }, () => {}))
        codes.named = await refusalOf(() => shop.wrap({ ...call, initialToken: { issuer: server.issuer, token } }))
        codes.inside = await refusalOf(() =>
          shop.begin({ job: true }, () => shop.wrap({ ...call, initialToken: token })),
        )
        codes.later = await refusalOf(async () => {
          await new Promise(resolve => setImmediate(resolve))
          await shop.begin({ userClaims: { sub: 'x' } }, async () => shop.wrap({ ...call, initialToken: token }))
        })
        codes.another = await refusalOf(async () => shop.wrap({ ...call, initialToken: await server.issueJwt() }))
      })
      expect((await ask(url, token)).status).to.equal(200)
      const no = 'ERR_TOKEN_PASSED_ON'
      expect(codes).to.deep.equal({
        wrap: no,
        fetch: no,
        begin: no,
        named: no,
        inside: no,
        later: no,
        another: 'accepted',
      })
      expect(recorded.presentations).to.deep.equal([])
      // Outside of the request it is any token.
      expect(await refusalOf(() => shop.wrap({ ...call, initialToken: token }))).to.equal('accepted')
    })

    it('refuses an exchange that gives a token that calls this edge as well: 500, ERR_TOKEN_PASSED_ON', async () => {
      const { issuer } = server
      const same = tokenExchange({ issuer, endpoint: `${issuer}/token`, client: client(), audience: RESOURCE })
      const url = await serve({ accept: [opaque(), jwt()], exchange: same }, () => expect.fail('it ran'))
      const told = await standardErrorOf(async () => {
        expect((await ask(url, await server.issueOpaque())).status).to.equal(500)
      })
      expect(told).to.contain('ERR_TOKEN_PASSED_ON')
    })

    it('sends on no header that the request was authorized with: ERR_TOKEN_PASSED_ON', async () => {
      const token = await server.issueJwt()
      const sent = [
        { authorization: `Bearer ${token}` },
        { 'x-user-token': token },
        { cookie: 'theme=dark; session=s-1' },
        { authorization: `bearer   ${token}` },
        { 'x-user': `token=a, ${token}` },
      ]
      const codes: string[] = []
      const call = { audience: 'cart', operation: 'checkout' }
      const url = await serve({ accept: jwt(), keep: ['sub'] }, async () => {
        for (const headers of [...sent, { authorization: 'Bearer of another' }]) {
          codes.push(await refusalOf(() => shop.fetch(cart, { ...call, headers: headers as Record<string, string> })))
        }
      })
      await fetch(url, { headers: { authorization: `Bearer ${token}`, cookie: 'theme=dark; session=s-1' } })
      const no = 'ERR_TOKEN_PASSED_ON'
      expect(codes).to.deep.equal([no, no, no, no, no, 'accepted'])
      expect(recorded.presentations).to.have.length(1)
    })

    it('sends on no cookie that came in two lines, joined or apart: ERR_TOKEN_PASSED_ON', () => {
      const context = new ContextStorage()
      const beginning = { wrapped: { transaction: 'a' } } as ChainBeginning
      const credentials = credentialsOf(['Cookie', 'theme=dark', 'cookie', 'session=s-1'])
      context.run(
        { beginning },
        () => {
          for (const cookie of ['theme=dark; session=s-1', 'session=s-1', 'other=1; session=s-1']) {
            expect(() => context.checkHeaders(new Headers({ cookie })), cookie).to.throw('authorized with')
          }
          context.checkHeaders(new Headers({ cookie: 'session=s-2' }))
        },
        credentials,
      )
    })

    it('refuses an exchange that gives back the token, whoever wrote it: 500, ERR_TOKEN_PASSED_ON', async () => {
      const url = await serve({ accept: jwt(), exchange: { issuer: server.issuer, forToken: async token => token } })
      const told = await standardErrorOf(async () => {
        expect((await ask(url, await server.issueJwt())).status).to.equal(500)
      })
      expect(told).to.contain('ERR_TOKEN_PASSED_ON')
    })

    it('is refused where it is described wrongly: ERR_OPTION', async () => {
      const wrong: readonly unknown[] = [
        undefined,
        {},
        { accept: jwt() },
        { keep: ['sub'] },
        { accept: [], keep: ['sub'] },
        { accept: {}, keep: ['sub'] },
        { accept: jwt(), keep: [] },
        { accept: jwt(), keep: 'sub' },
        { accept: jwt(), keep: ['sub', ''] },
        { accept: jwt(), keep: ['iss', 'sub'] },
        { accept: jwt(), keep: ['sub'], exchange: exchange() },
        { accept: jwt(), exchange: {} },
        { accept: jwt(), exchange: 'x' },
        { accept: jwt(), phantom: phantom() },
        { phantom: {} },
        { accept: jwt(), claims: ['sub'] },
      ]
      for (const [at, options] of wrong.entries()) {
        expect(await refusalOf(() => mount(shop, options as never, () => {})), String(at)).to.equal('ERR_OPTION')
      }
      expect(await refusalOf(() => mount({} as never, { accept: jwt(), keep: ['sub'] }, () => {}))).to.equal(
        'ERR_OPTION',
      )
      const { message } = await errorOf(() => mount(shop, { accept: jwt(), keep: ['iss'] }, () => {}))
      expect(message).to.contain('`iss`')
    })

    it('begins no chain once its service was stopped: 503', async () => {
      const stopped = await party.start('kiosk')
      await stopped.stop()
      const url = await loopback.serve(mount(stopped, { accept: jwt(), keep: ['sub'] }, () => expect.fail('it ran')))
      await standardErrorOf(async () => {
        expect((await ask(url, await server.issueJwt())).status).to.equal(503)
      })
    })
  })
}
