import type { IncomingMessage } from 'node:http'
import { gzipSync } from 'node:zlib'
import { expect } from 'chai'
import express, { type Express } from 'express'
import { countersign, type RouteOptions } from '../../lib/adapters/express.js'
import type { Service } from '../../lib/index.js'
import { DecisionBook } from '../http/decision-book.js'
import { Loopback } from '../http/loopback.js'
import { exchange, RawClient } from '../http/raw-client.js'
import { ServiceParty } from '../http/service-party.js'

/** Keeps what a parser read, as the message of ERR_BODY_CONSUMED says. */
const keepBytes = (request: IncomingMessage, _response: unknown, bytes: Buffer) => {
  Object.assign(request, { rawBody: bytes })
}

/** What a handler found in `req.body`, so that it can be told apart in JSON. */
function describeBody(body: unknown): unknown {
  if (body === undefined) return { nothing: true }
  if (Buffer.isBuffer(body)) return { bytes: body.toString('latin1') }
  return { value: body }
}

describe('bodies for express', () => {
  const party = new ServiceParty()
  const loopback = new Loopback()
  const book = new DecisionBook()
  let shop: Service
  let cart: Service

  before(async () => {
    shop = await party.start('shop')
    cart = await party.start('cart', { log: book.log, limits: { bodyBytes: 1000 } })
  })
  after(() => Promise.all([party.stop(), loopback.close()]))
  beforeEach(() => {
    book.events.length = 0
  })

  /** An app that tells what its handler saw, with middlewares before and behind countersign. */
  const serve = async (prepare: (app: Express) => void, options?: RouteOptions, behind: express.Handler[] = []) => {
    const app = express()
    prepare(app)
    app.all('/b', countersign(cart, 'put', options), ...behind, (request, response) => {
      response.json(describeBody(request.body))
    })
    return `${await loopback.serve(app)}/b`
  }
  const put = async (url: string, body: unknown, contentType?: string, more: Record<string, string> = {}) => {
    const headers = { ...(contentType !== undefined && { 'content-type': contentType }), ...more }
    const response = await shop.fetch(url, {
      audience: 'cart',
      operation: 'put',
      job: true,
      method: 'POST',
      body,
      headers,
    })
    return response.status === 200 ? await response.json() : response.status
  }
  const plain = () => serve(() => {})

  describe('without a parser', () => {
    const bodies: readonly (readonly [string, string | undefined, unknown])[] = [
      ['{"sku":7}', 'application/json', { value: { sku: 7 } }],
      ['{"sku":7}', 'Application/JSON; Charset="UTF-8"', { value: { sku: 7 } }],
      ['[1]', 'application/problem+json', { value: [1] }],
      ['null', 'application/json', { value: null }],
      ['"x"', 'application/json', { value: 'x' }],
      ['a=1&b=2&a=3', 'application/x-www-form-urlencoded', { value: { a: ['1', '3'], b: '2' } }],
      ['text', 'text/plain', { value: 'text' }],
      ['bytes', 'application/octet-stream', { bytes: 'bytes' }],
      ['{"a":1}', 'multipart/form-data; boundary=x', { bytes: '{"a":1}' }],
      ['{"a":1}', 'application/json; charset=utf-16', { bytes: '{"a":1}' }],
      ['{"a":1}', 'application/jsonx', { bytes: '{"a":1}' }],
      ['', 'application/json', { nothing: true }],
    ]
    for (const [body, type, seen] of bodies) {
      it(`are what their content type says: ${JSON.stringify(body)} as ${type}`, async () => {
        expect(await put(await plain(), body, type)).to.deep.equal(seen)
      })
    }

    it('are not parsed where they are encoded, and bound as they came', async () => {
      const zipped = gzipSync('{"sku":7}')
      const seen = await put(await plain(), zipped, 'application/json', { 'content-encoding': 'GZIP' })
      expect(seen).to.deep.equal({ bytes: zipped.toString('latin1') })
      const asIs = await put(await plain(), '{"sku":7}', 'application/json', { 'content-encoding': 'identity' })
      expect(asIs).to.deep.equal({ value: { sku: 7 } })
    })

    it('go to the error handler where they are not what their content type says: ERR_BODY_MALFORMED', async () => {
      const app = express()
      app.post('/b', countersign(cart, 'put'), () => expect.fail('the handler ran'))
      app.use(
        (error: { code: string; status: number }, _q: express.Request, response: express.Response, _n: unknown) => {
          response.status(error.status).json(error.code)
        },
      )
      const url = `${await loopback.serve(app)}/b`
      for (const body of ['{', '\ufeff{}', 'undefined', "{'a':1}", '{"a":1}x']) {
        expect(await put(url, body, 'application/json')).to.equal(400)
      }
    })

    it('keep a form field with the name of a prototype to themselves, and drop none of many', async () => {
      let seen: Record<string, unknown> = {}
      const app = express()
      app.post('/b', countersign(cart, 'put'), (request, response) => {
        seen = request.body as Record<string, unknown>
        response.json(null)
      })
      const url = `${await loopback.serve(app)}/b`
      await put(url, '__proto__=x&constructor=y', 'application/x-www-form-urlencoded')
      expect(Object.keys(seen)).to.deep.equal(['__proto__', 'constructor'])
      expect({}).not.to.have.property('x')
      const wide = await party.start('wide', { limits: { bodyBytes: 100_000 } })
      const many = express()
      many.post('/b', countersign(wide, 'put'), (request, response) => {
        response.json(Object.keys(request.body as object).length)
      })
      const fields = Array.from({ length: 3000 }, (_, at) => `f${at}=1`).join('&')
      const response = await shop.fetch(`${await loopback.serve(many)}/b`, {
        audience: 'wide',
        operation: 'put',
        job: true,
        method: 'POST',
        body: fields,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      })
      expect(await response.json()).to.equal(3000)
    })
  })

  describe('with a parser behind countersign', () => {
    const parsers = [express.json(), express.urlencoded({ extended: true }), express.text(), express.raw()]
    for (const [body, type, seen] of [
      ['{"sku":7}', 'application/json', { value: { sku: 7 } }],
      ['a=1', 'application/x-www-form-urlencoded', { value: { a: '1' } }],
      ['text', 'text/plain', { value: 'text' }],
      ['bytes', 'application/octet-stream', { bytes: 'bytes' }],
    ] as const) {
      it(`are there all the same: ${type}`, async () => {
        expect(await put(await serve(() => {}, undefined, parsers), body, type)).to.deep.equal(seen)
      })
    }
  })

  describe('with a parser before countersign', () => {
    it('are refused with ERR_BODY_CONSUMED, whose message names the fix, where it kept no bytes', async () => {
      const url = await serve(app => app.use(express.json()))
      for (const body of ['{"sku":7}', '{}']) {
        expect(await put(url, body, 'application/json')).to.equal(500)
        const { code, message } = book.take()
        expect(code).to.equal('ERR_BODY_CONSUMED')
        expect(message)
          .to.match(/mount countersign first/)
          .and.match(/verify: \(req, res, bytes\)/)
      }
    })

    it('are refused where something else than bytes was kept: ERR_BODY_CONSUMED', async () => {
      for (const kept of ['{"sku":7}', {}, null, [1, 2]]) {
        const verify = (request: IncomingMessage) => {
          Object.assign(request, { rawBody: kept })
        }
        expect(
          await put(await serve(app => app.use(express.json({ verify }))), '{"sku":7}', 'application/json'),
        ).to.equal(500)
        expect(book.take().code).to.equal('ERR_BODY_CONSUMED')
      }
    })

    it('are taken from the bytes that it kept', async () => {
      const url = await serve(app => app.use(express.json({ verify: keepBytes })))
      expect(await put(url, '{"sku":7}', 'application/json')).to.deep.equal({ value: { sku: 7 } })
    })

    it('are bound although it parsed them: a tampered one is refused with ERR_REQUEST_MISMATCH', async () => {
      const url = await serve(app => app.use(express.json({ verify: keepBytes })))
      const presentation = await shop.wrap({
        audience: 'cart',
        operation: 'put',
        job: true,
        request: { method: 'POST', target: '/b', body: '{"sku":7}' },
      })
      const lines = ['POST /b HTTP/1.1', 'Host: x', `Countersign: ${presentation}`, 'Content-Type: application/json']
      expect((await exchange(url, [...lines, 'Content-Length: 9'], '{"sku":8}')).status).to.equal(401)
      expect(book.take().code).to.equal('ERR_REQUEST_MISMATCH')
    })

    it('are read where it skipped their content type, or there was none', async () => {
      const url = await serve(app => app.use(express.json({ verify: keepBytes })))
      expect(await put(url, 'text', 'text/plain')).to.deep.equal({ value: 'text' })
      expect(await put(url, undefined)).to.deep.equal({ nothing: true })
      const careless = await serve(app => app.use(express.json()))
      expect(await put(careless, 'text', 'text/plain')).to.deep.equal({ value: 'text' })
      expect(await put(careless, undefined)).to.deep.equal({ nothing: true })
    })

    it('are refused where it decoded them first, since other bytes were signed: ERR_REQUEST_MISMATCH', async () => {
      const url = await serve(app => app.use(express.json({ verify: keepBytes })))
      const sent = await put(url, gzipSync('{"sku":7}'), 'application/json', { 'content-encoding': 'gzip' })
      expect(sent).to.equal(401)
      expect(book.take().code).to.equal('ERR_REQUEST_MISMATCH')
    })

    it('are bound as they come, whatever stands in rawBody of a stream that nobody read: ERR_REQUEST_MISMATCH', async () => {
      const signed = Buffer.from('{"sku":7}')
      const url = await serve(app =>
        app.use((request, _response, next) => {
          Object.assign(request, { rawBody: signed })
          next()
        }),
      )
      const presentation = await shop.wrap({
        audience: 'cart',
        operation: 'put',
        job: true,
        request: { method: 'POST', target: '/b', body: signed },
      })
      const lines = ['POST /b HTTP/1.1', 'Host: x', `Countersign: ${presentation}`, 'Content-Type: application/json']
      expect((await exchange(url, [...lines, 'Content-Length: 9'], '{"sku":8}')).status).to.equal(401)
      expect(book.take().code).to.equal('ERR_REQUEST_MISMATCH')
      expect(await put(url, '{"sku":9}', 'application/json')).to.deep.equal({ value: { sku: 9 } })
    })

    it('are what was bound, whatever stands in req.body of a stream that nobody read', async () => {
      const url = await serve(app =>
        app.use((request, _response, next) => {
          request.body = { placeholder: true }
          next()
        }),
      )
      expect(await put(url, '{"sku":7}', 'application/json')).to.deep.equal({ value: { sku: 7 } })
      expect(await put(url, undefined)).to.deep.equal({ nothing: true })
    })

    it('may be empty, though a parser looked for them', async () => {
      const url = await serve(app =>
        app.use((request, _response, next) => {
          request.resume().on('end', next)
        }),
      )
      expect(await put(url, '', 'application/json')).to.deep.equal({ nothing: true })
    })

    it('are read in time linear in the content type', async () => {
      const url = await serve(() => {})
      const started = performance.now()
      await put(url, 'x', `text/plain; charset=${' '.repeat(9000)}x y`)
      expect(performance.now() - started).to.be.below(500)
    })

    it('are refused where they were begun to be read: ERR_BODY_CONSUMED', async () => {
      const url = await serve(app =>
        app.use((request, _response, next) => {
          request.once('data', () => {
            request.pause()
            next()
          })
        }),
      )
      expect(await put(url, 'text', 'text/plain')).to.equal(500)
      expect(book.take().code).to.equal('ERR_BODY_CONSUMED')
    })

    it('keep to the limit in what it kept, too: ERR_BODY_TOO_LARGE', async () => {
      const url = await serve(app => app.use(express.json({ verify: keepBytes })))
      expect(await put(url, JSON.stringify(['x'.repeat(1000)]), 'application/json')).to.equal(413)
      expect(book.take().code).to.equal('ERR_BODY_TOO_LARGE')
    })
  })

  describe('on their way', () => {
    const lines = async (body: string | Uint8Array, more: readonly string[]) => {
      const presentation = await shop.wrap({
        audience: 'cart',
        operation: 'put',
        job: true,
        request: { method: 'POST', target: '/b', body },
      })
      return ['POST /b HTTP/1.1', 'Host: x', `Countersign: ${presentation}`, 'Content-Type: text/plain', ...more]
    }

    it('may be chunked: what is bound is what is left without the chunks', async () => {
      const url = await plain()
      const response = await exchange(
        url,
        await lines('hello world', ['Transfer-Encoding: chunked']),
        '5;x=y\r\nhello\r\n6\r\n world\r\n0\r\nCountersign: trailer\r\n\r\n',
      )
      expect(response.status).to.equal(200)
      expect(response.body).to.contain('hello world')
    })

    it('may be of the largest size, and no larger: ERR_BODY_TOO_LARGE, declared or not', async () => {
      const url = await plain()
      const largest = 'x'.repeat(1000)
      expect(await put(url, largest, 'text/plain')).to.deep.equal({ value: largest })
      book.events.length = 0
      const declared = await exchange(url, await lines(`${largest}x`, ['Content-Length: 1001']), `${largest}x`)
      expect(declared.status).to.equal(413)
      expect(book.take().code).to.equal('ERR_BODY_TOO_LARGE')
      const chunks = `3e9\r\n${largest}x\r\n`
      const chunked = await exchange(url, await lines(`${largest}x`, ['Transfer-Encoding: chunked']), chunks)
      expect(chunked.status).to.equal(413)
      expect(book.take().code).to.equal('ERR_BODY_TOO_LARGE')
    })

    it('may be much too large: the client reads the answer, and its next call on the same connection goes through', async () => {
      const url = await plain()
      const client = await RawClient.connect(url)
      const body = 'x'.repeat(300_000)
      client.send(`${(await lines(body, ['Content-Length: 300000'])).join('\r\n')}\r\n\r\n`)
      client.send(body)
      expect((await client.response()).status).to.equal(413)
      client.send(`${(await lines('ok', ['Content-Length: 2'])).join('\r\n')}\r\n\r\nok`)
      expect((await client.response()).status).to.equal(200)
      client.socket.destroy()
    })

    it('may break off: ERR_BODY_INCOMPLETE, and the process goes on', async () => {
      const url = await plain()
      for (const coding of [
        ['Content-Length: 10', 'half'],
        ['Transfer-Encoding: chunked', '4\r\nhalf\r\n'],
      ] as const) {
        const client = await RawClient.connect(url)
        client.send(`${(await lines('half and half', [coding[0]])).join('\r\n')}\r\n\r\n${coding[1]}`)
        await new Promise(resolve => setTimeout(resolve, 30))
        client.socket.destroy()
        await new Promise(resolve => setTimeout(resolve, 30))
        expect(book.take()).to.include({ code: 'ERR_BODY_INCOMPLETE', status: 400 })
      }
      expect(await put(url, 'x', 'text/plain')).to.deep.equal({ value: 'x' })
    })

    it('may come slowly', async () => {
      const client = await RawClient.connect(await plain())
      client.send(`${(await lines('slow', ['Content-Length: 4'])).join('\r\n')}\r\n\r\n`)
      for (const character of 'slow') {
        await new Promise(resolve => setTimeout(resolve, 10))
        client.send(character)
      }
      expect((await client.response()).body).to.contain('slow')
      client.socket.destroy()
    })
  })

  describe('that a route leaves to its handler', () => {
    const stream = async () => {
      const app = express()
      app.post('/b', countersign(cart, 'put', { body: 'stream' }), async (request, response) => {
        expect(request.body).to.equal(undefined)
        let text = ''
        for await (const chunk of request) text += chunk
        response.json([text, cart.currentCall().callStack[0]?.service])
      })
      return `${await loopback.serve(app)}/b`
    }

    it('come as a stream, in the context of the call, with method and target bound', async () => {
      const response = await shop.fetch(await stream(), {
        audience: 'cart',
        operation: 'put',
        job: true,
        method: 'POST',
        body: new Blob(['x'.repeat(5000)]),
        streams: 'tgt',
      })
      expect(await response.json()).to.deep.equal(['x'.repeat(5000), 'shop'])
    })

    it('are refused with ERR_REQUEST_ABSENT where the hop is bound to the bytes that nobody compared', async () => {
      expect(await put(await stream(), 'x', 'text/plain')).to.equal(401)
      expect(book.take().code).to.equal('ERR_REQUEST_ABSENT')
    })
  })

  describe('that a route requires to be bound', () => {
    const send = async (url: string, request: object | undefined) => {
      const presentation = await shop.wrap({
        audience: 'cart',
        operation: 'put',
        job: true,
        ...(request && { request: request as never }),
      })
      const head = ['POST /b HTTP/1.1', 'Host: x', `Countersign: ${presentation}`, 'Content-Length: 1']
      const { status } = await exchange(url, head, 'x')
      return [status, book.take().code]
    }
    const whole = { method: 'POST', target: '/b', body: 'x' }
    const target = { method: 'POST', target: '/b', streamed: true }

    it("whole, under binding: 'request'", async () => {
      const url = await serve(() => {}, { binding: 'request' })
      expect(await send(url, whole)).to.deep.equal([200, undefined])
      expect(await send(url, target)).to.deep.equal([401, 'ERR_REQUEST_UNBOUND'])
      expect(await send(url, undefined)).to.deep.equal([401, 'ERR_REQUEST_UNBOUND'])
    })

    it('whole, if it says nothing', async () => {
      for (const options of [undefined, {}, { binding: undefined }] as const) {
        const url = await serve(() => {}, options)
        expect(await send(url, whole)).to.deep.equal([200, undefined])
        expect(await send(url, target)).to.deep.equal([401, 'ERR_REQUEST_UNBOUND'])
      }
    })

    it("by method and target at least, under binding: 'target'", async () => {
      for (const options of [{ binding: 'target' }] as const) {
        const url = await serve(() => {}, options)
        expect(await send(url, whole)).to.deep.equal([200, undefined])
        expect(await send(url, target)).to.deep.equal([200, undefined])
        expect(await send(url, { ...target, target: '/c' })).to.deep.equal([401, 'ERR_REQUEST_MISMATCH'])
        expect(await send(url, undefined)).to.deep.equal([401, 'ERR_REQUEST_UNBOUND'])
      }
    })

    it("not at all, under binding: 'none', though a binding that is there is compared", async () => {
      const url = await serve(() => {}, { binding: 'none' })
      expect(await send(url, undefined)).to.deep.equal([200, undefined])
      expect(await send(url, target)).to.deep.equal([200, undefined])
      expect(await send(url, { ...whole, body: 'y' })).to.deep.equal([401, 'ERR_REQUEST_MISMATCH'])
    })
  })
})
