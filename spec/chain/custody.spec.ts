import { expect } from 'chai'
import { forgeChain, forgeSigners } from '../forge/chain.js'
import { forgeHop } from '../forge/hop.js'
import { forgeSigner } from '../forge/key.js'
import { TestReceiver } from './receiver.js'

const [shop, cart, thief] = [forgeSigner('shop'), forgeSigner('cart', 'EdDSA'), forgeSigner('thief')]

describe('custody', () => {
  let receiver: TestReceiver

  before(async () => {
    receiver = await TestReceiver.start({ signers: [shop, cart, thief, ...forgeSigners(17)] })
  })

  it('holds where every hop was addressed to the signer of the next, at every depth to 16', async () => {
    for (const depth of [1, 2, 3, 15, 16]) {
      const { presentation } = forgeChain(forgeSigners(depth), 'receiver')
      const { callStack } = await receiver.unwrap(presentation)
      const names = forgeSigners(depth).map(({ name }) => name)
      expect(callStack.map(({ service }) => service)).to.deep.equal(names.reverse())
    }
    expect(await receiver.verdict(forgeChain(forgeSigners(17), 'receiver').presentation)).to.equal('ERR_CHAIN_TOO_DEEP')
  })

  it('does not let anybody continue what was not addressed to him: ERR_CUSTODY_BROKEN', async () => {
    const stolen = forgeHop({ by: shop, to: 'cart' })
    expect(await receiver.verdict(forgeHop({ by: cart, to: 'receiver', around: stolen }).presentation)).to.equal(
      'accepted',
    )
    const forged = forgeHop({ by: thief, to: 'receiver', around: stolen })
    expect(await receiver.refusal(forged.presentation)).to.include({ code: 'ERR_CUSTODY_BROKEN', hop: 0, invariant: 9 })
  })

  it('does not let a hop be dropped or reordered, wherever in the chain: ERR_CUSTODY_BROKEN', async () => {
    const [a, b, c] = [forgeSigner('s0'), forgeSigner('s1', 'EdDSA'), forgeSigner('s2')]
    const first = forgeHop({ by: a, to: 's1' })
    const second = forgeHop({ by: b, to: 's2', around: first })
    const good = forgeHop({ by: c, to: 'receiver', around: second })
    expect(await receiver.verdict(good.presentation)).to.equal('accepted')
    const dropped = forgeHop({ by: c, to: 'receiver', around: first })
    expect(await receiver.verdict(dropped.presentation)).to.equal('ERR_CUSTODY_BROKEN')
    const later = forgeHop({ by: b, to: 's1', around: forgeHop({ by: c, to: 's0' }) })
    const reordered = forgeHop({ by: a, to: 'receiver', around: later })
    expect(await receiver.verdict(reordered.presentation)).to.equal('ERR_CUSTODY_BROKEN')
  })

  it('holds for a service that calls itself, and for one that occurs twice', async () => {
    expect(await receiver.verdict(forgeChain([shop, shop, shop], 'receiver').presentation)).to.equal('accepted')
    expect(await receiver.verdict(forgeChain([shop, cart, shop], 'receiver').presentation)).to.equal('accepted')
  })

  it('holds for a receiver that finds itself in the chain, or that called itself', async () => {
    const self = forgeSigner('receiver')
    const own = await TestReceiver.start({ signers: [self, shop] })
    expect(await own.verdict(forgeHop({ by: self, to: 'receiver' }).presentation)).to.equal('accepted')
    expect(await own.verdict(forgeChain([self, shop], 'receiver').presentation)).to.equal('accepted')
    expect(await own.verdict(forgeChain([self, self], 'receiver').presentation)).to.equal('accepted')
  })

  it('is not the receiver’s to give: a hop addressed to another is not for it, ERR_AUDIENCE_MISMATCH', async () => {
    for (const to of ['cart', 'receive', 'receiver2', 'receiver.']) {
      expect(await receiver.verdict(forgeHop({ by: shop, to }).presentation), to).to.equal('ERR_AUDIENCE_MISMATCH')
    }
  })
})
