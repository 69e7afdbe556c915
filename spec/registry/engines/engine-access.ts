import { expect } from 'chai'
import { OptionError } from '../../../lib/errors.js'
import { errorOf } from '../../jws/refusal.js'
import { makePublication } from '../signed-text.js'
import type { EngineSuite } from './engine-suite.js'

/** The wall between services, which is the engine's own. */
export function describeAccess(suite: EngineSuite): void {
  const { accessControl, publish, forbidden } = suite.capabilities

  describe('keeps services apart', () => {
    it('lets each of them read what another published', async () => {
      const cart = await makePublication('cart')
      await suite.registryOf('cart').publish(cart)
      for (const service of ['cart', 'shop', 'inventory']) {
        const registry = suite.connectAs(service)
        expect((await registry.find('cart', cart.kid))?.registration).to.equal(cart.registration)
        expect(await registry.list()).to.have.length(1)
      }
    })

    if (accessControl === 'origin' || publish === 'refused') return

    it("has its server refuse a write below another's name, whatever the client", async () => {
      if (forbidden === undefined) throw new Error('what the server says is not stated')
      expect(await suite.engine.trespass('cart', 'shop')).to.match(forbidden)
      expect(await suite.engine.trespass('shop', 'cart')).to.match(forbidden)
      expect(await suite.connect().list()).to.deep.equal([])
    })

    for (const victim of ['shop', 'car', 'cart2', 'cart.eu', 'cart-2', 'c']) {
      it(`fails where cart publishes or revokes a key of ${victim}`, async () => {
        const theirs = await makePublication(victim)
        await suite.connect().publish(theirs)
        const cart = suite.connectAs('cart')
        const attempts = [
          () => cart.publish({ ...theirs, registration: 'another' }),
          () => cart.revoke(victim, theirs.kid),
          async () => cart.publish(await makePublication(victim)),
        ]
        for (const attempt of attempts) expect(await errorOf(attempt)).not.to.be.instanceOf(OptionError)
        const { service, kid, registration } = theirs
        expect(await suite.connect().list()).to.deep.equal([{ service, kid, registration, revoked: false }])
        // It may go on with its own.
        const own = await makePublication('cart')
        await cart.publish(own)
        await cart.revoke('cart', own.kid)
      })
    }

    it('lets the operator revoke a key of anybody', async () => {
      const cart = await makePublication('cart')
      await suite.connectAs('cart').publish(cart)
      await suite.connect().revoke('cart', cart.kid)
      expect((await suite.connectAs('shop').find('cart', cart.kid))?.revoked).to.equal(true)
    })
  })
}
