import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { REGISTRY_TIMEOUT_SECONDS } from '../../../lib/limits/keys.js'
import type { Publication } from '../../../lib/model/registry.js'
import { type EtcdOptions, EtcdRegistry } from '../../../lib/registry/etcd/etcd-registry.js'
import { errorOf } from '../../jws/refusal.js'
import { eventually } from '../eventually.js'
import { makePublication } from '../signed-text.js'

type Answer = (request: IncomingMessage, response: ServerResponse) => void

const base64 = (text: string) => Buffer.from(text).toString('base64')
const say =
  (content: unknown, status = 200): Answer =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(typeof content === 'string' ? content : JSON.stringify(content))
  }

/** What is no answer of an etcd to anything. */
const NONSENSE: Readonly<Record<string, Answer>> = {
  nothing: say(''),
  'an empty object': say({}),
  'a page of a proxy': say('<html>welcome</html>'),
  'a list': say([]),
  'a number': say('7'),
  null: say('null'),
  'half an object': say('{"header":{"revision":"1"'),
  'a revision that is no number': say({ header: { revision: 'x' }, succeeded: true, responses: [{}] }),
  'responses that are no list': say({ header: { revision: '1' }, succeeded: true, responses: 'x' }),
  'no responses': say({ header: { revision: '1' }, succeeded: true }),
  'keys that are no list': say(found({ kvs: 'x' })),
  'a key that is no object': say(found({ kvs: [7] })),
  'a key that is no text': say(found({ kvs: [{ key: 7, value: 'eA==' }] })),
  'a value that is no text': say(found({ kvs: [{ key: 'eA==', value: {} }] })),
  'an answer with another status': say(found({ kvs: [{ key: 'eA==', value: 'eA==' }] }), 404),
  'a page of a proxy that found nobody': say('<html>bad gateway</html>', 502),
  'a body that breaks off': (_, response) => {
    response.writeHead(200, { 'content-length': '1000' })
    response.write('{"header":')
    setTimeout(() => response.destroy(), 20)
  },
  'a connection that breaks off': request => request.socket.destroy(),
}

/** What was asked. */
const questions = new WeakMap<IncomingMessage, unknown>()

async function readQuestion(request: IncomingMessage): Promise<unknown> {
  let text = ''
  for await (const chunk of request) text += chunk
  return JSON.parse(text)
}

function found(range: object): object {
  return { header: { revision: '1' }, succeeded: true, responses: [{ response_range: range }] }
}

describe('EtcdRegistry, before a server that is no etcd or means ill', function () {
  this.timeout(60_000)
  this.slow(10_000)

  const servers: Server[] = []
  const registries: EtcdRegistry[] = []
  let cart: Publication

  before(async () => {
    cart = await makePublication('cart')
  })
  afterEach(async () => {
    for (const registry of registries.splice(0)) await registry.close()
    for (const server of servers.splice(0)) {
      server.closeAllConnections()
      server.close()
    }
  })

  const serve = async (answer: Answer) => {
    const server = createServer((request, response) => {
      response.on('error', () => undefined)
      readQuestion(request).then(
        question => {
          questions.set(request, question)
          answer(request, response)
        },
        () => undefined,
      )
    })
    servers.push(server)
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }
  const connect = async (answer: Answer, options: Partial<EtcdOptions> = {}) => {
    const registry = new EtcdRegistry({ endpoints: [await serve(answer)], ...options })
    registries.push(registry)
    return registry
  }

  for (const [what, answer] of Object.entries(NONSENSE)) {
    it(`takes ${what} for no answer`, async () => {
      const registry = await connect(answer)
      expect(await errorOf(() => registry.find('cart', cart.kid))).to.be.instanceOf(Error)
      expect(await errorOf(() => registry.publish(cart))).to.be.instanceOf(Error)
    })
  }

  it('follows no redirect, and sends no password elsewhere', async () => {
    for (const status of [301, 302, 303, 307, 308]) {
      let reached = 0
      const elsewhere = await serve((request, response) => {
        reached += 1
        say(found({ kvs: [] }))(request, response)
      })
      const redirect: Answer = ({ url }, response) => {
        response.writeHead(status, { location: `${elsewhere}${url}` })
        response.end()
      }
      for (const account of [{}, { username: 'cart', password: 'secret' }]) {
        const registry = await connect(redirect, account)
        expect(await errorOf(() => registry.find('cart', cart.kid))).to.be.instanceOf(Error)
      }
      const watching = await connect(redirect)
      watching.watch(() => undefined).catch(() => undefined)
      expect(await errorOf(() => watching.list())).to.be.instanceOf(Error)
      expect(reached).to.equal(0)
    }
  })

  it('takes no answer from elsewhere, where a fetch follows redirects all the same', async () => {
    const elsewhere = await serve(say(found({ kvs: [{ key: 'eA==', value: 'eA==' }] })))
    const redirect: Answer = ({ url }, response) => {
      response.writeHead(307, { location: `${elsewhere}${url}` })
      response.end()
    }
    const registry = await connect(redirect, {
      fetch: (url, request) => fetch(url, { ...request, redirect: 'follow' }),
    })
    const error = await errorOf(() => registry.find('cart', cart.kid))
    expect(error.message).to.equal('etcd: an answer from elsewhere')
  })

  it('reads no endless answer to its end', async () => {
    let sent = 0
    const flood: Answer = (_, response) => {
      const chunk = Buffer.alloc(65_536, 'x')
      const write = () => {
        while (!response.destroyed && response.write(chunk)) sent += chunk.length
        sent += chunk.length
      }
      response.on('drain', write)
      write()
    }
    const registry = await connect(flood)
    expect((await errorOf(() => registry.find('cart', cart.kid))).message).to.match(/more than \d+ bytes/)
    expect(sent).to.be.below(64_000_000)
  })

  it('waits no longer than its deadline for an answer that never ends, or never begins', async () => {
    const trickle: Answer = (_, response) => {
      const timer = setInterval(() => response.write(' '), 50)
      response.on('close', () => clearInterval(timer))
    }
    const registries = [await connect(trickle), await connect(() => undefined)]
    const start = performance.now()
    const attempts = registries.flatMap(registry => [
      () => registry.find('cart', cart.kid),
      () => registry.publish(cart),
      () => registry.list(),
      () => registry.revoke('cart', cart.kid),
    ])
    for (const error of await Promise.all(attempts.map(errorOf))) expect(error.message).to.match(/no answer within/)
    expect((performance.now() - start) / 1000).to.be.below(4 * REGISTRY_TIMEOUT_SECONDS)
  })

  it('lists page after page only as long as there is something new', async () => {
    let asked = 0
    const registry = await connect((request, response) => {
      asked += 1
      const kvs = [{ key: base64(`countersign/cart/${cart.kid}`), value: base64('x'), mod_revision: '1' }]
      say({ header: { revision: '1' }, kvs, more: true })(request, response)
    })
    expect(await registry.list()).to.have.length(1)
    expect(asked).to.be.below(5)
  })

  it('lists so many keys of one service, and then goes on with the next', async () => {
    const keys = Array.from({ length: 25_000 }, (_, at) => `countersign/cart/${String(at).padStart(6, '0')}`)
    keys.push(`countersign/shop/${cart.kid}`)
    let asked = 0
    const registry = await connect((request, response) => {
      asked += 1
      const { key, limit } = questions.get(request) as { key: string; limit: number }
      const from = keys.findIndex(each => each >= Buffer.from(key, 'base64').toString())
      const kvs = keys.slice(from, from + limit).map(each => ({ key: base64(each), mod_revision: '1' }))
      say({ header: { revision: '1' }, kvs, more: from + limit < keys.length })(request, response)
    })
    expect((await registry.list()).map(({ service }) => service)).to.deep.equal(['shop'])
    expect(asked).to.be.within(20_000 / 256, 22_000 / 256)
  })

  it('asks again while there is no leader, and not where it is refused', async () => {
    let asked = 0
    const noLeader = say({ error: 'etcdserver: no leader', code: 14 }, 503)
    const electing = await connect((request, response) => {
      asked += 1
      const answer = asked > 3 ? say(found({ kvs: [{ key: 'eA==', value: base64('x') }] })) : noLeader
      answer(request, response)
    })
    expect((await electing.find('cart', cart.kid))?.registration).to.equal('x')
    expect(asked).to.equal(4)
    let refused = 0
    const refusing = await connect((request, response) => {
      refused += 1
      say({ error: 'etcdserver: permission denied', code: 7 }, 403)(request, response)
    })
    expect(await errorOf(() => refusing.find('cart', cart.kid))).to.include({ code: 'PERMISSION_DENIED' })
    expect(refused).to.equal(1)
  })

  it('quotes what it says on one short line', async () => {
    const message = `etcdserver: \u001b[31m\n${'x'.repeat(5000)}`
    const registry = await connect(say({ error: message, message, code: 3 }, 400))
    const error = await errorOf(() => registry.find('cart', cart.kid))
    expect(error).to.include({ code: 'INVALID_ARGUMENT' })
    expect(error.message).to.match(/^etcd: etcdserver: [\x20-\x7e]+$/)
    expect(error.message.length).to.be.below(300)
  })

  it('sends no token that would be more than one', async () => {
    const registry = await connect(say({ header: {}, token: 'a\r\nx: y' }), { username: 'cart', password: 'secret' })
    expect((await errorOf(() => registry.find('cart', cart.kid))).message).to.equal('etcd: a log-in without a token')
  })

  it('goes on watching, less and less often, and hears what is true in the end', async () => {
    let streams = 0
    const nonsense = [
      '{"result":{"header":{"revision":"1"},"created":true}}\n{"result":{"events":[{"kv":7}]}}\n',
      '{"result":{"header":{"revision":"1"},"created":true}}\n{"result":{"events":{}}}\n',
      '{"result":{"header":{"revision":"1"},"created":true}}\nnothing\n',
      '{"result":{"header":{"revision":"1"},"canceled":true,"cancel_reason":"etcdserver: permission denied"}}\n',
      '{"error":{"grpc_code":14,"message":"no leader"}}\n',
      'x'.repeat(1000),
    ]
    const events = ['other/cart/x', 'countersign/cart/notes', 'countersign/CART/x', `countersign/cart/${cart.kid}`].map(
      key => ({ kv: { key: base64(key), mod_revision: '2' } }),
    )
    const registry = await connect((request, response) => {
      if (request.url !== '/v3/watch') return say({ header: { revision: '1' } })(request, response)
      const text = nonsense[streams]
      streams += 1
      response.writeHead(200)
      if (text !== undefined) response.end(text)
      else {
        response.write(`${JSON.stringify({ result: { header: { revision: '1' }, created: true } })}\n`)
        response.write(`${JSON.stringify({ result: { header: { revision: '2' }, events } })}\n`)
      }
    })
    const heard: string[] = []
    await registry.watch(({ service, kid }) => heard.push(`${service}/${kid}`))
    await eventually(() => heard.length > 0, 30)
    expect(heard).to.deep.equal([`cart/${cart.kid}`])
    expect(streams).to.equal(nonsense.length + 1)
  })
})
