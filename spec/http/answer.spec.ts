import { expect } from 'chai'
import { countersign } from '../../lib/adapters/node.js'
import { MemoryRegistry, type ReplayStore, type Service } from '../../lib/index.js'
import { DecisionBook } from './decision-book.js'
import { Loopback } from './loopback.js'
import { warningsOf } from './process-warnings.js'
import { exchange, RawClient, type RawResponse } from './raw-client.js'
import { ServiceParty, shopPolicy } from './service-party.js'

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/
const OPERATION = 'checkout'

/** The answer without what differs from one to the next. */
const strip = ({ head, body }: RawResponse) =>
  `${head.replace(/^Date: .*$/m, 'Date: -')}\n\n${body.replace(UUID, 'correlation')}`

describe('the answer to a refused request', () => {
  const party = new ServiceParty()
  const loopback = new Loopback()
  const book = new DecisionBook()
  let shop: Service
  let cart: Service
  let mallory: Service
  let url: string

  before(async () => {
    shop = await party.start('shop')
    mallory = await party.start('mallory')
    cart = await party.start('cart', { log: book.log, policy: shopPolicy, limits: { bodyBytes: 100 } })
    url = await loopback.serve(countersign(cart, OPERATION, (_request, response) => response.end('ok')))
  })
  after(() => Promise.all([party.stop(), loopback.close()]))
  beforeEach(() => {
    book.events.length = 0
  })

  const present = (by: Service, more: object = {}) =>
    by.wrap({
      audience: 'cart',
      operation: OPERATION,
      job: true,
      request: { method: 'POST', target: '/', body: 'x' },
      ...more,
    })
  const send = (fields: readonly string[], to = url) =>
    exchange(to, ['POST / HTTP/1.1', 'Host: x', 'Content-Length: 1', ...fields], 'x')
  const sendPresentation = (presentation: string, to = url) => send([`Countersign: ${presentation}`], to)

  it('is a problem that says no more than its status, under the correlation id of the log', async () => {
    const { head, body } = await send([])
    const { correlation, code } = book.take()
    expect(code).to.equal('ERR_PRESENTATION_MISSING')
    expect(correlation).to.match(UUID)
    const problem = `{"type":"about:blank","title":"Unauthorized","status":401,"instance":"urn:uuid:${correlation}"}`
    expect(body).to.equal(problem)
    const [status, ...fields] = head.split('\r\n').filter(line => !/^(Date|Connection|Keep-Alive): /.test(line))
    expect(status).to.equal('HTTP/1.1 401 Unauthorized')
    expect(fields).to.deep.equal([
      'content-type: application/problem+json',
      `content-length: ${problem.length}`,
      'cache-control: no-store',
      'www-authenticate: Countersign',
    ])
  })

  it('is the same, byte for byte, for every 401, save the correlation id', async () => {
    const accepted = await present(shop)
    expect((await sendPresentation(accepted)).status).to.equal(200)
    const good = await present(shop)
    const stranger = await new ServiceParty().start('shop', { registry: new MemoryRegistry() })
    const presentations: readonly (readonly [string, string])[] = [
      ['ERR_PRESENTATION_MISSING', ''],
      ['ERR_PRESENTATION_MALFORMED', 'x'],
      ['ERR_PRESENTATION_MALFORMED', `${good}, ${good}`],
      ['ERR_ENCODING_NOT_CANONICAL', good.replace(/^.{22}/, match => `${match.slice(0, 21)}B`)],
      ['ERR_JSON_NOT_STRICT', `${good.slice(0, 22)}~e30x..${'A'.repeat(86)}`],
      ['ERR_HEADER_INVALID', `${good.slice(0, 22)}~e30..${'A'.repeat(86)}`],
      ['ERR_KEY_UNKNOWN', await present(stranger)],
      ['ERR_SIGNATURE_INVALID', good.replace(/\.\..{4}/, '..AAAA')],
      ['ERR_AUDIENCE_MISMATCH', await present(shop, { audience: 'inventory' })],
      ['ERR_SEAL_BROKEN', `${accepted.slice(0, 22)}${good.slice(22)}`],
      ['ERR_PRESENTATION_REPLAYED', accepted],
      ['ERR_REQUEST_MISMATCH', await present(shop, { request: { method: 'POST', target: '/', body: 'y' } })],
      ['ERR_REQUEST_UNBOUND', await present(shop, { request: undefined })],
    ]
    book.events.length = 0
    const answers = new Set<string>()
    for (const [code, presentation] of presentations) {
      const response = await sendPresentation(presentation)
      expect(book.take().code).to.equal(code)
      answers.add(strip(response))
    }
    const user = await shop.wrap({
      audience: 'cart',
      operation: OPERATION,
      userClaims: { sub: 'alice' },
      request: { method: 'POST', target: '/', body: 'x' },
    })
    answers.add(strip(await sendPresentation(user)))
    expect(book.take().code).to.equal('ERR_EDGE_NOT_ALLOWED')
    expect([...answers]).to.have.length(1)
    await stranger.stop()
  })

  it('is the same for another operation and for a policy that refuses: 403', async () => {
    const answers = new Set([
      strip(await sendPresentation(await present(shop, { operation: 'read' }))),
      strip(await sendPresentation(await present(mallory))),
    ])
    expect(book.takeCodes()).to.deep.equal(['ERR_OPERATION_MISMATCH', 'ERR_POLICY_REJECTED'])
    expect([...answers]).to.have.length(1)
    expect([...answers][0])
      .to.match(/^HTTP\/1.1 403 Forbidden/)
      .and.not.to.match(/www-authenticate|mallory|shop|policy/)
  })

  it('is 400 to two field lines', async () => {
    const good = await present(shop)
    const response = await send([`Countersign: ${good}`, `Countersign: ${good}`])
    expect(response.status).to.equal(400)
    expect(book.take().code).to.equal('ERR_PRESENTATION_REPEATED')
  })

  it('is 413 to a body that is too large', async () => {
    const body = 'x'.repeat(101)
    const presentation = await present(shop, { request: { method: 'POST', target: '/', body } })
    const lines = ['POST / HTTP/1.1', 'Host: x', 'Content-Length: 101', `Countersign: ${presentation}`]
    expect((await exchange(url, lines, body)).status).to.equal(413)
    expect(book.take().code).to.equal('ERR_BODY_TOO_LARGE')
  })

  it('is 431 to a presentation that is too large or too deep', async () => {
    expect((await sendPresentation('x'.repeat(8001))).status).to.equal(431)
    expect((await sendPresentation('x'.repeat(8000))).status).to.equal(401)
    expect((await sendPresentation(`${'A'.repeat(22)}${'~e30..A'.repeat(18)}`)).status).to.equal(431)
    expect(book.takeCodes()).to.deep.equal([
      'ERR_PRESENTATION_TOO_LARGE',
      'ERR_PRESENTATION_MALFORMED',
      'ERR_CHAIN_TOO_DEEP',
    ])
  })

  it('is 503 with Retry-After where something cannot answer', async () => {
    const replay: ReplayStore = { remember: () => Promise.reject(new Error('the store is gone')) }
    const forgetful = await party.start('forgetful', { log: book.log, replay })
    const there = await loopback.serve(countersign(forgetful, OPERATION, (_request, response) => response.end()))
    const response = await sendPresentation(await present(shop, { audience: 'forgetful' }), there)
    expect(response.status).to.equal(503)
    expect(response.head).to.match(/^retry-after: 1$/m)
    expect(response.head + response.body).not.to.match(/replay|gone|ERR_/)
    expect(book.take().code).to.equal('ERR_REPLAY_STORE_UNAVAILABLE')
  })

  it('is 503 after the service was stopped', async () => {
    const stopped = await party.start('stopped', { log: book.log })
    const there = await loopback.serve(countersign(stopped, OPERATION, (_request, response) => response.end()))
    await stopped.stop()
    expect((await sendPresentation(await present(shop, { audience: 'stopped' }), there)).status).to.equal(503)
    expect(book.take().code).to.equal('ERR_SERVICE_STOPPED')
  })

  it('is 500, with a warning for the operator, where the service itself is set up wrongly', async () => {
    let time = 1_800_000_000
    const broken = await party.start('broken', { log: book.log, clock: () => time })
    const there = await loopback.serve(countersign(broken, OPERATION, (_request, response) => response.end()))
    time = Number.NaN
    const warnings = await warningsOf(async () => {
      expect((await sendPresentation('x', there)).status).to.equal(500)
    })
    expect(warnings.map(({ message }) => message).join()).to.contain('clock')
  })

  it('has no body where the method has none', async () => {
    const response = await exchange(url, ['HEAD / HTTP/1.1', 'Host: x', 'Connection: close']).catch(error =>
      String(error),
    )
    expect(response).to.match(/401 Unauthorized.*\\r\\n\\r\\n"$/)
  })

  describe('to a stranger who uploads', () => {
    it('comes before the body, of which nothing is kept', async () => {
      const client = await RawClient.connect(url)
      client.send('POST / HTTP/1.1\r\nHost: x\r\nCountersign: x\r\nContent-Length: 1000000000\r\n\r\n')
      expect((await client.response()).status).to.equal(401)
      client.socket.destroy()
    })

    it('ends the upload after some seconds, however slowly it trickles', async function () {
      this.timeout(8000)
      const client = await RawClient.connect(url)
      client.send('POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n')
      expect((await client.response()).status).to.equal(401)
      const trickle = setInterval(() => client.send('1\r\nx\r\n'), 100)
      expect(await client.isClosedWithin(1000)).to.equal(false)
      expect(await client.isClosedWithin(6000)).to.equal(true)
      clearInterval(trickle)
    })

    it('leaves a connection open whose upload has ended', async function () {
      this.timeout(8000)
      const client = await RawClient.connect(url)
      for (let time = 0; time < 2; time++) {
        client.send('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nab')
        expect((await client.response()).status).to.equal(401)
        client.send('cd')
      }
      expect(await client.isClosedWithin(200)).to.equal(false)
      client.socket.destroy()
    })
  })
})
