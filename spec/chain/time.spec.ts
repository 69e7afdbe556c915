import { expect } from 'chai'
import { forgeChain } from '../forge/chain.js'
import { EPOCH, forgeHop } from '../forge/hop.js'
import { forgeSigner } from '../forge/key.js'
import { forgeRegistration } from '../forge/registration.js'
import { errorOf } from '../jws/refusal.js'
import { TestReceiver } from './receiver.js'

const shop = forgeSigner('shop')
const cart = forgeSigner('cart', 'EdDSA')

/** Presents the same text at several seconds, each to a receiver of its own. */
async function verdictsAt(presentation: string, seconds: readonly number[], limits = {}): Promise<string[]> {
  const receiver = await TestReceiver.start({
    signers: [shop, cart],
    limits,
    mode: 'observe',
    replay: { remember: () => 'new' },
  })
  const verdicts: string[] = []
  for (const second of seconds) {
    receiver.now = EPOCH + second
    verdicts.push(await receiver.verdict(presentation))
  }
  return verdicts
}

// docs/wire-format.md, invariant 10. spec/vectors has both sides of every inequality, each in a file.
describe('the time of a hop', () => {
  it('is a window with sharp ends: not before iat - 5, not from exp + 5', async () => {
    const { presentation } = forgeHop({ by: shop, to: 'receiver', expiresAt: EPOCH + 30 })
    expect(await verdictsAt(presentation, [-6, -5, 0, 30, 34, 35])).to.deep.equal([
      'ERR_HOP_NOT_YET_VALID',
      'accepted',
      'accepted',
      'accepted',
      'accepted',
      'ERR_HOP_EXPIRED',
    ])
  })

  it('makes a presentation stale 60 + 5 seconds after it was signed: ERR_PRESENTATION_STALE', async () => {
    const { presentation } = forgeChain([shop, cart], 'receiver')
    expect(await verdictsAt(presentation, [64, 65, 66, 300])).to.deep.equal([
      'accepted',
      'accepted',
      'ERR_PRESENTATION_STALE',
      'ERR_PRESENTATION_STALE',
    ])
  })

  it('does not make an inner hop stale: it lives as long as it says', async () => {
    const origin = forgeHop({ by: shop, to: 'cart', issuedAt: EPOCH - 200, expiresAt: EPOCH + 100 })
    const { presentation } = forgeHop({ by: cart, to: 'receiver', around: origin })
    expect(await verdictsAt(presentation, [0])).to.deep.equal(['accepted'])
  })

  it('may be longer on its way for an operation that waits in a queue', async () => {
    const presented = forgeHop({ by: shop, to: 'receiver' }).presentation
    const limits = { presentationSecondsFor: { call: 200, other: 10 } }
    expect(await verdictsAt(presented, [205, 206], limits)).to.deep.equal(['accepted', 'ERR_PRESENTATION_STALE'])
    const limitsOfOther = { presentationSecondsFor: { other: 200 } }
    expect(await verdictsAt(presented, [65, 66], limitsOfOther)).to.deep.equal(['accepted', 'ERR_PRESENTATION_STALE'])
  })

  it('keeps to the skew that the receiver chose', async () => {
    const { presentation } = forgeHop({ by: shop, to: 'receiver', expiresAt: EPOCH + 20 })
    expect(await verdictsAt(presentation, [-1, 0, 19, 20], { skewSeconds: 0 })).to.deep.equal([
      'ERR_HOP_NOT_YET_VALID',
      'accepted',
      'accepted',
      'ERR_HOP_EXPIRED',
    ])
    expect(await verdictsAt(presentation, [-60, -61], { skewSeconds: 60 })).to.deep.equal([
      'accepted',
      'ERR_HOP_NOT_YET_VALID',
    ])
  })

  it('may be up to 3600 seconds where the receiver allows it, and no more: ERR_HOP_LIFETIME', async () => {
    const limits = { hopLifetimeSeconds: 3600 }
    const registrations = [forgeRegistration(shop, { from: EPOCH, until: EPOCH + 86_400 })]
    const receiver = await TestReceiver.start({ registrations, limits })
    const long = (seconds: number) => forgeHop({ by: shop, to: 'receiver', expiresAt: EPOCH + seconds }).presentation
    expect(await receiver.verdict(long(3600))).to.equal('accepted')
    expect(await receiver.verdict(long(3601))).to.equal('ERR_HOP_LIFETIME')
  })

  it('is refused near the end of what numbers can tell: ERR_HOP_NOT_YET_VALID', async () => {
    const receiver = await TestReceiver.start({ signers: [shop] })
    const most = Number.MAX_SAFE_INTEGER
    const end = forgeHop({ by: shop, to: 'receiver', issuedAt: most - 1, expiresAt: most })
    expect(await receiver.verdict(end.presentation)).to.equal('ERR_HOP_NOT_YET_VALID')
    const past = forgeHop({ by: shop, to: 'receiver', issuedAt: 0, expiresAt: 1 })
    expect(await receiver.verdict(past.presentation)).to.equal('ERR_HOP_EXPIRED')
  })

  it('is compared with whole seconds of the clock, read once for a call', async () => {
    let reads = 0
    const receiver = await TestReceiver.start({
      signers: [shop, cart],
      clock: () => {
        reads += 1
        return EPOCH + 65.999
      },
      replay: { remember: () => 'new' },
    })
    reads = 0
    expect(await receiver.verdict(forgeChain([shop, cart], 'receiver').presentation)).to.equal('accepted')
    expect(reads).to.equal(1)
  })

  it('is never compared with a clock that tells no number: ERR_OPTION', async () => {
    let now = EPOCH
    const receiver = await TestReceiver.start({ signers: [shop], clock: () => now })
    const { presentation } = forgeHop({ by: shop, to: 'receiver' })
    for (now of [Number.NaN, Number.POSITIVE_INFINITY, undefined as never]) {
      const error = await errorOf(() => receiver.unwrap(presentation))
      expect(error).to.be.instanceOf(TypeError).and.include({ code: 'ERR_OPTION' })
    }
  })

  it('does not let a call be replayed when the clock is set back', async () => {
    const receiver = await TestReceiver.start({ signers: [shop] })
    const { presentation } = forgeHop({ by: shop, to: 'receiver' })
    expect(await receiver.verdict(presentation)).to.equal('accepted')
    receiver.now = EPOCH + 3000
    await receiver
      .unwrap(forgeHop({ by: shop, to: 'receiver', issuedAt: EPOCH + 1500 }).presentation)
      .catch(() => undefined)
    await receiver.register(forgeRegistration(shop, { from: EPOCH }))
    await receiver.unwrap(forgeHop({ by: shop, to: 'receiver', issuedAt: EPOCH + 3000 }).presentation)
    receiver.now = EPOCH
    expect(await receiver.verdict(presentation)).to.equal('ERR_REPLAY_STORE_YOUNG')
  })
})

describe('what is wrong with the time of a hop', () => {
  it('is said in seconds, for people', async () => {
    const receiver = await TestReceiver.start({ signers: [shop] })
    const said = async (issuedAt: number, expiresAt: number) => {
      const hop = forgeHop({ by: shop, to: 'receiver', issuedAt: EPOCH + issuedAt, expiresAt: EPOCH + expiresAt })
      return (await receiver.refusal(hop.presentation)).message
    }
    expect(await said(6, 100)).to.equal('the hop was signed 6 s in the future')
    expect(await said(-50, -7)).to.equal('the hop expired 7 s ago')
    expect(await said(-70, 100)).to.equal('the presentation is 70 s old, expected at most 60')
    expect(await said(0, 301)).to.equal('the hop lives 301 s, expected 1 to 300')
  })
})

describe('the time of a chain', () => {
  it('never exceeds that of a registration in its middle: ERR_HOP_OUTSIDE_REGISTRATION', async () => {
    const registrations = [
      forgeRegistration(shop, { from: EPOCH - 60, until: EPOCH + 40 }),
      forgeRegistration(cart, { from: EPOCH - 60 }),
    ]
    const receiver = await TestReceiver.start({ registrations })
    const chain = (end: number) => forgeChain([shop, cart], 'receiver', { expiresAt: EPOCH + end }).presentation
    expect(await receiver.verdict(chain(40))).to.equal('accepted')
    expect(await receiver.refusal(chain(41))).to.include({ code: 'ERR_HOP_OUTSIDE_REGISTRATION', hop: 1 })
    receiver.now = EPOCH + 45
    expect(await receiver.verdict(chain(40))).to.equal('ERR_HOP_EXPIRED')
  })

  it('never exceeds that of any hop in it: ERR_HOP_NESTING', async () => {
    const receiver = await TestReceiver.start({ signers: [shop, cart] })
    const ends = (...ends: number[]) =>
      forgeChain([shop, cart, shop], 'receiver', position => ({ expiresAt: EPOCH + (ends[position] ?? 0) }))
        .presentation
    expect(await receiver.verdict(ends(30, 20, 10))).to.equal('accepted')
    expect(await receiver.refusal(ends(30, 20, 21))).to.include({ code: 'ERR_HOP_NESTING', hop: 0 })
    expect(await receiver.refusal(ends(19, 20, 10))).to.include({ code: 'ERR_HOP_NESTING', hop: 1 })
  })
})
