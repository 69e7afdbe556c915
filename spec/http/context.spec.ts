import { AsyncResource } from 'node:async_hooks'
import { Agent, request as httpRequest } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'chai'
import express from 'express'
import { countersign } from '../../lib/adapters/express.js'
import { countersign as countersignNode } from '../../lib/adapters/node.js'
import type { Service } from '../../lib/index.js'
import { refusalOf } from '../jws/refusal.js'
import { DecisionBook } from './decision-book.js'
import { Loopback } from './loopback.js'
import { RecordingServer } from './recording-server.js'
import { ServiceParty } from './service-party.js'

describe('the context of a call', () => {
  const party = new ServiceParty()
  const loopback = new Loopback()
  let shop: Service
  let cart: Service
  let inventory: Service
  let inventoryUrl: string
  const book = new DecisionBook()

  before(async () => {
    shop = await party.start('shop')
    cart = await party.start('cart')
    inventory = await party.start('inventory', { log: book.log })
    inventoryUrl = await loopback.serve(
      countersignNode(inventory, 'commit', (_request, response, { call }) => response.end(call.transaction)),
    )
  })
  after(() => Promise.all([party.stop(), loopback.close()]))
  beforeEach(() => {
    book.events.length = 0
  })

  const commit = async (service: Service, more: object = {}) => {
    const response = await service.fetch(inventoryUrl, { audience: 'inventory', operation: 'commit', ...more })
    return await response.text()
  }
  const serve = (handler: () => unknown) =>
    loopback.serve(
      countersignNode(cart, 'run', async (_request, response) =>
        response.end(JSON.stringify((await handler()) ?? null)),
      ),
    )
  const run = async (handler: () => unknown): Promise<unknown> => {
    const response = await shop.fetch(await serve(handler), { audience: 'cart', operation: 'run', job: true })
    expect(response.status).to.equal(200)
    return await response.json()
  }

  it('is there across awaits, timers, streams, events and callbacks', async () => {
    const seen = await run(async () => {
      const { transaction } = cart.currentCall()
      const transactions = new Set<string>()
      const look = () => transactions.add(cart.currentCall().transaction)
      await sleep(2)
      look()
      await new Promise(resolve => setTimeout(() => resolve(look()), 1))
      await new Promise(resolve => setImmediate(() => resolve(look())))
      await new Promise(resolve => process.nextTick(() => resolve(look())))
      await pipeline(
        async function* () {
          await sleep(1)
          look()
          yield 'x'
        },
        async source => {
          for await (const _ of source) look()
        },
      )
      await Promise.all([sleep(1).then(look), (async () => look())()])
      return [transactions.size, transactions.has(transaction)]
    })
    expect(seen).to.deep.equal([1, true])
  })

  it('is there after the response, for what the handler left behind', async () => {
    let later: Promise<string> = Promise.resolve('')
    const transaction = await run(() => {
      later = new Promise((resolve, reject) => {
        setImmediate(() => setTimeout(() => commit(cart).then(resolve, reject), 20))
      })
      return cart.currentCall().transaction
    })
    expect(await later).to.equal(transaction)
    expect(book.take().stack).to.deep.equal(['cart', 'shop'])
  })

  it("is no other call's on a listener of the response: its own where it was bound, else its own or none", async () => {
    const seen: string[] = []
    const url = await loopback.serve(
      countersignNode(cart, 'run', (_request, response, { call }) => {
        const look = (listener: string) => async () => {
          const code = await refusalOf(() => expect(cart.currentCall()).to.equal(call))
          seen.push(`${listener} ${code}`)
        }
        response.on('close', look('free')).on('close', AsyncResource.bind(look('bound')))
        setTimeout(() => response.end(), 2)
      }),
    )
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const send = async () => (await shop.fetch(url, { audience: 'cart', operation: 'run', job: true, agent })).text()
    await Promise.all([send(), send(), send()])
    agent.destroy()
    await sleep(5)
    expect(seen).to.have.length(6)
    expect(seen.filter(outcome => outcome === 'bound accepted')).to.have.length(3)
    expect(seen.filter(outcome => !/ERR_CONTEXT_MISSING|accepted/.test(outcome))).to.deep.equal([])
  })

  it('is its own for each of 200 requests that interleave on few sockets', async () => {
    const app = express()
    app.post('/', countersign(cart, 'run'), async (request, response) => {
      const before = cart.currentCall()
      await sleep(Math.random() * 10)
      const further = await commit(cart)
      await sleep(Math.random() * 5)
      const same = cart.currentCall() === before
      const { number } = request.body as { number: number }
      response.json([number, before.transaction, further, same, before.callStack[0]?.claims.number])
    })
    app.get('/open', async (_request, response) => {
      response.json(await refusalOf(() => cart.currentCall()))
    })
    const url = await loopback.serve(app)
    const agent = new Agent({ keepAlive: true, maxSockets: 4 })
    const many = await party.start('many')
    const transactions = new Set<string>()
    const one = async (number: number) => {
      const response = await many.fetch(url, {
        audience: 'cart',
        operation: 'run',
        job: true,
        method: 'POST',
        body: JSON.stringify({ number }),
        headers: { 'content-type': 'application/json' },
        claims: { number },
        agent,
      })
      const [seen, transaction, further, same, claimed] = (await response.json()) as unknown[]
      expect([seen, further, same, claimed]).to.deep.equal([number, transaction, true, number])
      transactions.add(String(transaction))
      if (number % 10 === 0) expect(await plainGet(`${url}/open`, agent)).to.equal('"ERR_CONTEXT_MISSING"')
    }
    await Promise.all(Array.from({ length: 200 }, (_, number) => one(number)))
    agent.destroy()
    expect(transactions.size).to.equal(200)
  })

  it('does not stay on the socket for the next request', async () => {
    const protect = countersignNode(cart, 'run', (_request, response) => response.end('ok'))
    const url = await loopback.serve(async (request, response) => {
      if (request.url === '/open') response.end(await refusalOf(() => cart.currentCall()))
      else await protect(request, response)
    })
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    for (let time = 0; time < 3; time++) {
      await (await shop.fetch(url, { audience: 'cart', operation: 'run', job: true, agent })).text()
      expect(await plainGet(`${url}/open`, agent)).to.equal('ERR_CONTEXT_MISSING')
    }
    agent.destroy()
  })

  it('is missing outside a call: ERR_CONTEXT_MISSING, and nothing is sent', async () => {
    const recorder = new RecordingServer()
    const url = await loopback.listen(recorder.server)
    expect(await refusalOf(() => shop.currentCall())).to.equal('ERR_CONTEXT_MISSING')
    expect(await refusalOf(() => shop.fetch(url, { audience: 'cart', operation: 'run' }))).to.equal(
      'ERR_CONTEXT_MISSING',
    )
    expect(recorder.requests).to.deep.equal([])
  })

  it('is that of one service, not of another in the same process', async () => {
    const codes = await run(() =>
      Promise.all([
        refusalOf(() => shop.currentCall()),
        refusalOf(() => commit(shop)),
        refusalOf(() => inventory.currentCall()),
        refusalOf(() => shop.wrap({ audience: 'cart', operation: 'run', parent: cart.currentCall() })),
        refusalOf(async () => shop.runInCall(cart.currentCall(), () => {})),
      ]),
    )
    expect(codes).to.deep.equal([
      'ERR_CONTEXT_MISSING',
      'ERR_CONTEXT_MISSING',
      'ERR_CONTEXT_MISSING',
      'ERR_PARENT_FOREIGN',
      'ERR_PARENT_FOREIGN',
    ])
  })

  it('is continued by fetch, and another source is taken where one is named', async () => {
    const [own, continued, begun] = (await run(async () => {
      const { transaction } = cart.currentCall()
      return [transaction, await commit(cart), await commit(cart, { job: true })]
    })) as string[]
    expect(continued).to.equal(own)
    expect(begun).not.to.equal(own)
    expect(book.events.map(({ stack }) => stack)).to.deep.equal([['cart', 'shop'], ['cart']])
  })

  describe('that begin makes', () => {
    it('gives all the calls in it one transaction, and another the next time', async () => {
      const fanOut = () =>
        shop.begin({ job: true }, () => Promise.all([commit(shop), commit(shop), sleep(2).then(() => commit(shop))]))
      const first = await fanOut()
      expect(new Set(first).size).to.equal(1)
      expect(new Set([...first, ...(await fanOut())]).size).to.equal(2)
    })

    it('has no current call: ERR_CONTEXT_MISSING', async () => {
      expect(await shop.begin({ job: true }, () => refusalOf(() => shop.currentCall()))).to.equal('ERR_CONTEXT_MISSING')
    })

    it('ends with it', async () => {
      await shop.begin({ job: true }, () => commit(shop))
      expect(await refusalOf(() => commit(shop))).to.equal('ERR_CONTEXT_MISSING')
    })

    it('takes the place of the call inside a handler, which is there again afterwards', async () => {
      const seen = (await run(async () => {
        const { transaction } = cart.currentCall()
        const inside = await cart.begin({ job: true }, async () => [
          await refusalOf(() => cart.currentCall()),
          await commit(cart),
        ])
        return [transaction, cart.currentCall().transaction, await commit(cart), ...inside]
      })) as string[]
      const [own, after, continued, code, begun] = seen
      expect([after, continued, code]).to.deep.equal([own, own, 'ERR_CONTEXT_MISSING'])
      expect(begun).not.to.equal(own)
    })

    it('nests', async () => {
      const transactions = await shop.begin({ job: true }, async () => {
        const outer = await commit(shop)
        const inner = await shop.begin({ job: true }, () => commit(shop))
        return [outer, inner, await commit(shop)]
      })
      expect(transactions[0]).to.equal(transactions[2])
      expect(transactions[0]).not.to.equal(transactions[1])
    })

    it('gives back what the function returns or throws', async () => {
      expect(await shop.begin({ job: true }, () => 7)).to.equal(7)
      expect(await shop.begin({ job: true }, async () => 'x')).to.equal('x')
      const failure = new Error('mine')
      const thrown = await shop
        .begin({ job: true }, () => {
          throw failure
        })
        .catch((error: unknown) => error)
      expect(thrown).to.equal(failure)
      expect(await refusalOf(() => shop.currentCall())).to.equal('ERR_CONTEXT_MISSING')
    })
  })
})

/** A request without a presentation, through an agent. */
async function plainGet(url: string, agent: Agent): Promise<string> {
  return await new Promise((resolve, reject) => {
    httpRequest(url, { agent }, async response => {
      let text = ''
      for await (const chunk of response) text += chunk
      resolve(text)
    })
      .on('error', reject)
      .end()
  })
}
