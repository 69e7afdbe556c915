import { channel } from 'node:diagnostics_channel'
import { expect } from 'chai'
import { DECISION_CHANNEL, DecisionCounters, type DecisionEvent, type Service } from '../../lib/index.js'
import { openPolicy, ServiceParty, shopPolicy } from '../http/service-party.js'
import { refusalOf } from '../jws/refusal.js'

const EVENT: DecisionEvent = {
  time: 1_800_000_000,
  service: 'cart',
  operation: 'read',
  correlation: 'c-1',
  outcome: 'refused',
  microseconds: 250,
  status: 403,
  code: 'ERR_POLICY_REJECTED',
  caller: 'shop',
}

describe('counters of decisions', () => {
  const party = new ServiceParty()
  let shop: Service
  let mallory: Service

  before(async () => {
    shop = await party.start('shop')
    mallory = await party.start('mallory')
  })
  after(() => party.stop())

  const call = async (by: Service, cart: Service, operation = 'read') => {
    const presentation = await by.wrap({ audience: 'cart', operation, job: true })
    await refusalOf(() => cart.unwrap(presentation, { operation: 'read' }))
  }

  it('count by service, operation, verified caller, outcome and code', async () => {
    const counters = new DecisionCounters().listen()
    const cart = await party.start('cart', { policy: shopPolicy })
    for (const by of [shop, shop, mallory]) await call(by, cart)
    await call(shop, cart, 'write')
    await refusalOf(() => cart.unwrap(undefined, { operation: 'read' }))
    counters.close()
    await call(shop, cart)
    const common = { service: 'cart', operation: 'read', compared: 0, differing: 0 }
    expect(counters.snapshot()).to.deep.equal([
      { ...common, caller: 'shop', outcome: 'accepted', code: '', count: 2 },
      { ...common, caller: 'mallory', outcome: 'refused', code: 'ERR_POLICY_REJECTED', count: 1 },
      { ...common, caller: 'shop', outcome: 'refused', code: 'ERR_OPERATION_MISMATCH', count: 1 },
      { ...common, caller: '(unverified)', outcome: 'refused', code: 'ERR_PRESENTATION_MISSING', count: 1 },
    ])
  })

  it('count nobody under a name that he only claims', async () => {
    const counters = new DecisionCounters().listen()
    const cart = await party.start('cart')
    for (let number = 0; number < 20; number += 1) {
      const stranger = await (await new ServiceParty().start(`stranger-${number}`)).wrap({
        audience: 'cart',
        operation: 'read',
        job: true,
      })
      expect(await refusalOf(() => cart.unwrap(stranger, { operation: 'read' }))).to.equal('ERR_KEY_UNKNOWN')
    }
    counters.close()
    expect(counters.snapshot().map(({ caller, code, count }) => ({ caller, code, count }))).to.deep.equal([
      { caller: '(unverified)', code: 'ERR_KEY_UNKNOWN', count: 20 },
    ])
  })

  it('count what a candidate policy says, and how often it is the opposite', async () => {
    const counters = new DecisionCounters().listen()
    const cart = await party.start('cart', { policy: openPolicy, candidatePolicy: shopPolicy })
    for (const by of [shop, shop, mallory]) await call(by, cart)
    counters.close()
    const counts = counters.snapshot().map(({ caller, compared, differing }) => ({ caller, compared, differing }))
    expect(counts).to.deep.equal([
      { caller: 'shop', compared: 2, differing: 0 },
      { caller: 'mallory', compared: 1, differing: 1 },
    ])
  })

  it('are a log, too, without listening', async () => {
    const counters = new DecisionCounters()
    const cart = await party.start('cart', { log: event => counters.count(event) })
    await call(shop, cart)
    expect(counters.snapshot().map(({ count }) => count)).to.deep.equal([1])
  })

  it('count each decision once, however often they were told to listen', async () => {
    const counters = new DecisionCounters().listen().listen()
    await call(shop, await party.start('cart'))
    counters.close()
    counters.close()
    expect(counters.snapshot().map(({ count }) => count)).to.deep.equal([1])
  })

  it('keep to a number of series: of more, callers and operations are counted together', () => {
    const counters = new DecisionCounters({ maxSeries: 3 })
    for (let number = 0; number < 1000; number += 1) {
      counters.count({ ...EVENT, caller: `caller-${number}`, operation: `operation-${number}` })
    }
    counters.count({ ...EVENT, caller: 'caller-1', operation: 'operation-1' })
    counters.count({ ...EVENT, code: 'ERR_OPERATION_MISMATCH' })
    const rows = counters.snapshot().map(({ caller, operation, code, count }) => [caller, operation, code, count])
    expect(rows).to.deep.equal([
      ['caller-0', 'operation-0', 'ERR_POLICY_REJECTED', 1],
      ['caller-1', 'operation-1', 'ERR_POLICY_REJECTED', 2],
      ['caller-2', 'operation-2', 'ERR_POLICY_REJECTED', 1],
      ['(other)', '(other)', 'ERR_POLICY_REJECTED', 997],
      ['(other)', '(other)', 'ERR_OPERATION_MISMATCH', 1],
    ])
  })

  it('keep apart what only looks alike', () => {
    const counters = new DecisionCounters()
    counters.count({ ...EVENT, caller: 'a', operation: 'b' })
    counters.count({ ...EVENT, caller: 'a","b', operation: 'b' })
    counters.count({ ...EVENT, caller: 'other' })
    expect(counters.snapshot()).to.have.length(3)
  })

  it('know an error that is none of ours', () => {
    const counters = new DecisionCounters()
    const { code: _, caller: _c, ...internal } = EVENT
    counters.count({ ...internal, status: 500 })
    expect(counters.snapshot()[0]).to.include({ code: '(internal)', caller: '(unverified)' })
  })

  it('are text for Prometheus, in which no label can end early', () => {
    const counters = new DecisionCounters()
    counters.count({ ...EVENT, candidate: { effect: 'accept', reason: '', lists: [], differs: true } })
    counters.count({ ...EVENT, outcome: 'accepted', code: 'x"} 1\n\\' })
    const labels = 'service="cart",operation="read",caller="shop"'
    const refused = `${labels},outcome="refused",code="ERR_POLICY_REJECTED"`
    const odd = `${labels},outcome="accepted",code="x\\"} 1\\n\\\\"`
    expect(counters.toPrometheus()).to.equal(
      [
        '# HELP countersign_decisions_total Decisions over incoming calls.',
        '# TYPE countersign_decisions_total counter',
        `countersign_decisions_total{${refused}} 1`,
        `countersign_decisions_total{${odd}} 1`,
        '# HELP countersign_candidate_compared_total Of these, judged by a candidate policy, too.',
        '# TYPE countersign_candidate_compared_total counter',
        `countersign_candidate_compared_total{${refused}} 1`,
        '# HELP countersign_candidate_differing_total Of these, judged the opposite way.',
        '# TYPE countersign_candidate_differing_total counter',
        `countersign_candidate_differing_total{${refused}} 1`,
        '',
      ].join('\n'),
    )
  })

  it('end no process over what else is published on the channel', () => {
    const counters = new DecisionCounters().listen()
    for (const message of [undefined, null]) channel(DECISION_CHANNEL).publish(message)
    counters.close()
    expect(counters.snapshot()).to.deep.equal([])
  })

  it('refuse options that they do not know: ERR_OPTION', async () => {
    for (const options of [null, [], { maxSeries: 0 }, { maxSeries: 1.5 }, { maxSeries: '9' }, { series: 1 }]) {
      expect(await refusalOf(() => new DecisionCounters(options as never))).to.equal('ERR_OPTION')
    }
  })
})
