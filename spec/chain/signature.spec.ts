import { expect } from 'chai'
import { forgeChain } from '../forge/chain.js'
import { EPOCH, forgeHop } from '../forge/hop.js'
import { forgeKey, forgeSigner } from '../forge/key.js'
import { forgeRegistration } from '../forge/registration.js'
import { TestReceiver } from './receiver.js'

const shop = forgeSigner('shop')
const cart = forgeSigner('cart', 'EdDSA')
const pricing = forgeSigner('pricing')
const signers = [shop, cart, pricing]

describe('the signer of a hop', () => {
  let receiver: TestReceiver

  beforeEach(async () => {
    receiver = await TestReceiver.start({ signers })
  })

  it('signs for what his own name stands for, at every position: ERR_SIGNATURE_INVALID', async () => {
    for (const hop of [0, 1, 2]) {
      const forged = (wrong: boolean) =>
        forgeChain(signers, 'receiver', position => {
          const { kid, algorithm } = (signers[position] ?? shop).key
          return wrong && position === 2 - hop ? { key: forgeKey('thief', algorithm), header: { kid } } : {}
        }).presentation
      expect(await receiver.refusal(forged(true))).to.include({ code: 'ERR_SIGNATURE_INVALID', hop, invariant: 7 })
      expect(await receiver.verdict(forged(false))).to.equal('accepted')
    }
  })

  it('is not another service whose key is good: ERR_KEY_UNKNOWN', async () => {
    const impostor = { name: 'shop', key: cart.key }
    expect(await receiver.refusal(forgeHop({ by: impostor, to: 'receiver' }).presentation)).to.include({
      code: 'ERR_KEY_UNKNOWN',
      hop: 0,
      invariant: 6,
    })
    expect(await receiver.verdict(forgeHop({ by: cart, to: 'receiver' }).presentation)).to.equal('accepted')
  })

  it('may have several keys at a time', async () => {
    const second = forgeSigner('shop', 'EdDSA', 'second')
    await receiver.register(forgeRegistration(second, { from: EPOCH }))
    expect(await receiver.verdict(forgeChain([shop, second, shop], 'receiver').presentation)).to.equal('accepted')
  })

  it('uses the algorithm that his key is registered for: ERR_ALGORITHM_MISMATCH', async () => {
    for (const [signer, alg] of [
      [shop, 'EdDSA'],
      [cart, 'ES256'],
    ] as const) {
      const wrong = forgeHop({ by: signer, to: 'receiver', header: { alg } })
      expect(await receiver.refusal(wrong.presentation)).to.include({ code: 'ERR_ALGORITHM_MISMATCH', hop: 0 })
      expect(await receiver.verdict(forgeHop({ by: signer, to: 'receiver' }).presentation)).to.equal('accepted')
    }
  })

  it('is refused as soon as his key is revoked, wherever he stands: ERR_KEY_REVOKED', async () => {
    const present = () => forgeChain(signers, 'receiver').presentation
    expect(await receiver.verdict(present())).to.equal('accepted')
    await receiver.registry.revoke('cart', cart.key.kid)
    expect(await receiver.refusal(present())).to.include({ code: 'ERR_KEY_REVOKED', hop: 1 })
    const old = forgeHop({ by: cart, to: 'receiver', issuedAt: EPOCH - 60 })
    expect(await receiver.refusal(old.presentation)).to.include({ code: 'ERR_KEY_REVOKED', hop: 0 })
  })

  it('is found under his name and kid alone: no name is a path', async () => {
    const deep = forgeSigner('shop.cart')
    await receiver.register(forgeRegistration(deep, { from: EPOCH }))
    expect(await receiver.verdict(forgeHop({ by: deep, to: 'receiver' }).presentation)).to.equal('accepted')
    for (const name of ['shop/cart', '..', 'shop%2fcart', 'shop\u0000', 'SHOP', 'sh\u00f6p', 'shop ']) {
      const forged = forgeHop({ by: { name, key: shop.key }, to: 'receiver' })
      expect(await receiver.verdict(forged.presentation), name).to.equal('ERR_HEADER_INVALID')
    }
    expect(receiver.lookups).to.deep.equal([`shop.cart/${deep.key.kid}`])
  })

  it('cannot make a registration for another name with his own key: ERR_REGISTRATION_MISMATCH', async () => {
    const impostor = { name: 'pricing', key: forgeKey('impostor') }
    const { registration, kid, expiresAt } = forgeRegistration({ ...impostor, name: 'shop' }, { from: EPOCH })
    await receiver.register({ service: 'pricing', kid, registration, expiresAt })
    const forged = forgeHop({ by: impostor, to: 'receiver' })
    expect(await receiver.verdict(forged.presentation)).to.equal('ERR_REGISTRATION_MISMATCH')
  })

  it('cannot be asked about while the registry is down: ERR_REGISTRY_UNAVAILABLE', async () => {
    expect(await receiver.verdict(forgeHop({ by: shop, to: 'receiver' }).presentation)).to.equal('accepted')
    receiver.registry.find = () => Promise.reject(new Error('down'))
    expect(await receiver.verdict(forgeHop({ by: shop, to: 'receiver' }).presentation)).to.equal('accepted')
    expect(await receiver.refusal(forgeChain([cart, shop], 'receiver').presentation)).to.include({
      code: 'ERR_REGISTRY_UNAVAILABLE',
      hop: 1,
      status: 503,
    })
  })

  it('cannot sign with zeros, with ones or with somebody else’s bytes: ERR_SIGNATURE_INVALID', async () => {
    for (const by of [shop, cart]) {
      const fillings = [0x00, 0x01, 0x7f, 0xff].map(byte => Buffer.alloc(64, byte))
      const halves = fillings.map(filling => Buffer.concat([by.key.sign('x').subarray(0, 32), filling.subarray(32)]))
      for (const signature of [...fillings, ...halves, by.key.sign('')]) {
        const { presentation } = forgeHop({ by, to: 'receiver', resign: () => signature })
        expect(await receiver.verdict(presentation)).to.equal('ERR_SIGNATURE_INVALID')
      }
    }
  })

  it('is refused at the position of each call, however many ask for the same key at once', async () => {
    const stranger = forgeSigner('stranger')
    const chains = [[stranger], [stranger, shop], [stranger, shop, cart], [shop, stranger, cart]]
    const refusals = await Promise.all(
      chains.map(chain => receiver.refusal(forgeChain(chain, 'receiver').presentation)),
    )
    expect(refusals.map(({ code, hop }) => ({ code, hop }))).to.deep.equal(
      [0, 1, 2, 1].map(hop => ({ code: 'ERR_KEY_UNKNOWN', hop })),
    )
  })
})
