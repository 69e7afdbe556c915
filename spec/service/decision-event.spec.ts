import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { expect } from 'chai'
import { countersign } from '../../lib/adapters/node.js'
import { DECISION_CHANNEL, type DecisionEvent, type Service } from '../../lib/index.js'
import { DecisionReports } from '../../lib/service/decision-reports.js'
import { logToStandardError } from '../../lib/service/standard-error-log.js'
import { DecisionBook } from '../http/decision-book.js'
import { Loopback } from '../http/loopback.js'
import { ServiceParty, shopPolicy } from '../http/service-party.js'
import { refusalOf } from '../jws/refusal.js'

const NOW = 1_800_000_000

describe('the decision over a call', () => {
  const party = new ServiceParty()
  const book = new DecisionBook()
  const published: unknown[] = []
  const presentations: string[] = []
  let shop: Service
  let mallory: Service
  let cart: Service

  const listener = (event: unknown) => published.push(event)

  before(async () => {
    const clock = () => NOW + 0.75
    shop = await party.start('shop', { clock })
    mallory = await party.start('mallory', { clock })
    const mode = { operations: { watched: 'observe' } } as const
    cart = await party.start('cart', { clock, log: book.log, policy: shopPolicy, mode, edges: ['shop'] })
  })
  after(() => party.stop())
  beforeEach(() => {
    book.events.length = 0
    published.length = 0
    presentations.length = 0
    subscribe(DECISION_CHANNEL, listener)
  })
  afterEach(() => {
    unsubscribe(DECISION_CHANNEL, listener)
    // Whatever was decided, in whatever way: no text of a token may stand in it, but for names.
    const told = [JSON.stringify(published), JSON.stringify(book.events)].join()
    for (const presentation of presentations) expect(overlapOf(presentation, told)).to.equal(undefined)
  })

  const send = async (by: Service, operation = 'read', change = (presentation: string) => presentation) => {
    const options = { audience: 'cart', operation, userClaims: { sub: 'alice', email: 'alice.b@shop.example' } }
    const presentation = change(await by.wrap({ ...options, claims: { basket: 'the-basket-of-alice-number-7' } }))
    presentations.push(presentation)
    return await refusalOf(() => cart.unwrap(presentation, { operation }))
  }
  /** The only decision that was made, which the log and the channel heard alike. */
  const take = (): DecisionEvent => {
    const event = book.events[0]
    expect(published).to.deep.equal([event])
    expect(published[0]).to.equal(event)
    expect(event).to.satisfy(Object.isFrozen)
    return event as DecisionEvent
  }

  it('is told where the call was accepted', async () => {
    expect(await send(shop)).to.equal('accepted')
    const { correlation, transaction, decision, microseconds, ...event } = take()
    expect(correlation).to.match(/^[0-9a-f-]{36}$/)
    expect(transaction).to.match(/^[\w-]{22}$/)
    expect(microseconds).to.be.within(1, 60_000_000)
    expect(decision).to.deep.include({ effect: 'accept', enforced: true, stack: 'shop' })
    expect(event).to.deep.equal({
      time: NOW,
      service: 'cart',
      operation: 'read',
      outcome: 'accepted',
      characters: presentations[0]?.length,
      hops: 1,
      caller: 'shop',
      kid: shop.kid,
      ageSeconds: 0,
      remainingSeconds: 300,
      chainAgeSeconds: 0,
      stack: ['shop'],
      initialToken: 'user',
      rules: ['1/1'],
    })
  })

  it('is told where the policy rejects and is only observed', async () => {
    const presentation = await mallory.wrap({ audience: 'cart', operation: 'watched', job: true })
    presentations.push(presentation)
    await cart.unwrap(presentation, { operation: 'watched' })
    const { outcome, decision, stack, ...event } = take()
    expect({ outcome, stack }).to.deep.equal({ outcome: 'observed', stack: ['mallory'] })
    expect(decision).to.include({ effect: 'reject', enforced: false })
    expect(event).not.to.have.any.keys('code', 'status', 'message', 'invariant', 'hop')
  })

  it('is told where the policy refuses: ERR_POLICY_REJECTED', async () => {
    const presentation = await mallory.wrap({ audience: 'cart', operation: 'read', job: true })
    presentations.push(presentation)
    expect(await refusalOf(() => cart.unwrap(presentation, { operation: 'read' }))).to.equal('ERR_POLICY_REJECTED')
    const { correlation: _, decision, message, transaction, microseconds: _m, ...event } = take()
    expect(transaction).to.match(/^[\w-]{22}$/)
    expect(decision).to.include({ effect: 'reject', enforced: true })
    expect(message).to.equal(`refused by policy: ${decision?.reason}`)
    expect(event).to.deep.equal({
      time: NOW,
      service: 'cart',
      operation: 'read',
      outcome: 'refused',
      status: 403,
      code: 'ERR_POLICY_REJECTED',
      invariant: 16,
      characters: presentation.length,
      hops: 1,
      caller: 'mallory',
      kid: mallory.kid,
      ageSeconds: 0,
      remainingSeconds: 300,
      chainAgeSeconds: 0,
      stack: ['mallory'],
      initialToken: 'none',
      rules: ['1/1'],
    })
  })

  it('is told where a hop does not hold, with the invariant and the hop', async () => {
    expect(await send(shop, 'read', text => text.replace(/\.\..{4}/, '..AAAA'))).to.equal('ERR_SIGNATURE_INVALID')
    const { correlation: _, microseconds: _m, ...event } = take()
    expect(event).to.deep.equal({
      time: NOW,
      service: 'cart',
      operation: 'read',
      outcome: 'refused',
      characters: presentations[0]?.length,
      hops: 1,
      status: 401,
      code: 'ERR_SIGNATURE_INVALID',
      invariant: 7,
      hop: 0,
      message: 'the signature of `shop` does not verify',
      claimed: {
        caller: 'shop',
        kid: shop.kid,
        audience: 'cart',
        operation: 'read',
        ageSeconds: 0,
        remainingSeconds: 300,
      },
    })
    expect(event.claimed).to.satisfy(Object.isFrozen)
  })

  it('costs nothing where a call is accepted and nobody listens', async () => {
    const presentation = await shop.wrap({ audience: 'cart', operation: 'read', job: true })
    const call = await cart.unwrap(presentation, { operation: 'read' })
    unsubscribe(DECISION_CHANNEL, listener)
    let reads = 0
    const hearing = {
      ...{ time: NOW, service: 'cart', operation: 'read', correlation: 'c-1', evidence: {} },
      get startedAt() {
        reads += 1
        return 0
      },
    }
    const reports = new DecisionReports(logToStandardError, undefined)
    reports.accepted(hearing, call)
    expect(reads).to.equal(0)
    subscribe(DECISION_CHANNEL, listener)
    reports.accepted(hearing, call)
    expect(reads).to.equal(1)
  })

  it('quotes no token, whatever is wrong with it', async () => {
    const changes: readonly ((presentation: string) => string)[] = [
      () => '',
      text => text.slice(0, -1),
      text => text.slice(23),
      text => `${text}~${text}`,
      text => `${text}\n`,
      text => text.replace(/^.{22}/, 'A'.repeat(22)),
      text => text.replace(/~.*?\.\./, `~${encode({ alg: 'none', secret: 'this-was-in-the-header' })}..`),
      text => text.replace(/~.*?\.\./, `~${encode('{"a":1,"a":2}')}..`),
      text => text.repeat(20),
      text => text.replaceAll('~', '~~'),
    ]
    for (const change of changes) expect(await send(shop, 'read', change)).to.match(/^ERR_/)
    expect(await send(mallory)).to.equal('ERR_EDGE_NOT_ALLOWED')
    expect(await send(shop)).to.equal('accepted')
    const [again = ''] = presentations.slice(-1)
    expect(await refusalOf(() => cart.unwrap(again, { operation: 'read' }))).to.equal('ERR_PRESENTATION_REPLAYED')
    expect(await refusalOf(() => shop.unwrap(again, { operation: 'read' }))).to.equal('ERR_AUDIENCE_MISMATCH')
    expect(JSON.stringify(book.events)).not.to.match(/alice|basket|this-was/)
  })

  it('says of an error that is none of ours no more than its name', async () => {
    const broken = await party.start('broken', { log: book.log })
    const read = () => {
      throw new RangeError('the token was abcdefghijklmnopqrstuvwxyz')
    }
    await broken.receive(read, { operation: 'read' }, 'c-1').catch(() => {})
    const { time: _, microseconds: _m, ...event } = take()
    expect(event).to.deep.equal({
      service: 'broken',
      operation: 'read',
      correlation: 'c-1',
      outcome: 'refused',
      status: 500,
      message: 'internal error: RangeError',
    })
  })

  it('says nothing of an error that is none of ours whose name is no name', async () => {
    const odd = await party.start('odd', { log: book.log })
    const thrown = [Object.assign(new Error('x'), { name: 'the token\nwas abc', code: 'the token' }), 'the token', null]
    for (const error of thrown) {
      const read = () => {
        throw error
      }
      await odd.receive(read, { operation: 'read' }, 'c-1').catch(() => {})
    }
    expect(book.events.map(({ message }) => message)).to.deep.equal(Array(3).fill('internal error: Error'))
  })

  it('stands in the log under the correlation id that the answer shows', async () => {
    const loopback = new Loopback()
    const url = await loopback.serve(countersign(cart, 'read', (_request, response) => response.end()))
    const { instance } = (await (await fetch(url)).json()) as { instance: string }
    expect(instance).to.equal(`urn:uuid:${take().correlation}`)
    await loopback.close()
  })

  it('is the same whatever the log does with it', async () => {
    const unhandled: unknown[] = []
    const onUnhandled = (reason: unknown) => unhandled.push(reason)
    process.on('unhandledRejection', onUnhandled)
    const logs = [
      () => {
        throw new Error('the log is full')
      },
      async () => {
        throw new Error('the log is full')
      },
      () => Promise.reject(undefined),
      (event: DecisionEvent) => Reflect.set(event, 'outcome', 'accepted'),
    ]
    for (const log of logs) {
      const quiet = await party.start('quiet', { log, policy: shopPolicy })
      const present = (by: Service) => by.wrap({ audience: 'quiet', operation: 'read', job: true })
      const [good, bad] = [
        await (await party.start('shop')).wrap({ audience: 'quiet', operation: 'read', job: true }),
        await present(await party.start('mallory')),
      ]
      expect(await refusalOf(() => quiet.unwrap(good, { operation: 'read' }))).to.equal('accepted')
      expect(await refusalOf(() => quiet.unwrap(bad, { operation: 'read' }))).to.equal('ERR_POLICY_REJECTED')
    }
    await new Promise(resolve => setTimeout(resolve, 5))
    process.off('unhandledRejection', onUnhandled)
    expect(unhandled).to.deep.equal([])
  })
})

/** The first 16 characters of a presentation that stand in a text too, names and digests apart. */
function overlapOf(presentation: string, text: string): string | undefined {
  for (let at = 0; at + 16 <= presentation.length; at++) {
    const piece = presentation.slice(at, at + 16)
    if (text.includes(piece)) return piece
  }
  return undefined
}

function encode(value: unknown): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
}
