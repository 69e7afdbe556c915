import type { IncomingMessage, RequestListener } from 'node:http'
import { expect } from 'chai'
import express from 'express'
import type { FastifyRequest } from 'fastify'
import {
  allowInsecureRequests,
  ClientSecretBasic,
  processRefreshTokenResponse,
  refreshTokenGrantRequest,
} from 'oauth4webapi'
import * as expressEdge from '../../lib/adapters/express.js'
import * as fastifyEdge from '../../lib/adapters/fastify.js'
import * as nodeEdge from '../../lib/adapters/node.js'
import type { ConfidentialClientOptions } from '../../lib/http/confidential-client.js'
import { type InitialToken, jwtIssuer, type Service } from '../../lib/index.js'
import { tokenExchange } from '../../lib/oauth.js'
import { Loopback } from '../http/loopback.js'
import { ServiceParty } from '../http/service-party.js'
import { refusalOf } from '../jws/refusal.js'
import { type AuthorizationServer, SECRETS, startAuthorizationServer } from '../oauth/authorization-server.js'
import { listenerOf } from './fastify-listener.js'
import { everythingIn, RecordedCalls } from './recorded-calls.js'
import { standardErrorOf } from './standard-error.js'

const RESOURCE = 'https://shop.example'
const INSIDE = 'https://inside.example'

type Handler = (user: InitialToken) => unknown
type Mount = (shop: Service, options: ConfidentialClientOptions<IncomingMessage>, handler: Handler) => RequestListener

const onExpress: Mount = (shop, options, handler) => {
  const app = express()
  app.use(expressEdge.confidentialClient(shop, options), async (request: expressEdge.ExpressRequest, response) => {
    response.json((await handler(request.user as InitialToken)) ?? null)
  })
  return app
}

const onNode: Mount = (shop, options, handler) =>
  nodeEdge.confidentialClient(shop, options, async (_request, response, { user }) => {
    response.end(JSON.stringify((await handler(user)) ?? null))
  })

const onFastify: Mount = (shop, options, handler) =>
  listenerOf(app => {
    // What is no function stays what it is: it is refused.
    const isFunction = typeof options?.token === 'function'
    const adapted = isFunction ? { ...options, token: ({ raw }: FastifyRequest) => options.token(raw) } : options
    const route = fastifyEdge.confidentialClient(shop, adapted as fastifyEdge.FastifySessionOptions)
    app.all('*', route, async request => (await handler(fastifyEdge.userOf(request) as InitialToken)) ?? null)
  })

for (const [title, mount] of [
  ['express', onExpress],
  ['fastify', onFastify],
  ['node:http', onNode],
] as const) {
  describe(`an edge of a confidential client, on ${title}`, function () {
    this.timeout(30_000)
    const party = new ServiceParty()
    const loopback = new Loopback()
    const recorded = new RecordedCalls()
    const sessions = new Map<string, string>()
    let server: AuthorizationServer
    let shop: Service
    let cart: string

    before(async () => {
      server = await startAuthorizationServer()
      const audience = [RESOURCE, INSIDE]
      const { issuer } = server
      const jwts = jwtIssuer({ issuer, jwksUri: `${issuer}/jwks`, audience, algorithms: ['ES256'] })
      const initialToken = { accept: [jwts] }
      shop = await party.start('shop', { initialToken })
      cart = await loopback.serve(recorded.listener(await party.start('cart', { initialToken, edges: ['shop'] })))
    })
    after(async () => {
      await party.stop()
      await loopback.close()
      await server.close()
    })
    beforeEach(() => {
      sessions.clear()
      recorded.calls.length = 0
      recorded.presentations.length = 0
    })

    const idOf = (request: IncomingMessage) => /session=([^;]+)/.exec(request.headers.cookie ?? '')?.[1] ?? ''
    const fromSession = (request: IncomingMessage) => sessions.get(idOf(request))
    const checkOut = async () => (await shop.fetch(cart, { audience: 'cart', operation: 'checkout' })).status
    const serve = (options: Partial<ConfidentialClientOptions<IncomingMessage>> = {}, handler: Handler = checkOut) =>
      loopback.serve(mount(shop, { token: fromSession, ...options }, handler))
    const ask = (url: string, headers: Record<string, string> = { cookie: 'session=s-1' }) => fetch(url, { headers })
    const refused = async (url: string, headers?: Record<string, string>) => {
      let answer: Response | undefined
      const told = await standardErrorOf(async () => {
        answer = await ask(url, headers)
      })
      return [answer?.status, answer?.headers.get('www-authenticate'), /ERR_\w+/.exec(told)?.[0]]
    }

    it('embeds the token in the session, and the cookie stays', async () => {
      sessions.set('s-1', await server.issueJwt())
      expect((await ask(await serve())).status).to.equal(200)
      const { initialToken } = recorded.take()
      expect(initialToken?.kind).to.equal('jwt')
      expect(initialToken?.claims).to.include({ sub: 'alice', scope: 'shop.user' })
      expect(everythingIn(recorded.presentations.at(-1) ?? '')).not.to.contain('s-1')
    })

    it('is not called again by who sees the token in a chain: 401', async () => {
      sessions.set('s-1', await server.issueJwt())
      const url = await serve()
      await ask(url)
      const seen = (recorded.presentations.at(-1) ?? '').split('~').at(-1) ?? ''
      expect(seen).to.equal(sessions.get('s-1'))
      for (const headers of [
        { authorization: `Bearer ${seen}` },
        { cookie: `session=${seen}` },
        { countersign: seen },
      ]) {
        expect(await refused(url, headers as Record<string, string>)).to.deep.equal([
          401,
          'Session',
          'ERR_SESSION_MISSING',
        ])
      }
    })

    it('shows its handlers the user, and waits for a session that is far away', async () => {
      sessions.set('s-1', await server.issueJwt())
      const users: InitialToken[] = []
      const later = async (request: IncomingMessage) => {
        await new Promise(resolve => setImmediate(resolve))
        return { issuer: server.issuer, token: fromSession(request) ?? '' }
      }
      await ask(await serve({ token: later }, user => users.push(user)))
      expect(users[0]?.claims).to.include({ sub: 'alice', department: 'toys' })
    })

    it('sends on no cookie, even if its handler copies all headers: ERR_TOKEN_PASSED_ON', async () => {
      sessions.set('s-1', await server.issueJwt())
      const codes: string[] = []
      const url = await serve({}, async () => {
        const call = { audience: 'cart', operation: 'checkout', headers: { cookie: 'session=s-1' } }
        codes.push(await refusalOf(() => shop.fetch(cart, call)))
      })
      await ask(url)
      expect(codes).to.deep.equal(['ERR_TOKEN_PASSED_ON'])
      expect(recorded.presentations).to.deep.equal([])
    })

    it('lets its handlers begin with that token in other ways, too', async () => {
      sessions.set('s-1', await server.issueJwt())
      const codes: string[] = []
      const url = await serve({}, async () => {
        const initialToken = sessions.get('s-1') ?? ''
        codes.push(await refusalOf(() => shop.wrap({ audience: 'cart', operation: 'checkout', initialToken })))
      })
      await ask(url)
      expect(codes).to.deep.equal(['accepted'])
    })

    it('embeds a token that the session has just refreshed', async () => {
      const as = { issuer: server.issuer, token_endpoint: `${server.issuer}/token` }
      const self = { client_id: 'shop' }
      let session = {
        access: await server.issueJwt({ seconds: -60 }),
        refresh: await server.issueRefresh({ client: 'shop', resource: RESOURCE }),
      }
      const refreshing = async () => {
        const response = await refreshTokenGrantRequest(as, self, ClientSecretBasic(SECRETS.shop), session.refresh, {
          [allowInsecureRequests]: true,
          additionalParameters: { resource: RESOURCE },
        })
        const fresh = await processRefreshTokenResponse(as, self, response)
        session = { access: fresh.access_token, refresh: fresh.refresh_token ?? session.refresh }
        return session.access
      }
      const old = { ...session }
      expect((await ask(await serve({ token: refreshing }))).status).to.equal(200)
      expect(recorded.take().initialToken?.claims).to.include({ sub: 'alice', client_id: 'shop' })
      const carried = everythingIn(recorded.presentations.at(-1) ?? '')
      expect(carried).to.contain(session.access)
      for (const text of [old.access, old.refresh, session.refresh]) expect(carried).not.to.contain(text)
    })

    it('embeds a narrower one, where it exchanges that in the session', async () => {
      const { issuer } = server
      const client = { id: 'shop', secret: SECRETS.shop }
      const exchange = tokenExchange({ issuer, endpoint: `${issuer}/token`, client, audience: INSIDE })
      const token = await server.issueOpaque()
      sessions.set('s-1', token)
      expect((await ask(await serve({ exchange }))).status).to.equal(200)
      expect(recorded.take().initialToken?.claims).to.include({ sub: 'alice', aud: INSIDE })
      expect(everythingIn(recorded.presentations.at(-1) ?? '')).not.to.contain(token)
    })

    it('lets nobody in without a session: 401', async () => {
      const url = await serve()
      for (const cookie of ['', 'session=s-2', 'other=s-1']) {
        expect(await refused(url, { cookie })).to.deep.equal([401, 'Session', 'ERR_SESSION_MISSING'])
      }
    })

    it('lets nobody in whose token is over or none: 401', async () => {
      const url = await serve()
      sessions.set('s-1', await server.issueJwt({ seconds: -60 }))
      expect(await refused(url)).to.deep.equal([401, 'Session', 'ERR_INITIAL_TOKEN_EXPIRED'])
      sessions.set('s-1', await server.issueJwt({ resource: 'https://other.example' }))
      expect(await refused(url)).to.deep.equal([401, 'Session', 'ERR_INITIAL_TOKEN_INVALID'])
    })

    it('refuses a token that came with the request, wherever it stood: 500, ERR_TOKEN_PASSED_ON', async () => {
      const token = await server.issueJwt()
      const url = await serve({ token: () => token })
      const places: readonly Record<string, string>[] = [
        { authorization: `Bearer ${token}` },
        { cookie: `session=1; token=${token}` },
        { cookie: `token=${encodeURIComponent(token)}` },
        { 'x-forwarded-access-token': token },
      ]
      for (const headers of places) {
        expect(await refused(url, headers)).to.deep.equal([500, null, 'ERR_TOKEN_PASSED_ON'])
      }
      expect(recorded.presentations).to.deep.equal([])
      expect((await ask(url, {})).status).to.equal(200)
    })

    it('takes one that a gateway sends along, if it is told that there is one', async () => {
      const token = await server.issueJwt()
      const url = await serve({
        token: request => request.headers['x-forwarded-access-token'] as string,
        fromGateway: true,
      })
      expect((await ask(url, { 'x-forwarded-access-token': token })).status).to.equal(200)
      expect(recorded.take().initialToken?.claims).to.include({ sub: 'alice' })
    })

    it('answers 500 where the session fails, and lets nobody in', async () => {
      const failing: readonly ConfidentialClientOptions<IncomingMessage>['token'][] = [
        () => Promise.reject(new Error('the store is down')),
        () => {
          throw new Error('the store is down')
        },
        () => '',
        () => 7 as never,
        () => null as never,
      ]
      const warnings: string[] = []
      const listen = (warning: Error) => warnings.push(warning.message)
      process.on('warning', listen)
      for (const token of failing) expect((await ask(await serve({ token }))).status).to.equal(500)
      await new Promise(resolve => setImmediate(resolve))
      process.off('warning', listen)
      expect(warnings.filter(message => message.includes('cannot let users in'))).to.have.length(failing.length)
      expect(recorded.presentations).to.deep.equal([])
    })

    it('is refused where it is described wrongly: ERR_OPTION', async () => {
      const wrong: readonly unknown[] = [
        undefined,
        {},
        { token: 'x' },
        { token: fromSession, exchange: {} },
        { token: fromSession, fromGateway: false },
        { token: fromSession, keep: ['sub'] },
      ]
      for (const [at, options] of wrong.entries()) {
        expect(await refusalOf(() => mount(shop, options as never, () => {})), String(at)).to.equal('ERR_OPTION')
      }
      expect(await refusalOf(() => mount(undefined as never, { token: fromSession }, () => {}))).to.equal('ERR_OPTION')
    })
  })
}

describe('an edge on node:http', () => {
  const party = new ServiceParty()
  const loopback = new Loopback()
  after(async () => {
    await party.stop()
    await loopback.close()
  })

  it('needs a handler: ERR_OPTION', async () => {
    const shop = await party.start('shop')
    const edges = [
      () => nodeEdge.confidentialClient(shop, { token: () => undefined }, undefined as never),
      () => nodeEdge.confidentialClient(shop, { token: () => undefined }, {} as never),
    ]
    for (const edge of edges) expect(await refusalOf(edge)).to.equal('ERR_OPTION')
  })

  it('answers 500 once where its handler fails, warns, and goes on', async () => {
    const verify = async () => ({ kind: 'token', claims: {} }) as const
    const accept = [{ kind: 'token', issuer: 'https://opaque.example', verify } as const]
    const shop = await party.start('shop', { initialToken: { accept } })
    const url = await loopback.serve(
      nodeEdge.confidentialClient(shop, { token: () => 'x-token' }, () => Promise.reject(new Error('broken'))),
    )
    const warnings: string[] = []
    const listen = (warning: Error) => warnings.push(warning.message)
    process.on('warning', listen)
    for (let time = 0; time < 2; time += 1) expect((await fetch(url)).status).to.equal(500)
    await new Promise(resolve => setImmediate(resolve))
    process.off('warning', listen)
    expect(
      warnings.filter(message => /^the handler of an edge failed \[[0-9a-f-]{36}\]: Error: broken$/.test(message)),
    ).to.have.length(2)
  })
})
