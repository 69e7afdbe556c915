import { expect } from 'chai'
import type { Outcome } from './crowd.js'
import type { Failure, Sight } from './message.js'
import { Tally } from './tally.js'

const DOWN = { name: 'cart', from: 1000, until: 2000 } as const
const YOUNG = {
  service: 'suppliers',
  at: 0,
  correlation: 'c1',
  code: 'ERR_REPLAY_STORE_YOUNG',
  message: 'young',
} as const
const REFUSED = { service: 'cart', at: 0, correlation: 'c2', code: 'ERR_HOP_EXPIRED', message: 'expired' } as const

/** What request 0 gets if all is well. */
const sights = (transaction = 't0'): readonly Sight[] => {
  const own = { user: 'user-0', transaction, item: 'item-3', body: 'item-3' }
  const stack = ['inventory:resupply', 'cart:commit', 'shop:checkout']
  return [
    { service: 'cart', stack: stack.slice(2), ...own },
    { service: 'inventory', stack: stack.slice(1), ...own },
    { service: 'suppliers', stack, ...own },
  ].map(
    ({ service, user, transaction, stack, item, body }) => ({ service, user, transaction, stack, item, body }) as Sight,
  )
}
const outcome = (answer: Outcome['answer'], number = 0): Outcome => ({ number, from: 1500, until: 1600, answer })
const failed = (failure: Failure, from = 1500) => ({ ...outcome({ failure }), from, until: from + 100 })

describe('the tally of a load', () => {
  let tally: Tally

  beforeEach(() => {
    tally = new Tally()
  })

  it('counts an answer that is as expected', () => {
    tally.add(outcome({ sights: sights() }))
    expect(tally.figures([], [])).to.include({ asked: 1, answered: 1 })
  })

  it('takes any member of another request, and a transaction that comes twice, for a bleed', () => {
    const [cart, inventory, suppliers] = sights()
    if (!cart || !inventory || !suppliers) throw new Error('no sights')
    const wrong: readonly (readonly Sight[])[] = [
      [],
      [cart, inventory],
      [cart, inventory, { ...suppliers, user: 'user-1' }],
      [cart, { ...inventory, transaction: 't1' }, suppliers],
      [{ ...cart, item: 'item-10' }, inventory, suppliers],
      [cart, inventory, { ...suppliers, body: 'item-10' }],
      [cart, inventory, { ...suppliers, stack: ['cart:commit', 'shop:checkout'] }],
    ]
    for (const each of wrong) tally.add(outcome({ sights: each }))
    tally.add(outcome({ sights: sights('t9') }))
    tally.add(outcome({ sights: sights('t9') }))
    const { bleeds, answered } = tally.figures([], [])
    expect([bleeds.length, answered]).to.deep.equal([wrong.length + 1, 1])
  })

  it('counts apart a refusal by a young store, and a connection that was cut while its service was down', () => {
    tally.add(failed({ at: 'suppliers', status: 503, correlation: 'c1' }))
    tally.add(failed({ at: 'cart', code: 'ECONNRESET' }))
    expect(tally.figures([YOUNG], [DOWN]))
      .to.include({ young: 1, down: 1 })
      .and.deep.include({ failures: [] })
  })

  it('takes everything else for a failure, with its code and log line', () => {
    tally.add(failed({ at: 'cart', status: 401, correlation: 'c2' }))
    tally.add(failed({ at: 'cart', code: 'ECONNRESET' }, 9000))
    tally.add(failed({ at: 'inventory', code: 'ECONNRESET' }))
    tally.add(failed({ at: 'cart', code: 'ERR_LIFETIME_EXHAUSTED' }))
    tally.add(outcome('ETIMEDOUT'))
    const { failures } = tally.figures([REFUSED], [DOWN])
    expect(failures).to.deep.equal([
      'request 0: cart 401: ERR_HOP_EXPIRED: expired',
      'request 0: cart ECONNRESET: nothing logged',
      'request 0: inventory ECONNRESET: nothing logged',
      'request 0: cart ERR_LIFETIME_EXHAUSTED: nothing logged',
      'request 0: shop ETIMEDOUT: nothing logged',
      'log of cart: ERR_HOP_EXPIRED: expired',
    ])
  })

  it('takes a body that broke off for a failure, unless its sender was down', () => {
    const broken = { ...REFUSED, service: 'inventory', code: 'ERR_BODY_INCOMPLETE' } as const
    expect(tally.figures([{ ...broken, at: 1500 }], [DOWN]).failures).to.deep.equal([])
    expect(tally.figures([{ ...broken, at: 9000 }], [DOWN]).failures).to.have.length(1)
  })
})
