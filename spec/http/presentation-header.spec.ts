import { expect } from 'chai'
import { countersign } from '../../lib/adapters/node.js'
import type { Service } from '../../lib/index.js'
import { DecisionBook } from './decision-book.js'
import { Loopback } from './loopback.js'
import { exchange } from './raw-client.js'
import { ServiceParty } from './service-party.js'

describe('the Countersign header', () => {
  const party = new ServiceParty()
  const loopback = new Loopback()
  const book = new DecisionBook()
  let shop: Service
  let url: string

  before(async () => {
    shop = await party.start('shop')
    const cart = await party.start('cart', { log: book.log })
    url = await loopback.serve(countersign(cart, 'read', (_request, response) => response.end('ok')))
  })
  after(() => Promise.all([party.stop(), loopback.close()]))
  beforeEach(() => {
    book.events.length = 0
  })

  const present = () =>
    shop.wrap({ audience: 'cart', operation: 'read', job: true, request: { method: 'GET', target: '/' } })
  const send = (...fields: string[]) => exchange(url, ['GET / HTTP/1.1', 'Host: x', ...fields])

  for (const name of ['Countersign', 'countersign', 'COUNTERSIGN', 'cOUNTERsIGN']) {
    it(`is found as ${name}, with white space around its value`, async () => {
      expect((await send(`${name}:${await present()}`)).status).to.equal(200)
      expect((await send(`${name}: \t ${await present()} \t`)).status).to.equal(200)
    })
  }

  it('must be there: ERR_PRESENTATION_MISSING', async () => {
    const presentation = await present()
    const others = [
      [],
      ['Countersign:'],
      ['Countersign: '],
      [`Authorization: Countersign ${presentation}`],
      [`X-Countersign: ${presentation}`],
      [`Counter-sign: ${presentation}`],
      [`Cookie: countersign=${presentation}`],
    ]
    for (const fields of others) {
      expect((await send(...fields)).status).to.equal(401)
      expect(book.take().code).to.equal('ERR_PRESENTATION_MISSING')
    }
  })

  it('is one field line: two of any case, alike or not, are refused with ERR_PRESENTATION_REPEATED', async () => {
    const presentation = await present()
    const pairs = [
      [`Countersign: ${presentation}`, `Countersign: ${presentation}`],
      [`Countersign: ${presentation}`, 'countersign: x'],
      ['COUNTERSIGN:', `Countersign: ${presentation}`],
      [`Countersign: ${presentation}`, 'X-Between: y', 'Countersign:'],
    ]
    for (const fields of pairs) {
      expect((await send(...fields)).status).to.equal(400)
      expect(book.take().code).to.equal('ERR_PRESENTATION_REPEATED')
    }
    expect((await send(`Countersign: ${presentation}`)).status).to.equal(200)
  })

  it('holds one presentation: what a proxy joined is refused with ERR_PRESENTATION_MALFORMED', async () => {
    const presentation = await present()
    for (const value of [
      `${presentation}, ${presentation}`,
      `${presentation},`,
      `x;${presentation}`,
      `"${presentation}"`,
    ]) {
      expect((await send(`Countersign: ${value}`)).status).to.equal(401)
      expect(book.take().code).to.equal('ERR_PRESENTATION_MALFORMED')
    }
  })

  it('is not read from the trailers', async () => {
    const presentation = await present()
    const response = await exchange(
      url,
      ['GET / HTTP/1.1', 'Host: x', 'Transfer-Encoding: chunked', 'Trailer: Countersign'],
      `0\r\nCountersign: ${presentation}\r\n\r\n`,
    )
    expect(response.status).to.equal(401)
    expect(book.take().code).to.equal('ERR_PRESENTATION_MISSING')
  })

  it('is not a folded line', async () => {
    const presentation = await present()
    const half = presentation.length / 2
    const { status } = await send(`Countersign: ${presentation.slice(0, half)}\r\n ${presentation.slice(half)}`)
    expect(status).to.be.oneOf([400, 401])
    expect(book.takeCodes()).not.to.include('accepted')
  })

  it('does not reach us with control characters, and not beyond ASCII', async () => {
    const presentation = await present()
    for (const value of [`${presentation}\0`, `${presentation}\x7f`, `${presentation}ä`, `${presentation}\n`]) {
      const { status } = await send(`Countersign: ${value}`, 'X: y')
      if (value.endsWith('\n')) expect(status).to.be.oneOf([200, 400])
      else expect(status).to.be.oneOf([400, 401])
    }
  })

  it('is refused by node itself where all headers together are over its 16 KB', async () => {
    expect((await send(`Countersign: ${'x'.repeat(17_000)}`)).status).to.equal(431)
    expect(book.events).to.deep.equal([])
  })
})
