import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { expect } from 'chai'
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import { countersign, userOf } from '../../lib/adapters/fastify.js'
import type { Service } from '../../lib/index.js'
import { DecisionBook } from '../http/decision-book.js'
import { exchange, RawClient } from '../http/raw-client.js'
import { ServiceParty } from '../http/service-party.js'
import { refusalOf } from '../jws/refusal.js'
import { Tampering } from './tampering.js'

const JSON_TYPE = { 'content-type': 'application/json' }

describe('countersign for fastify', () => {
  const party = new ServiceParty()
  const book = new DecisionBook()
  const apps: FastifyInstance[] = []
  const handled: string[] = []
  let shop: Service
  let cart: Service
  let url: string
  const tampering = new Tampering(() => ({ shop, url, book, handled }))

  const handler = async (request: FastifyRequest) => {
    await Promise.resolve()
    const { callStack, transaction } = cart.currentCall()
    handled.push(request.originalUrl)
    return { caller: callStack[0].service, transaction, body: request.body ?? null }
  }

  const serve = async (prepare: (app: FastifyInstance) => void, options = {}) => {
    const app = fastify(options)
    apps.push(app)
    prepare(app)
    return await app.listen({ host: '127.0.0.1', port: 0 })
  }

  before(async () => {
    shop = await party.start('shop')
    cart = await party.start('cart', { log: book.log, limits: { bodyBytes: 5000 } })
    url = await serve(app => {
      app.post('/checkout', countersign(cart, 'checkout'), handler)
      app.get('/items/:id', countersign(cart, 'read'), handler)
      app.route({
        method: ['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
        url: '/any',
        handler,
        ...countersign(cart, 'any'),
      })
      app.get('/throws', countersign(cart, 'read'), () => {
        throw new Error('sync')
      })
      app.get('/rejects', countersign(cart, 'read'), async () => {
        await Promise.resolve()
        throw new Error('async')
      })
      app.register(
        async inner => {
          inner.post('/deep', countersign(cart, 'deep'), handler)
        },
        { prefix: '/api/v1' },
      )
      app.setErrorHandler((error: Error, _request, reply) => {
        reply.code(599).send({ message: error.message, transaction: cart.currentCall().transaction })
      })
    })
  })
  after(async () => {
    await party.stop()
    await Promise.all(apps.map(app => app.close()))
  })
  beforeEach(() => {
    book.events.length = 0
    handled.length = 0
  })

  const call = (path: string, operation: string, init: object = {}, base = url) =>
    shop.fetch(`${base}${path}`, { audience: 'cart', operation, job: true, ...init })

  it('lets a call through, with its context and its body', async () => {
    const response = await call('/checkout', 'checkout', { method: 'POST', body: '{"sku":7}', headers: JSON_TYPE })
    expect(response.status).to.equal(200)
    const { transaction } = book.take()
    expect(await response.json()).to.deep.equal({ caller: 'shop', transaction, body: { sku: 7 } })
  })

  it('compares the path before any router took a piece of it', async () => {
    expect((await call('/api/v1/deep?x=1', 'deep', { method: 'POST' })).status).to.equal(200)
    expect(handled).to.deep.equal(['/api/v1/deep?x=1'])
  })

  it('compares the path before it was rewritten', async () => {
    const rewritten = await serve(app => app.post('/new', countersign(cart, 'renamed'), handler), {
      rewriteUrl: () => '/new',
    })
    expect((await call('/old?x', 'renamed', { method: 'POST' }, rewritten)).status).to.equal(200)
    expect(handled).to.deep.equal(['/old?x'])
    const presentation = await tampering.present({ method: 'POST', target: '/new' }, 'renamed')
    const lines = ['POST /old HTTP/1.1', 'Host: x', `Countersign: ${presentation}`, 'Content-Length: 0']
    expect((await exchange(rewritten, lines)).status).to.equal(401)
  })

  it('handles parameters and methods of all kinds', async () => {
    for (const method of ['GET', 'HEAD']) expect((await call('/items/7%2F8', 'read', { method })).status).to.equal(200)
    for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      expect((await call('/any', 'any', { method })).status, method).to.equal(200)
    }
  })

  it('leaves the types and the schema of a route as they are', async () => {
    const schema = { body: { type: 'object', required: ['sku'], properties: { sku: { type: 'integer' } } } }
    const typed = await serve(app => {
      type Typed = { Body: { sku: number }; Reply: { 200: { sku: number } } }
      app.post<Typed>('/typed', { ...countersign(cart, 'typed'), schema }, async request => {
        const sku: number = request.body.sku
        return { sku }
      })
    })
    const post = (body: string) => call('/typed', 'typed', { method: 'POST', body, headers: JSON_TYPE }, typed)
    expect(await (await post('{"sku":7}')).json()).to.deep.equal({ sku: 7 })
    expect((await post('{"sku":"x"}')).status).to.equal(400)
  })

  it('works where requests are injected, as in tests', async () => {
    const [app] = apps
    const presentation = await tampering.present({ method: 'POST', target: '/checkout', body: '{"sku":7}' })
    const inject = (payload: string) =>
      app?.inject({ method: 'POST', url: '/checkout', payload, headers: { ...JSON_TYPE, countersign: presentation } })
    expect((await inject('{"sku":8}'))?.statusCode).to.equal(401)
    expect((await inject('{"sku":7}'))?.json()).to.deep.include({ caller: 'shop', body: { sku: 7 } })
    expect((await inject('{"sku":7}'))?.statusCode).to.equal(401)
  })

  it('continues the call from the handler, from its hooks and from behind a pause', async () => {
    const seen: string[] = []
    const far = await serve(app => app.post('/far', countersign(cart, 'far'), handler))
    const near = await serve(app => {
      const { preParsing, preHandler } = countersign(cart, 'near')
      const mine = async () => {
        seen.push(cart.currentCall().operation)
      }
      app.addHook('onResponse', async () => {
        seen.push('answered')
      })
      app.post('/near', { preParsing, preHandler: [preHandler, mine] }, async () => {
        await new Promise(resolve => setTimeout(resolve, 5))
        const response = await cart.fetch(`${far}/far`, { audience: 'cart', operation: 'far', method: 'POST' })
        return { status: response.status, callers: cart.currentCall().callStack.length }
      })
    })
    const response = await call('/near', 'near', { method: 'POST' }, near)
    expect(await response.json()).to.deep.equal({ status: 200, callers: 1 })
    expect(seen.slice(0, 1)).to.deep.equal(['near'])
  })

  it('keeps the contexts of calls apart that are handled at the same time', async () => {
    const parties = await Promise.all(['a', 'b', 'c'].map(name => party.start(name)))
    const apart = await serve(app =>
      app.post('/who', countersign(cart, 'who'), async () => {
        await new Promise(resolve => setTimeout(resolve, Math.random() * 10))
        return cart.currentCall().callStack[0].service
      }),
    )
    const asked = Array.from({ length: 60 }, (_, index) => parties[index % 3] as Service)
    const answers = await Promise.all(
      asked.map(async service => {
        const options = { audience: 'cart', operation: 'who', job: true, method: 'POST' } as const
        return await (await service.fetch(`${apart}/who`, options)).text()
      }),
    )
    expect(answers).to.deep.equal(asked.map(({ name }) => name))
  })

  describe('refuses, before the body is parsed and the handler runs,', () => {
    tampering.itIsRefused()

    it('no presentation: ERR_PRESENTATION_MISSING', async () => {
      const refused = await exchange(url, ['POST /checkout?a=1 HTTP/1.1', 'Host: x', 'Content-Length: 0'])
      expect(refused.status).to.equal(401)
      expect(refused.head).to.match(/^content-type: application\/problem\+json\r$/im)
      expect(refused.head).to.match(/^www-authenticate: Countersign\r$/im)
      expect(refused.head).to.match(/^cache-control: no-store\r$/im)
      expect(JSON.parse(refused.body)).to.include({ title: 'Unauthorized', status: 401 })
      await tampering.expectRefused('ERR_PRESENTATION_MISSING')
    })

    it('a body of which a hook before has made another: ERR_BODY_CONSUMED', async () => {
      const eaten = await serve(app => {
        app.addHook('preParsing', async () => Readable.from(['{"sku":7}']))
        app.post('/checkout', countersign(cart, 'checkout'), handler)
      })
      const options = { method: 'POST', body: '{"sku":7}', headers: JSON_TYPE }
      expect((await call('/checkout', 'checkout', options, eaten)).status).to.equal(500)
      await tampering.expectRefused('ERR_BODY_CONSUMED')
    })

    it('too large a body: ERR_BODY_TOO_LARGE', async () => {
      const body = JSON.stringify('x'.repeat(5000))
      expect((await call('/checkout', 'checkout', { method: 'POST', body, headers: JSON_TYPE })).status).to.equal(413)
      await tampering.expectRefused('ERR_BODY_TOO_LARGE')
    })

    it('another operation: ERR_OPERATION_MISMATCH', async () => {
      expect((await call('/checkout', 'read', { method: 'POST' })).status).to.equal(403)
      await tampering.expectRefused('ERR_OPERATION_MISMATCH')
    })
  })

  it('ends the upload of one who was refused and goes on sending', async () => {
    const client = await RawClient.connect(url)
    client.send('POST /checkout HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nabc')
    expect((await client.response()).status).to.equal(401)
    expect(await client.isClosedWithin(8000)).to.equal(true)
  })

  describe('gives the parsers behind it', () => {
    const saw = async (app: string, init: object) => (await call('/b', 'put', { method: 'POST', ...init }, app)).json()

    it('what was bound, of every type', async () => {
      const app = await serve(app => {
        app.addContentTypeParser('text/csv', { parseAs: 'string' }, (_request, body, done) => done(null, { csv: body }))
        app.addContentTypeParser('application/octet-stream', { parseAs: 'buffer' }, (_request, body, done) =>
          done(null, { bytes: body.toString('latin1') }),
        )
        app.post('/b', countersign(cart, 'put'), async request => ({ body: request.body ?? null }))
      })
      expect(await saw(app, { body: '{"a":[1]}', headers: JSON_TYPE })).to.deep.equal({ body: { a: [1] } })
      expect(await saw(app, { body: 'hello', headers: { 'content-type': 'text/plain' } })).to.deep.equal({
        body: 'hello',
      })
      expect(await saw(app, { body: 'a;b', headers: { 'content-type': 'text/csv' } })).to.deep.equal({
        body: { csv: 'a;b' },
      })
      const octets = { 'content-type': 'application/octet-stream' }
      const zipped = gzipSync('hello')
      expect(await saw(app, { body: zipped, headers: { ...octets, 'content-encoding': 'gzip' } })).to.deep.equal({
        body: { bytes: zipped.toString('latin1') },
      })
      expect(await saw(app, {})).to.deep.equal({ body: null })
      const wrong = await call('/b', 'put', { method: 'POST', body: '{', headers: JSON_TYPE }, app)
      expect(wrong.status).to.equal(400)
    })

    it('the raw bytes beside what they parsed', async () => {
      const app = await serve(app => {
        app.post('/b', countersign(cart, 'put'), async ({ raw }) => String(Reflect.get(raw, 'rawBody')))
      })
      const response = await call('/b', 'put', { method: 'POST', body: '{ "a" :1}', headers: JSON_TYPE }, app)
      expect(await response.text()).to.equal('{ "a" :1}')
    })

    it('a stream that is not read, where the route streams', async () => {
      const app = await serve(app => {
        app.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
        app.post('/b', countersign(cart, 'put', { body: 'stream' }), async request => {
          let bytes = 0
          for await (const chunk of request.body as Readable) bytes += (chunk as Buffer).length
          return { bytes, operation: cart.currentCall().operation }
        })
      })
      const body = Readable.from([Buffer.alloc(4000), Buffer.alloc(4000)])
      const init = { body, streams: 'tgt', headers: { 'content-type': 'application/octet-stream' } }
      expect(await saw(app, init)).to.deep.equal({ bytes: 8000, operation: 'put' })
    })
  })

  it("leaves what a handler throws to fastify, inside the call's context", async () => {
    for (const [path, message] of [
      ['/throws', 'sync'],
      ['/rejects', 'async'],
    ] as const) {
      const response = await call(path, 'read')
      expect(response.status).to.equal(599)
      expect(await response.json()).to.deep.equal({ message, transaction: book.take().transaction })
    }
  })

  describe('answers 500 where its hooks were replaced, warns, and never runs the handler:', () => {
    const nothing = async () => undefined
    const replacements: Readonly<Record<string, object>> = {
      preParsing: { preParsing: nothing },
      'preParsing and preHandler': { preParsing: nothing, preHandler: nothing },
      'preParsing and preValidation': { preParsing: nothing, preValidation: nothing },
    }
    for (const [which, hooks] of Object.entries(replacements)) {
      it(which, async () => {
        const replaced = await serve(app => app.get('/checked', { ...countersign(cart, 'read'), ...hooks }, handler))
        const warning = new Promise<Error>(resolve => process.once('warning', resolve))
        const response = await call('/checked', 'read', {}, replaced)
        expect(response.status).to.equal(500)
        expect(await response.json()).to.include({ title: 'Internal Server Error' })
        expect((await warning).message).to.contain('our `preParsing` did not run')
        expect(handled).to.deep.equal([])
      })
    }
  })

  it('has its context in parsers, hooks of all kinds, schema errors and answers', async () => {
    const seen: string[] = []
    const note = (where: string) => seen.push(`${where} ${cart.currentCall().callStack[0].service}`)
    const noting = (where: string) => async () => {
      note(where)
    }
    const app = await serve(app => {
      app.addContentTypeParser('text/csv', { parseAs: 'string' }, (_request, body, done) => {
        note('parser')
        done(null, body)
      })
      app.addHook('preValidation', noting('preValidation'))
      app.addHook('preHandler', noting('preHandler'))
      app.addHook('onSend', noting('onSend'))
      app.addHook('onError', noting('onError'))
      app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
        note('errorHandler')
        reply.code(error.statusCode ?? 500).send(error.message)
      })
      const { preHandler, ...route } = countersign(cart, 'any')
      app.post('/any', { ...route, preHandler: [noting('own'), preHandler] }, handler)
    })
    const post = (body: string, type: string) =>
      call('/any', 'any', { method: 'POST', body, headers: { 'content-type': type } }, app)
    expect((await post('a;b', 'text/csv')).status).to.equal(200)
    const expected = ['parser', 'preValidation', 'preHandler', 'own', 'onSend'].map(where => `${where} shop`)
    expect(seen.splice(0)).to.deep.equal(expected)
    expect((await post('{', 'application/json')).status).to.equal(400)
    expect(seen).to.deep.equal(['onError shop', 'errorHandler shop', 'onSend shop'])
  })

  it('gives the handler its own context, though a hook goes on from that of another call', async () => {
    const bob = await party.start('bob')
    const waiting: (() => void)[] = []
    const app = await serve(app => {
      const { preHandler, ...route } = countersign(cart, 'any')
      // Goes on with both at once, as a pool or a batch does.
      const batch = (_request: unknown, _reply: unknown, done: () => void) => {
        waiting.push(done)
        if (waiting.length === 2) for (const next of waiting.splice(0)) next()
      }
      app.get('/any', { ...route, preHandler: [batch, preHandler] }, handler)
    })
    const ask = async (service: Service) => {
      const response = await service.fetch(`${app}/any`, { audience: 'cart', operation: 'any', job: true })
      return Reflect.get(Object((await response.json()) as object), 'caller')
    }
    expect(await Promise.all([ask(shop), ask(bob)])).to.deep.equal(['shop', 'bob'])
  })

  it('answers a client who left before the answer to nobody, and goes on', async () => {
    const client = await RawClient.connect(url)
    client.send(
      `POST /checkout HTTP/1.1\r\nHost: x\r\nCountersign: ${await tampering.present()}\r\nContent-Length: 10\r\n\r\n`,
    )
    client.socket.destroy()
    await new Promise(resolve => setTimeout(resolve, 20))
    expect((await call('/any', 'any')).status).to.equal(200)
  })

  it('knows no user where none was let in', async () => {
    const alone = await serve(app =>
      app.get('/user', countersign(cart, 'read'), async request => ({ user: userOf(request) ?? null })),
    )
    expect(await (await call('/user', 'read', {}, alone)).json()).to.deep.equal({ user: null })
  })

  it('refuses options that it does not understand where it is mounted: ERR_OPTION', async () => {
    const attempts: readonly (() => unknown)[] = [
      () => countersign(undefined as never, 'read'),
      () => countersign(cart, 'not an operation'),
      () => countersign(cart, 'read', { bindng: 'request' } as never),
      () => countersign(cart, 'read', { body: 'stream', binding: 'request' }),
    ]
    for (const attempt of attempts) expect(await refusalOf(attempt), String(attempt)).to.equal('ERR_OPTION')
  })
})
