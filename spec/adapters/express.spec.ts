import { expect } from 'chai'
import express, { type NextFunction, type Request, type Response } from 'express'
import { countersign } from '../../lib/adapters/express.js'
import type { Service } from '../../lib/index.js'
import { DecisionBook } from '../http/decision-book.js'
import { Loopback } from '../http/loopback.js'
import { exchange, RawClient } from '../http/raw-client.js'
import { ServiceParty } from '../http/service-party.js'
import { refusalOf } from '../jws/refusal.js'
import { Tampering } from './tampering.js'

describe('countersign for express', () => {
  const party = new ServiceParty()
  const loopback = new Loopback()
  const book = new DecisionBook()
  const handled: string[] = []
  let shop: Service
  let cart: Service
  let url: string
  const tampering = new Tampering(() => ({ shop, url, book, handled }))

  const handler = (request: Request, response: Response) => {
    const { callStack, transaction } = cart.currentCall()
    handled.push(request.originalUrl)
    response.json({ caller: callStack[0]?.service, transaction, body: request.body })
  }

  before(async () => {
    shop = await party.start('shop')
    cart = await party.start('cart', { log: book.log })
    const app = express()
    app.disable('x-powered-by')
    app.post('/checkout', countersign(cart, 'checkout'), handler)
    app.get('/items/:id', countersign(cart, 'read'), handler)
    app.all('/any', countersign(cart, 'any'), handler)
    app.get('/throws', countersign(cart, 'read'), () => {
      throw new Error('sync')
    })
    app.get('/rejects', countersign(cart, 'read'), async () => {
      await Promise.resolve()
      throw new Error('async')
    })
    const inner = express.Router()
    inner.post('/deep', countersign(cart, 'deep'), handler)
    const outer = express.Router()
    outer.use('/v1', inner)
    app.use('/api', outer)
    app.use((request, _response, next) => {
      if (request.url.startsWith('/old')) request.url = '/new'
      next()
    })
    app.post('/new', countersign(cart, 'renamed'), handler)
    app.use((error: Error, _request: Request, response: Response, _next: NextFunction) => {
      const transaction = cart.currentCall().transaction
      response.status(599).json({ message: error.message, transaction })
    })
    url = await loopback.serve(app)
  })
  after(() => Promise.all([party.stop(), loopback.close()]))
  beforeEach(() => {
    book.events.length = 0
    handled.length = 0
  })

  const call = (path: string, operation: string, init: object = {}) =>
    shop.fetch(`${url}${path}`, { audience: 'cart', operation, job: true, ...init })

  it('lets a call through, with its context and its body', async () => {
    const response = await call('/checkout', 'checkout', {
      method: 'POST',
      body: '{"sku":7}',
      headers: { 'content-type': 'application/json' },
    })
    expect(response.status).to.equal(200)
    const { transaction } = book.take()
    expect(await response.json()).to.deep.equal({ caller: 'shop', transaction, body: { sku: 7 } })
  })

  it('compares the path before any router took a piece of it', async () => {
    expect((await call('/api/v1/deep?x=1', 'deep', { method: 'POST' })).status).to.equal(200)
    expect(handled).to.deep.equal(['/api/v1/deep?x=1'])
  })

  it('compares the path before a middleware rewrote it', async () => {
    expect((await call('/old', 'renamed', { method: 'POST' })).status).to.equal(200)
  })

  it('handles parameters, HEAD and methods of all kinds', async () => {
    expect((await call('/items/7%2F8', 'read')).status).to.equal(200)
    for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      expect((await call('/any', 'any', { method })).status, method).to.equal(200)
    }
  })

  it('takes a GET with a body', async () => {
    const presentation = await shop.wrap({
      audience: 'cart',
      operation: 'any',
      job: true,
      request: { method: 'GET', target: '/any', body: 'x' },
    })
    const lines = ['GET /any HTTP/1.1', 'Host: x', `Countersign: ${presentation}`, 'Content-Length: 1']
    expect((await exchange(url, lines, 'x')).status).to.equal(200)
    const empty = await shop.wrap({
      audience: 'cart',
      operation: 'any',
      job: true,
      request: { method: 'GET', target: '/any' },
    })
    const others = ['GET /any HTTP/1.1', 'Host: x', `Countersign: ${empty}`, 'Content-Length: 1']
    expect((await exchange(url, others, 'x')).status).to.equal(401)
  })

  describe('refuses, before the handler runs,', () => {
    tampering.itIsRefused()

    it('a path that the router takes for the same: ERR_REQUEST_MISMATCH', async () => {
      for (const target of ['/Checkout?a=1', '/checkout/?a=1']) {
        expect((await tampering.send(await tampering.present(), `POST ${target} HTTP/1.1`)).status).to.equal(401)
        await tampering.expectRefused('ERR_REQUEST_MISMATCH')
      }
    })

    it('a target that names the host: ERR_REQUEST_MISMATCH', async () => {
      for (const target of ['http://x/checkout?a=1', 'http://evil.example/checkout?a=1']) {
        expect((await tampering.send(await tampering.present(), `POST ${target} HTTP/1.1`)).status).to.equal(401)
        await tampering.expectRefused('ERR_REQUEST_MISMATCH')
      }
    })

    it('another method: ERR_REQUEST_MISMATCH', async () => {
      const presentation = await shop.wrap({
        audience: 'cart',
        operation: 'any',
        job: true,
        request: { method: 'GET', target: '/any' },
      })
      const lines = ['DELETE /any HTTP/1.1', 'Host: x', `Countersign: ${presentation}`]
      expect((await exchange(url, lines)).status).to.equal(401)
      await tampering.expectRefused('ERR_REQUEST_MISMATCH')
    })

    it('a method that a header puts in the place of the one that came: ERR_REQUEST_MISMATCH', async () => {
      const app = express()
      app.use((request, _response, next) => {
        request.method = request.get('x-http-method-override') ?? request.method
        next()
      })
      app.all('/any', countersign(cart, 'any'), handler)
      const overridden = await loopback.serve(app)
      const options = { audience: 'cart', operation: 'any', job: true, method: 'POST' } as const
      expect((await shop.fetch(`${overridden}/any`, options)).status).to.equal(200)
      handled.length = 0
      book.events.length = 0
      const headers = { 'x-http-method-override': 'DELETE' }
      expect((await shop.fetch(`${overridden}/any`, { ...options, headers })).status).to.equal(401)
      await tampering.expectRefused('ERR_REQUEST_MISMATCH')
    })

    it('a hop that is bound to nothing: ERR_REQUEST_UNBOUND', async () => {
      const presentation = await shop.wrap({ audience: 'cart', operation: 'checkout', job: true })
      expect((await tampering.send(presentation)).status).to.equal(401)
      await tampering.expectRefused('ERR_REQUEST_UNBOUND')
    })

    it('another operation: ERR_OPERATION_MISMATCH', async () => {
      expect((await call('/checkout', 'read', { method: 'POST' })).status).to.equal(403)
      await tampering.expectRefused('ERR_OPERATION_MISMATCH')
    })
  })

  it("leaves what a handler throws to express, inside the call's context", async () => {
    for (const [path, message] of [
      ['/throws', 'sync'],
      ['/rejects', 'async'],
    ] as const) {
      const response = await call(path, 'read')
      expect(response.status).to.equal(599)
      expect(await response.json()).to.deep.equal({ message, transaction: book.take().transaction })
    }
  })

  it('answers a client who left before the answer to nobody, and goes on', async () => {
    const client = await RawClient.connect(url)
    client.send('POST /checkout HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n')
    client.socket.destroy()
    await new Promise(resolve => setTimeout(resolve, 20))
    expect((await call('/any', 'any')).status).to.equal(200)
  })

  it('refuses options that it does not understand where it is mounted, not when a call comes: ERR_OPTION', async () => {
    const attempts: readonly (() => unknown)[] = [
      () => countersign(undefined as never, 'read'),
      () => countersign({} as never, 'read'),
      () => countersign(cart, undefined as never),
      () => countersign(cart, ''),
      () => countersign(cart, 'not an operation'),
      () => countersign(cart, 'read', null as never),
      () => countersign(cart, 'read', 'request' as never),
      () => countersign(cart, 'read', { bindng: 'request' } as never),
      () => countersign(cart, 'read', { binding: 'body' as never }),
      () => countersign(cart, 'read', { binding: null as never }),
      () => countersign(cart, 'read', { body: 'streams' as never }),
      () => countersign(cart, 'read', { body: 'stream', binding: 'request' }),
    ]
    for (const attempt of attempts) expect(await refusalOf(attempt), String(attempt)).to.equal('ERR_OPTION')
  })
})
