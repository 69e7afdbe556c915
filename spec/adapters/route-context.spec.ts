import type { RequestListener } from 'node:http'
import { expect } from 'chai'
import express from 'express'
import Fastify from 'fastify'
import { countersign as countersignExpress, callOf as expressCallOf } from '../../lib/adapters/express.js'
import { countersign as countersignFastify, callOf as fastifyCallOf } from '../../lib/adapters/fastify.js'
import { countersign as countersignNode, type RouteOptions } from '../../lib/adapters/node.js'
import { OptionError, type Service, type VerifiedCall } from '../../lib/index.js'
import { DecisionBook } from '../http/decision-book.js'
import { Loopback } from '../http/loopback.js'
import { ServiceParty } from '../http/service-party.js'
import { refusalOf } from '../jws/refusal.js'

type Handler = (call: VerifiedCall | undefined) => Promise<unknown>

const OPERATION = 'run'

/** A server with one protected route, whose handler is given the call that its adapter tells of. */
const SERVERS: Record<string, (cart: Service, options: RouteOptions, handler: Handler) => Promise<RequestListener>> = {
  node: async (cart, options, handler) =>
    countersignNode(
      cart,
      OPERATION,
      async (_request, response, { call }) => response.end(JSON.stringify(await handler(call))),
      options,
    ),
  express: async (cart, options, handler) =>
    express().use(countersignExpress(cart, OPERATION, options), async (request, response) => {
      response.json(await handler(expressCallOf(request)))
    }),
  fastify: async (cart, options, handler) => {
    const app = Fastify()
    app.get('/', countersignFastify(cart, OPERATION, options), async request => await handler(fastifyCallOf(request)))
    await app.ready()
    return app.routing
  },
}

describe('the context of a route', () => {
  const party = new ServiceParty()
  const loopback = new Loopback()
  const book = new DecisionBook()
  let shop: Service
  let cart: Service
  let inventoryUrl: string

  before(async () => {
    shop = await party.start('shop')
    cart = await party.start('cart')
    const inventory = await party.start('inventory', { log: book.log })
    inventoryUrl = await loopback.serve(countersignNode(inventory, 'commit', (_request, response) => response.end()))
  })
  after(() => Promise.all([party.stop(), loopback.close()]))

  const commit = (more: object = {}) =>
    cart.fetch(inventoryUrl, { audience: 'inventory', operation: 'commit', ...more })
  const call = async (url: string): Promise<unknown> => {
    const response = await shop.fetch(url, { audience: 'cart', operation: OPERATION, job: true })
    expect(response.status).to.equal(200)
    return await response.json()
  }
  /** What a handler finds that looks for a context, and what its adapter tells it. */
  const look: Handler = async told => [
    await refusalOf(() => expect(cart.currentCall()).to.equal(told)),
    await refusalOf(() => commit()),
    told?.callStack[0]?.service,
  ]
  const [INSIDE, OUTSIDE] = [
    ['accepted', 'accepted', 'shop'],
    ['ERR_CONTEXT_MISSING', 'ERR_CONTEXT_MISSING', 'shop'],
  ]

  for (const [name, listen] of Object.entries(SERVERS)) {
    describe(`of countersign/${name}`, () => {
      const serve = async (options: RouteOptions, handler = look) =>
        await loopback.serve(await listen(cart, options, handler))

      it("is the call's, if nothing is said", async () => {
        expect(await call(await serve({}))).to.deep.equal(INSIDE)
        expect(await call(await serve({ context: 'call' }))).to.deep.equal(INSIDE)
      })

      it("is none at all under context: 'none', where the adapter tells of the call", async () => {
        expect(await call(await serve({ context: 'none' }))).to.deep.equal(OUTSIDE)
      })

      it("is not that of whoever started the server: context: 'none' continues nobody's chain by chance", async () => {
        const urls = await shop.begin({ job: true }, () =>
          cart.begin({ job: true, claims: { job: 'start' } }, async () => [
            await serve({ context: 'none' }),
            await serve({ context: 'call' }),
          ]),
        )
        expect(await Promise.all(urls.map(call))).to.deep.equal([OUTSIDE, INSIDE])
      })

      it("lets the call be continued by name under context: 'none'", async () => {
        const url = await serve({ context: 'none' }, async parent => (await commit({ parent })).status)
        expect(await call(url)).to.equal(200)
        expect(book.events.at(-1)?.stack).to.deep.equal(['cart', 'shop'])
      })

      it('is one of two, or ERR_OPTION', async () => {
        for (const context of ['callers', null, false, 'None']) {
          expect(await refusalOf(() => serve({ context } as never)), String(context)).to.equal('ERR_OPTION')
        }
      })
    })
  }

  it('is left with what invoked the edge around it in mind: ERR_TOKEN_PASSED_ON', async () => {
    const presented = 'a-token-that-lets-a-user-in'
    const headers = { authorization: `Bearer ${presented}` }
    const outcome = await cart.begin({ job: true, presented }, () =>
      cart.runInNoCall(() => refusalOf(() => commit({ job: true, headers }))),
    )
    expect(outcome).to.equal('ERR_TOKEN_PASSED_ON')
  })

  it('is that of a 500 where a service of somebody else throws instead of rejecting', async () => {
    const hasty = {
      bodyBytes: 1,
      receive: () => {
        throw new Error('at once')
      },
      runInCall: () => undefined,
      runInNoCall: () => undefined,
    }
    const url = await loopback.serve(countersignNode(hasty as never, OPERATION, () => {}))
    expect((await shop.fetch(url, { audience: 'cart', operation: OPERATION, job: true })).status).to.equal(500)
  })

  it('needs a service that knows it', () => {
    const { receive, runInCall } = cart
    const old = { receive, runInCall, bodyBytes: 1 }
    expect(() => countersignNode(old as never, OPERATION, () => {})).to.throw(OptionError)
  })
})
