import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { createServer } from 'node:http'
import { expect } from 'chai'
import { countersign } from '../../lib/adapters/node.js'
import { CALL_CHANNEL, type CallEvent, type Service } from '../../lib/index.js'
import { Loopback } from '../http/loopback.js'
import { ServiceParty } from '../http/service-party.js'

const NOW = 1_800_000_000

describe('an outgoing call', () => {
  const party = new ServiceParty()
  const loopback = new Loopback()
  const events: CallEvent[] = []
  const listener = (event: unknown) => events.push(event as CallEvent)
  let shop: Service
  let cart: Service
  let stock: Service
  let url: string

  before(async () => {
    const clock = () => NOW + 0.5
    shop = await party.start('shop', { clock, destinations: { cart: 'http://127.0.0.1' } })
    cart = await party.start('cart', { clock })
    stock = await party.start('stock', { clock })
    url = await loopback.serve(countersign(stock, 'commit', (_request, response) => response.end('done')))
  })
  beforeEach(() => {
    events.length = 0
    subscribe(CALL_CHANNEL, listener)
  })
  afterEach(() => unsubscribe(CALL_CHANNEL, listener))
  after(async () => {
    await loopback.close()
    await party.stop()
  })

  const options = { audience: 'stock', operation: 'commit', job: true } as const

  it('is told of with its answer, whatever that is, and without its path', async () => {
    await cart.fetch(`${url}/secret-path?secret=query`, { ...options, method: 'post', body: 'x' })
    await cart.fetch(url, { ...options, operation: 'another' })
    const [{ microseconds, characters, transaction, ...accepted } = {} as CallEvent, refused] = events
    expect(accepted).to.deep.equal({
      time: NOW,
      service: 'cart',
      audience: 'stock',
      operation: 'commit',
      origin: url,
      method: 'POST',
      status: 200,
    })
    expect(microseconds).to.be.within(1, 60_000_000)
    expect(characters).to.be.within(300, 1000)
    expect(transaction).to.match(/^[\w-]{22}$/)
    expect(refused).to.include({ operation: 'another', method: 'GET', status: 403 })
    expect(events.every(Object.isFrozen)).to.equal(true)
    expect(JSON.stringify(events)).not.to.contain('secret')
  })

  it('is told of in the transaction of the call that it continues', async () => {
    const handled = countersign(cart, 'checkout', async (_request, response) => {
      await cart.fetch(url, { audience: 'stock', operation: 'commit' })
      response.end(cart.currentCall().transaction)
    })
    const outside = await loopback.serve(handled)
    const edge = await party.start('edge', { clock: () => NOW })
    const response = await edge.fetch(outside, { audience: 'cart', operation: 'checkout', job: true })
    const transaction = await response.text()
    expect(events.map(event => [event.service, event.transaction])).to.deep.equal([
      ['cart', transaction],
      ['edge', transaction],
    ])
    await edge.begin({ job: true }, async () => {
      await edge.fetch(url, { audience: 'stock', operation: 'commit' })
      await edge.fetch(url, { audience: 'stock', operation: 'commit' })
    })
    const [, , first, second] = events
    expect(first?.transaction).to.match(/^[\w-]{22}$/)
    expect(second?.transaction).to.equal(first?.transaction)
    const presentation = await edge.wrap({ audience: 'cart', operation: 'checkout', job: true })
    const parent = await cart.unwrap(presentation, { operation: 'checkout' })
    await cart.fetch(url, { audience: 'stock', operation: 'commit', parent })
    expect(events.at(-1)?.transaction).to.equal(parent.transaction)
  })

  it('is told of where it could not be made, with our code: ERR_CONTEXT_MISSING, ERR_DESTINATION_REFUSED', async () => {
    await cart.fetch(url, { audience: 'stock', operation: 'commit' }).catch(() => {})
    await shop.fetch(url, options).catch(() => {})
    expect(events.map(({ error }) => error)).to.deep.equal(['ERR_CONTEXT_MISSING', 'ERR_DESTINATION_REFUSED'])
    for (const event of events) expect(event).not.to.have.any.keys('status', 'characters', 'transaction', 'method')
  })

  it('is told of where nobody answers, with what the fetch calls that, and none of its words', async () => {
    const server = createServer()
    const gone = await loopback.listen(server)
    await new Promise(resolve => server.close(resolve))
    await cart.fetch(gone, options).catch(() => {})
    const odd = await party.start('odd', {
      fetch: () => Promise.reject(Object.assign(new Error('secret'), { code: 'the secret', name: 'a\nb' })),
    })
    await odd.fetch(url, options).catch(() => {})
    const thrower = await party.start('thrower', { fetch: () => Promise.reject('secret') })
    await thrower.fetch(url, options).catch(() => {})
    expect(events.map(({ error }) => error)).to.deep.equal(['ECONNREFUSED', 'Error', 'Error'])
    expect(events[0]?.characters).to.be.above(300)
    expect(JSON.stringify(events)).not.to.contain('secret')
  })

  it('is made just the same where nobody listens, and fails with the same error', async () => {
    unsubscribe(CALL_CHANNEL, listener)
    expect((await cart.fetch(url, options)).status).to.equal(200)
    const failure = new RangeError('mine')
    const failing = await party.start('failing', { fetch: () => Promise.reject(failure) })
    const caught: unknown[] = [await failing.fetch(url, options).catch(error => error)]
    subscribe(CALL_CHANNEL, listener)
    caught.push(await failing.fetch(url, options).catch(error => error))
    expect(caught).to.deep.equal([failure, failure])
    expect(events).to.have.length(1)
  })
})
