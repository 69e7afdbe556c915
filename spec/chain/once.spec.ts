import { expect } from 'chai'
import {
  KeyUnknown,
  MemoryReplayStore,
  type ReplayEntry,
  type ReplayStore,
  ReplayStoreFull,
  ReplayStoreYoung,
} from '../../lib/index.js'
import { forgeChain } from '../forge/chain.js'
import { malleateEcdsa } from '../forge/ecdsa.js'
import { malleateEdDsa } from '../forge/eddsa.js'
import { EPOCH, forgeHop, random128 } from '../forge/hop.js'
import { forgeSigner } from '../forge/key.js'
import { REJECT_ALL, TestReceiver } from './receiver.js'

const shop = forgeSigner('shop')
const cart = forgeSigner('cart', 'EdDSA')

/** What a receiver says whose replay store does this. */
async function verdictWith(remember: (entry: ReplayEntry, now: number) => unknown): Promise<string> {
  const replay = { remember } as ReplayStore
  const receiver = await TestReceiver.start({ signers: [shop, cart], replay })
  return await receiver.verdict(forgeChain([shop, cart], 'receiver').presentation)
}

describe('a presentation is accepted once', () => {
  let receiver: TestReceiver

  beforeEach(async () => {
    receiver = await TestReceiver.start({ signers: [shop, cart] })
  })

  it('and then never again: ERR_PRESENTATION_REPLAYED', async () => {
    const { presentation } = forgeChain([shop, cart], 'receiver')
    expect(await receiver.verdict(presentation)).to.equal('accepted')
    for (receiver.now of [EPOCH, EPOCH + 30, EPOCH + 65]) {
      expect(await receiver.refusal(presentation)).to.include({ code: 'ERR_PRESENTATION_REPLAYED', hop: 0 })
    }
    receiver.now = EPOCH + 66
    expect(await receiver.verdict(presentation)).to.equal('ERR_PRESENTATION_STALE')
  })

  it('of fifty that come at once: exactly one', async () => {
    const { presentation } = forgeChain([shop, cart], 'receiver')
    const verdicts = await Promise.all(Array.from({ length: 50 }, () => receiver.verdict(presentation)))
    expect(verdicts.filter(verdict => verdict === 'accepted')).to.have.length(1)
    expect(verdicts.filter(verdict => verdict === 'ERR_PRESENTATION_REPLAYED')).to.have.length(49)
  })

  it('however slowly its body comes', async () => {
    const { presentation } = forgeHop({ by: shop, to: 'receiver' })
    let finish: () => void = () => undefined
    const slow = new Promise<void>(resolve => {
      finish = resolve
    })
    const request = async () => {
      await slow
      return { method: 'GET', target: '/' }
    }
    const waiting = receiver.verdict(presentation, { request })
    expect(await receiver.verdict(presentation)).to.equal('accepted')
    receiver.now = EPOCH + 1000
    const later = forgeHop({ by: cart, to: 'receiver', issuedAt: EPOCH + 1000 })
    expect(await receiver.verdict(later.presentation)).to.equal('accepted')
    finish()
    expect(await waiting).to.equal('ERR_REPLAY_STORE_YOUNG')
  })

  it('with whichever of the two ECDSA signatures', async () => {
    const random = { secret: random128(), transaction: random128() }
    const [one, other] = [undefined, malleateEcdsa].map(resign =>
      forgeHop({ by: shop, to: 'receiver', ...random, resign }),
    )
    expect(one?.presentation).not.to.equal(other?.presentation)
    expect(await receiver.verdict(other?.presentation)).to.equal('accepted')
    expect(await receiver.verdict(one?.presentation)).to.equal('ERR_PRESENTATION_REPLAYED')
  })

  it('and a second EdDSA signature does not exist: ERR_SIGNATURE_INVALID', async () => {
    const forged = forgeHop({ by: cart, to: 'receiver', resign: malleateEdDsa })
    expect(await receiver.verdict(forged.presentation)).to.equal('ERR_SIGNATURE_INVALID')
  })

  it('with whatever other header around the same secret', async () => {
    const secret = random128()
    const signed = (claims: object) => forgeHop({ by: shop, to: 'receiver', secret, header: { claims } }).presentation
    expect(await receiver.verdict(signed({}))).to.equal('accepted')
    expect(await receiver.verdict(signed({ a: 1 }))).to.equal('ERR_PRESENTATION_REPLAYED')
  })

  it('for each key: the same jti under another kid is another call', async () => {
    const secret = random128()
    const signed = [shop, cart].map(by => forgeHop({ by, to: 'receiver', secret }).presentation)
    expect(await receiver.verdict(signed[0])).to.equal('accepted')
    expect(await receiver.verdict(signed[1])).to.equal('accepted')
  })

  it('by the newest hop: the chain behind it may be continued many times', async () => {
    const origin = forgeHop({ by: shop, to: 'cart' })
    for (const operation of ['call', 'call', 'call']) {
      const { presentation } = forgeHop({ by: cart, to: 'receiver', around: origin, operation })
      expect(await receiver.verdict(presentation)).to.equal('accepted')
    }
  })
})

describe('a replay store', () => {
  it('is asked last, with what it needs to know', async () => {
    const entries: [ReplayEntry, number][] = []
    const replay: ReplayStore = {
      remember: (entry, now) => {
        entries.push([entry, now])
        return 'new'
      },
    }
    const limits = { presentationSecondsFor: { call: 100 } }
    const receiver = await TestReceiver.start({ signers: [shop, cart], replay, limits })
    receiver.now = EPOCH + 3
    const call = await receiver.unwrap(forgeChain([shop, cart], 'receiver').presentation)
    const { kid, id: jti } = call.callStack[0] ?? {}
    expect(entries).to.deep.equal([[{ caller: 'cart', kid, jti, issuedAt: EPOCH, until: EPOCH + 110 }, EPOCH + 3]])
    const rejecting = await TestReceiver.start({ signers: [shop, cart], replay, policy: REJECT_ALL })
    expect(await rejecting.verdict(forgeChain([shop, cart], 'receiver').presentation)).to.equal('ERR_POLICY_REJECTED')
    expect(entries).to.have.length(1)
  })

  it('that throws, or rejects, cannot answer: ERR_REPLAY_STORE_UNAVAILABLE', async () => {
    const failures: (() => unknown)[] = [
      () => {
        throw new Error('down')
      },
      () => Promise.reject(new Error('down')),
      () => Promise.reject(undefined),
      () => {
        throw new KeyUnknown('a store that is itself a client of something')
      },
    ]
    for (const remember of failures) expect(await verdictWith(remember)).to.equal('ERR_REPLAY_STORE_UNAVAILABLE')
  })

  it('that answers with anything else cannot answer: ERR_REPLAY_STORE_UNAVAILABLE', async () => {
    for (const answer of [undefined, null, true, 1, 'NEW', 'ok', {}, ['new'], new String('new')]) {
      expect(await verdictWith(() => answer)).to.equal('ERR_REPLAY_STORE_UNAVAILABLE')
    }
    expect(await verdictWith(async () => 'new')).to.equal('accepted')
    expect(await verdictWith(async () => 'seen')).to.equal('ERR_PRESENTATION_REPLAYED')
  })

  it('may say that it is full or young: ERR_REPLAY_STORE_FULL, ERR_REPLAY_STORE_YOUNG', async () => {
    const throwing = (error: Error) => () => {
      throw error
    }
    expect(await verdictWith(throwing(new ReplayStoreFull('full')))).to.equal('ERR_REPLAY_STORE_FULL')
    expect(await verdictWith(throwing(new ReplayStoreYoung('young')))).to.equal('ERR_REPLAY_STORE_YOUNG')
  })

  it('in memory refuses what was signed before the second that it began in: ERR_REPLAY_STORE_YOUNG', async () => {
    const replay = new MemoryReplayStore({ clock: () => EPOCH + 0.9 })
    const receiver = await TestReceiver.start({ signers: [shop], replay })
    const signedAt = (issuedAt: number) => forgeHop({ by: shop, to: 'receiver', issuedAt }).presentation
    expect(await receiver.verdict(signedAt(EPOCH))).to.equal('accepted')
    expect(await receiver.verdict(signedAt(EPOCH - 1))).to.equal('ERR_REPLAY_STORE_YOUNG')
  })
})
