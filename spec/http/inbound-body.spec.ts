import type { IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'chai'
import { countersign } from '../../lib/adapters/node.js'
import { readRawBody } from '../../lib/http/inbound-body.js'
import { TimeLimit } from '../../lib/http/time-limit.js'
import { MemoryRegistry } from '../../lib/index.js'
import { refusalOf } from '../jws/refusal.js'
import { DecisionBook } from './decision-book.js'
import { Loopback } from './loopback.js'
import { RawClient } from './raw-client.js'
import { ServiceParty } from './service-party.js'

/** A registry that takes its time to find a key. */
class SlowRegistry extends MemoryRegistry {
  override async find(service: string, kid: string) {
    await sleep(80)
    return await super.find(service, kid)
  }
}

describe('the body of a request', () => {
  const loopback = new Loopback()
  after(() => loopback.close())

  it('is given up where it does not come in time: ERR_BODY_INCOMPLETE', async () => {
    const codes: string[] = []
    const url = await loopback.serve(async (request, response) => {
      codes.push(await refusalOf(() => readRawBody(request, 100, new TimeLimit(0.05))))
      response.end()
    })
    const client = await RawClient.connect(url)
    client.send('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nab')
    await client.response()
    client.socket.destroy()
    expect(codes).to.deep.equal(['ERR_BODY_INCOMPLETE'])
  })

  it('is read once, and then kept', async () => {
    const bodies: Uint8Array[] = []
    const url = await loopback.serve(async (request, response) => {
      bodies.push(await readRawBody(request, 100), await readRawBody(request, 100))
      response.end()
    })
    await fetch(url, { method: 'POST', body: 'once' })
    expect(bodies.map(String)).to.deep.equal(['once', 'once'])
    expect(bodies[0]).to.equal(bodies[1])
  })

  it('is bounded where nothing announces its length, in one packet or in many: ERR_BODY_TOO_LARGE', async () => {
    const codes: string[] = []
    const url = await loopback.serve(async (request, response) => {
      codes.push(await refusalOf(() => readRawBody(request, 3)))
      response.end()
    })
    const head = 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n'
    for (const packets of [[`${head}4\r\nfour\r\n0\r\n\r\n`], [head, '4\r\nfour\r\n', '0\r\n\r\n']]) {
      const client = await RawClient.connect(url)
      for (const packet of packets) {
        client.send(packet)
        await sleep(20)
      }
      await client.response()
      client.socket.destroy()
    }
    expect(codes).to.deep.equal(['ERR_BODY_TOO_LARGE', 'ERR_BODY_TOO_LARGE'])
  })

  it('that somebody has made into a text is refused, not guessed: ERR_BODY_CONSUMED', async () => {
    const codes: string[] = []
    const url = await loopback.serve(async (request, response) => {
      request.setEncoding('utf8')
      codes.push(await refusalOf(() => readRawBody(request, 100)))
      response.end()
    })
    await fetch(url, { method: 'POST', body: 'text' })
    expect(codes).to.deep.equal(['ERR_BODY_CONSUMED'])
  })

  it('is all of it where somebody listens before us, in however many packets it comes', async () => {
    const bodies: string[] = []
    for (const prepare of [
      (request: IncomingMessage) => void request.on('data', () => {}),
      (request: IncomingMessage) => void request.resume(),
    ]) {
      const url = await loopback.serve(async (request, response) => {
        await sleep(15)
        prepare(request)
        await undefined
        bodies.push(String(await readRawBody(request, 100)))
        response.end()
      })
      const client = await RawClient.connect(url)
      for (const packet of ['POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\npay=5', '000']) {
        client.send(packet)
        await sleep(5)
      }
      await client.response()
      client.socket.destroy()
    }
    expect(bodies).to.deep.equal(['pay=5000', 'pay=5000'])
  })

  it('has been read to its end when the handler runs: a parser behind finds nothing, and does not wait', async () => {
    const ended: boolean[] = []
    const url = await loopback.serve(async (request, response) => {
      await readRawBody(request, 100)
      ended.push(request.readableEnded)
      response.end()
    })
    const client = await RawClient.connect(url)
    client.send('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nwhole')
    await client.response()
    client.socket.destroy()
    expect(ended).to.deep.equal([true])
  })

  it('is read anew for each request of one connection, whole or in parts', async () => {
    const bodies: string[] = []
    const url = await loopback.serve(async (request, response) => {
      bodies.push(String(await readRawBody(request, 100)))
      response.end('read')
    })
    const client = await RawClient.connect(url)
    const post = (length: number) => `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\n`
    for (const packets of [
      [`${post(5)}whole`],
      [post(0)],
      [`${post(6)}in`, ' tw', 'o'],
      [post(4), 'then'],
      [`${post(3)}end`],
    ]) {
      for (const packet of packets) {
        client.send(packet)
        await sleep(10)
      }
      await client.response()
    }
    client.socket.destroy()
    expect(bodies).to.deep.equal(['whole', '', 'in two', 'then', 'end'])
  })

  it('of a client who left while his key was looked up is not waited for: ERR_BODY_INCOMPLETE', async () => {
    const party = new ServiceParty()
    const book = new DecisionBook()
    const registry = new SlowRegistry()
    const shop = await party.start('shop', { registry })
    const cart = await party.start('cart', { registry, log: book.log })
    const url = await loopback.serve(countersign(cart, 'put', () => expect.fail('the handler ran')))
    const request = { method: 'POST', target: '/', body: 'whole' }
    const presentation = await shop.wrap({ audience: 'cart', operation: 'put', job: true, request })
    const client = await RawClient.connect(url)
    client.send(`POST / HTTP/1.1\r\nHost: x\r\nCountersign: ${presentation}\r\nContent-Length: 5\r\n\r\nwh`)
    await sleep(20)
    client.socket.destroy()
    await sleep(150)
    expect(book.take().code).to.equal('ERR_BODY_INCOMPLETE')
    await party.stop()
  })
})
