import { expect } from 'chai'
import { looseTwin } from '../forge/base64url.js'
import { forgeChain } from '../forge/chain.js'
import { dissect } from '../forge/dissection.js'
import { forgeHop, random128, sealOf } from '../forge/hop.js'
import { forgeSigner } from '../forge/key.js'
import { TestReceiver } from './receiver.js'

const shop = forgeSigner('shop')
const cart = forgeSigner('cart', 'EdDSA')

describe('the seal', () => {
  let receiver: TestReceiver

  before(async () => {
    receiver = await TestReceiver.start({ signers: [shop, cart] })
  })

  it('opens with the secret of the newest hop', async () => {
    expect(await receiver.verdict(forgeChain([shop, cart], 'receiver').presentation)).to.equal('accepted')
  })

  it('does not open without it, with another one, or with the secret of an inner hop: ERR_SEAL_BROKEN', async () => {
    const inner = forgeHop({ by: shop, to: 'cart' })
    const { chain } = forgeHop({ by: cart, to: 'receiver', around: inner })
    expect(await receiver.verdict(chain)).to.equal('ERR_PRESENTATION_MALFORMED')
    for (const secret of [random128(), inner.secret, 'A'.repeat(22)]) {
      expect(await receiver.refusal(`${secret}~${chain}`)).to.include({
        code: 'ERR_SEAL_BROKEN',
        hop: 0,
        invariant: 11,
      })
    }
  })

  it('does not open with another writing of the same 16 bytes: ERR_ENCODING_NOT_CANONICAL', async () => {
    const { secret, chain } = forgeHop({ by: shop, to: 'receiver' })
    expect(Buffer.from(looseTwin(secret), 'base64url')).to.deep.equal(Buffer.from(secret, 'base64url'))
    expect(await receiver.verdict(`${looseTwin(secret)}~${chain}`)).to.equal('ERR_ENCODING_NOT_CANONICAL')
  })

  it('does not open with a jti in place of the secret that it is the digest of: ERR_SEAL_BROKEN', async () => {
    const { secret, chain } = forgeHop({ by: shop, to: 'receiver' })
    const jti = sealOf(secret)
    expect(await receiver.verdict(`${jti}~${chain}`)).to.equal('ERR_PRESENTATION_MALFORMED')
    expect(await receiver.verdict(`${jti.slice(0, 21)}A~${chain}`)).to.equal('ERR_SEAL_BROKEN')
  })

  it('is gone from what is sent on: a receiver cannot present what it received', async () => {
    const presented = forgeChain([shop], 'receiver').presentation
    const parent = await receiver.unwrap(presented)
    const onward = dissect(await receiver.service.wrap({ audience: 'next', operation: 'go', parent }))
    const received = dissect(presented)
    expect(onward.chain.endsWith(`~${received.chain}`)).to.equal(true)
    expect(`${onward.secret}~${onward.chain}`).not.to.contain(received.secret)
    expect(onward.hops[0]?.header.jti).to.equal(sealOf(onward.secret))
  })

  it('has a secret of its own for every hop', async () => {
    const wrap = () => receiver.service.wrap({ audience: 'next', operation: 'go', job: true })
    const secrets = (await Promise.all(Array.from({ length: 100 }, wrap))).map(text => dissect(text).secret)
    expect(new Set(secrets).size).to.equal(100)
    for (const secret of secrets) expect(Buffer.from(secret, 'base64url')).to.have.length(16)
  })
})
