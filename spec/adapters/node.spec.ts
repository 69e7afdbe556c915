import { expect } from 'chai'
import { type CallHandler, countersign } from '../../lib/adapters/node.js'
import type { Service } from '../../lib/index.js'
import { DecisionBook } from '../http/decision-book.js'
import { Loopback } from '../http/loopback.js'
import { warningsOf } from '../http/process-warnings.js'
import { RawClient } from '../http/raw-client.js'
import { ServiceParty } from '../http/service-party.js'
import { errorOf, refusalOf } from '../jws/refusal.js'

describe('countersign for node:http', () => {
  const party = new ServiceParty()
  const loopback = new Loopback()
  const book = new DecisionBook()
  let shop: Service
  let cart: Service

  before(async () => {
    shop = await party.start('shop')
    cart = await party.start('cart', { log: book.log })
  })
  after(() => Promise.all([party.stop(), loopback.close()]))
  beforeEach(() => {
    book.events.length = 0
  })

  const serve = (handler: CallHandler) => loopback.serve(countersign(cart, 'put', handler))
  const put = (url: string, body?: unknown) =>
    shop.fetch(`${url}/b?c=d`, { audience: 'cart', operation: 'put', job: true, method: 'PUT', body })

  it('gives its handler the verified call, the raw body and the correlation id', async () => {
    const url = await serve((request, response, { call, body, correlation }) => {
      expect(cart.currentCall()).to.equal(call)
      expect(request.rawBody).to.equal(body)
      response.end(JSON.stringify([call.callStack[0]?.service, String(body), correlation]))
    })
    const response = await put(url, 'raw bytes')
    expect(await response.json()).to.deep.equal(['shop', 'raw bytes', book.take().correlation])
  })

  it('gives an empty body where there is none', async () => {
    const url = await serve((_request, response, { body }) => response.end(String(body.length)))
    expect(await (await put(url)).text()).to.equal('0')
  })

  it('does not run its handler for anybody else', async () => {
    const url = await serve(() => expect.fail('the handler ran'))
    expect((await fetch(url)).status).to.equal(401)
    expect(book.take().code).to.equal('ERR_PRESENTATION_MISSING')
  })

  describe('where a handler throws', () => {
    const thrown: readonly (readonly [string, () => unknown])[] = [
      ['at once', () => expect.fail('at once')],
      ['later', async () => expect.fail('later')],
      [
        'a text',
        () => {
          throw 'a text'
        },
      ],
      ['nothing', () => Promise.reject(undefined)],
      ['a symbol', () => Promise.reject(Symbol('x'))],
      ['an object that cannot be written', () => Promise.reject(Object.create(null))],
      ['an error that holds something secret', () => Promise.reject(new Error('secret'))],
    ]
    for (const [title, handler] of thrown) {
      it(`${title}, answers 500 once, warns, and goes on`, async () => {
        const url = await serve(handler)
        const warnings = await warningsOf(async () => {
          const response = await put(url)
          expect(response.status).to.equal(500)
          expect(response.headers.get('content-type')).to.equal('application/problem+json')
          expect(await response.json()).to.deep.equal({
            type: 'about:blank',
            title: 'Internal Server Error',
            status: 500,
            instance: `urn:uuid:${book.take().correlation}`,
          })
          expect((await put(url)).status).to.equal(500)
        })
        expect(warnings).to.have.length(2)
      })
    }

    it('after a part of its answer, cuts it off, so that nobody takes it for whole', async () => {
      const url = await serve(async (_request, response) => {
        response.write('half')
        await new Promise(resolve => setTimeout(resolve, 5))
        throw new Error('the other half is gone')
      })
      const warnings = await warningsOf(async () => {
        const error = await errorOf(async () => (await put(url)).text())
        expect(error.message).to.match(/prematur|terminated|aborted/i)
      })
      expect(warnings.map(({ message }) => message).join('\n')).to.match(
        /^the handler of `[a-z]+` failed \[[0-9a-f-]{36}\]: Error: the other half is gone$/,
      )
    })

    it('after all of its answer, leaves it whole', async () => {
      const answer = 'x'.repeat(1_000_000)
      const url = await serve((_request, response) => {
        response.end(answer)
        throw new Error('afterthought')
      })
      const warnings = await warningsOf(async () => {
        expect(await (await put(url)).text()).to.equal(answer)
      })
      expect(warnings.map(({ message }) => message).join('\n')).to.match(
        /^the handler of `[a-z]+` failed \[[0-9a-f-]{36}\]: Error: afterthought$/,
      )
    })

    it('after its client has gone, goes on', async () => {
      let fail = () => {}
      const failed = new Promise<void>(resolve => {
        fail = resolve
      })
      const url = await serve(async request => {
        await new Promise(resolve => request.socket.once('close', resolve))
        setImmediate(fail)
        throw new Error('for nobody')
      })
      const presentation = await shop.wrap({
        audience: 'cart',
        operation: 'put',
        job: true,
        request: { method: 'GET', target: '/' },
      })
      const warnings = await warningsOf(async () => {
        const client = await RawClient.connect(url)
        client.send(`GET / HTTP/1.1\r\nHost: x\r\nCountersign: ${presentation}\r\n\r\n`)
        setTimeout(() => client.socket.destroy(), 30)
        await failed
      })
      expect(warnings.map(({ message }) => message).join('\n')).to.match(
        /^the handler of `[a-z]+` failed \[[0-9a-f-]{36}\]: Error: for nobody$/,
      )
    })
  })

  it('says nothing where somebody else has answered meanwhile', async () => {
    const protect = countersign(cart, 'put', () => expect.fail('the handler ran'))
    const url = await loopback.serve(async (request, response) => {
      const protectedAnswer = protect(request, response)
      response.writeHead(408).end('too late')
      await protectedAnswer
    })
    const response = await fetch(url)
    expect([response.status, await response.text()]).to.deep.equal([408, 'too late'])
  })

  it('refuses what it does not understand when it is made: ERR_OPTION', async () => {
    const handler: CallHandler = () => {}
    const attempts: readonly (() => unknown)[] = [
      () => countersign({} as never, 'put', handler),
      () => countersign(cart, 'not an operation', handler),
      () => countersign(cart, 'put', undefined as never),
      () => countersign(cart, 'put', {} as never),
      () => countersign(cart, 'put', handler, { bindings: 'request' } as never),
    ]
    for (const attempt of attempts) expect(await refusalOf(attempt), String(attempt)).to.equal('ERR_OPTION')
  })
})
