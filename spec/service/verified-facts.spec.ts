import { expect } from 'chai'
import type { DecisionEvent } from '../../lib/index.js'
import { TestReceiver } from '../chain/receiver.js'
import { forgeChain } from '../forge/chain.js'
import { EPOCH, forgeHop } from '../forge/hop.js'
import { forgeUserClaims } from '../forge/initial-token.js'
import { forgeSigner } from '../forge/key.js'

const shop = forgeSigner('shop')
const cart = forgeSigner('cart', 'EdDSA')
const stranger = forgeSigner('stranger')
const FACTS = ['caller', 'kid', 'ageSeconds', 'remainingSeconds'] as const
const STACK_FACTS = ['chainAgeSeconds', 'transaction', 'stack'] as const
const POLICY_FACTS = ['initialToken', 'decision', 'rules'] as const

describe('what a decision event tells', () => {
  let receiver: TestReceiver
  const eventOf = async (presentation: unknown, expected = {}): Promise<DecisionEvent> => {
    receiver.events.length = 0
    await receiver.verdict(presentation, expected)
    const [event] = receiver.events
    if (event === undefined) throw new Error('expected an event')
    return event
  }

  beforeEach(async () => {
    receiver = await TestReceiver.start({ signers: [shop, cart], edges: ['shop'] })
  })

  it('of an accepted call: sizes, ages of the newest hop and of the chain, what it began with, the rules', async () => {
    const issuedAt = (position: number) => ({ issuedAt: position === 0 ? EPOCH - 40 : EPOCH, expiresAt: EPOCH + 100 })
    const chain = forgeChain([shop, cart], 'receiver', issuedAt, forgeUserClaims({ sub: 'jo' }))
    receiver.now = EPOCH + 3
    const event = await eventOf(chain.presentation)
    expect(event).to.deep.include({
      outcome: 'accepted',
      characters: chain.presentation.length,
      hops: 2,
      caller: 'cart',
      kid: cart.key.kid,
      ageSeconds: 3,
      remainingSeconds: 97,
      chainAgeSeconds: 43,
      stack: ['cart', 'shop'],
      initialToken: 'user',
      rules: ['1/1'],
    })
    expect(event).not.to.have.property('claimed')
  })

  it('of a caller whose clock is ahead: an age below zero', async () => {
    const { presentation } = forgeHop({ by: shop, to: 'receiver', issuedAt: EPOCH + 4 })
    expect(await eventOf(presentation)).to.deep.include({ outcome: 'accepted', ageSeconds: -4, initialToken: 'none' })
  })

  it('of what cannot be taken apart: how long it is, and nothing that it says', async () => {
    for (const text of ['x', 'x'.repeat(100_000), forgeHop({ by: shop, to: 'receiver' }).chain]) {
      const event = await eventOf(text)
      expect(event.characters).to.equal(text.length)
      expect(event).not.to.have.any.keys('hops', 'claimed', ...FACTS, ...STACK_FACTS, ...POLICY_FACTS)
    }
    for (const nothing of [undefined, null, 7, {}]) {
      expect(await eventOf(nothing)).not.to.have.any.keys('characters', 'hops', 'claimed', ...FACTS)
    }
  })

  it('of a name that is none: nothing', async () => {
    for (const iss of ['shop\ncountersign: cart accepted', '\u001b[31m', 'x'.repeat(129), 'Shop']) {
      const event = await eventOf(forgeHop({ by: shop, to: 'receiver', header: { iss } }).presentation)
      expect(event).to.include({ code: 'ERR_HEADER_INVALID' }).and.not.to.have.property('claimed')
      expect(JSON.stringify(event)).not.to.contain('accepted').and.not.to.contain('xxx')
    }
  })

  it('of a caller who is not verified: who he claims to be, under that word alone', async () => {
    const { kid, algorithm } = cart.key
    const forged = { key: forgeSigner('mallory', algorithm).key, header: { kid } }
    const presentations = {
      ERR_KEY_UNKNOWN: forgeHop({ by: stranger, to: 'receiver' }),
      ERR_SIGNATURE_INVALID: forgeHop({ by: cart, to: 'receiver', ...forged }),
      ERR_AUDIENCE_MISMATCH: forgeHop({ by: cart, to: 'another' }),
      ERR_HOP_EXPIRED: forgeHop({ by: cart, to: 'receiver', issuedAt: EPOCH - 20, expiresAt: EPOCH - 6 }),
    }
    for (const [code, { presentation }] of Object.entries(presentations)) {
      const event = await eventOf(presentation)
      expect(event).to.include({ code, hops: 1 })
      expect(event).not.to.have.any.keys(...FACTS, ...STACK_FACTS, ...POLICY_FACTS)
      expect(event.claimed?.caller).to.match(/^(cart|stranger)$/)
      expect(event.claimed).to.have.all.keys('caller', 'kid', 'audience', 'operation', 'ageSeconds', 'remainingSeconds')
    }
  })

  it('of a chain that does not hold behind a caller who is verified: the caller, and no stack', async () => {
    const faults = {
      ERR_SIGNATURE_INVALID: forgeChain([shop, cart], 'receiver', at => (at === 0 ? { signedPayload: 'x' } : {})),
      ERR_KEY_UNKNOWN: forgeChain([stranger, cart], 'receiver'),
      ERR_CUSTODY_BROKEN: forgeHop({ by: cart, to: 'receiver', around: forgeHop({ by: shop, to: 'somebody' }) }),
      ERR_HOP_NESTING: forgeChain([shop, cart], 'receiver', at =>
        at === 0 ? { expiresAt: EPOCH + 9 } : { expiresAt: EPOCH + 10 },
      ),
    }
    for (const [code, { presentation }] of Object.entries(faults)) {
      const event = await eventOf(presentation)
      expect(event).to.include({ code, caller: 'cart', kid: cart.key.kid, ageSeconds: 0, hops: 2 })
      expect(event).not.to.have.any.keys('claimed', ...STACK_FACTS, ...POLICY_FACTS)
    }
  })

  it('of a call that is refused when its chain holds: the stack, and what the policy was asked only if it was', async () => {
    const { presentation } = forgeChain([shop, cart], 'receiver')
    const other = await eventOf(presentation, { operation: 'another' })
    expect(other).to.deep.include({ code: 'ERR_OPERATION_MISMATCH', caller: 'cart', stack: ['cart', 'shop'] })
    expect(other).not.to.have.any.keys('claimed', ...POLICY_FACTS)
    expect((await eventOf(presentation)).outcome).to.equal('accepted')
    const again = await eventOf(presentation)
    expect(again).to.deep.include({ code: 'ERR_PRESENTATION_REPLAYED', caller: 'cart', initialToken: 'none' })
    expect(again).not.to.have.any.keys('claimed', 'decision', 'rules')
  })

  it('of rules: their names where they have some, and no more than can be read of a policy that is none of ours', async () => {
    const answers: readonly (readonly [lists: unknown, rules: readonly string[] | undefined])[] = [
      [
        [{ effect: 'accept', list: 1, name: 'callers', rule: { index: 2, name: 'from shop', line: 3 } }],
        ['callers/from shop'],
      ],
      [
        [
          { effect: 'accept', list: 1 },
          { effect: 'accept', list: 2, rule: { index: 1, line: 9 } },
        ],
        ['1/-', '2/1'],
      ],
      [
        [null, 7, { list: {}, rule: 'x' }],
        ['-/-', '-/-', '-/-'],
      ],
      ['everything', []],
      [undefined, []],
    ]
    for (const [lists, rules] of answers) {
      const policy = { evaluate: () => ({ effect: 'accept', enforced: true, reason: '', lists, stack: '' }) as never }
      receiver = await TestReceiver.start({ signers: [shop], policy })
      const event = await eventOf(forgeHop({ by: shop, to: 'receiver' }).presentation)
      expect(event.rules).to.deep.equal(rules)
    }
  })

  it('of an error: a message of bounded length', async () => {
    const evaluate = () =>
      ({ effect: 'reject', enforced: true, reason: 'x'.repeat(100_000), lists: [], stack: '' }) as const
    receiver = await TestReceiver.start({ signers: [shop], policy: { evaluate } })
    const { message } = await eventOf(forgeHop({ by: shop, to: 'receiver' }).presentation)
    expect(message).to.have.length(4097)
  })
})
