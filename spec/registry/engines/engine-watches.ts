import { expect } from 'chai'
import type { KeyRegistry, Publication, RegistryChange } from '../../../lib/model/registry.js'
import { refusalOf } from '../../jws/refusal.js'
import { eventually } from '../eventually.js'
import { makePublication } from '../signed-text.js'
import type { EngineSuite } from './engine-suite.js'

/** Ten times the second within which a change is to be seen. */
const SOON_SECONDS = 10
/** A server that begins anew has to be found again first. */
const AFTER_RESTART_SECONDS = 30

/** What a watch hears. */
class Hearing {
  readonly #heard: RegistryChange[] = []

  static async of(registry: KeyRegistry): Promise<Hearing> {
    const hearing = new Hearing()
    await registry.watch(change => hearing.#heard.push(change))
    return hearing
  }

  async isToldOf({ service, kid }: Publication, seconds: number): Promise<void> {
    await eventually(() => this.#heard.some(change => change.service === service && change.kid === kid), seconds)
  }

  forget(): void {
    this.#heard.length = 0
  }
}

/** A change is seen soon, and none is missed. */
export function describeWatches(suite: EngineSuite): void {
  describe('tells of changes', () => {
    it('every service, within a second', async () => {
      const hearings = [await Hearing.of(suite.connectAs('shop')), await Hearing.of(suite.connectAs('inventory'))]
      for (const service of ['cart', 'shop']) {
        const publication = await makePublication(service)
        await suite.registryOf(service).publish(publication)
        for (const hearing of hearings) await hearing.isToldOf(publication, SOON_SECONDS)
      }
    })

    it('after its server was killed and began again, also of what was published before it was found again', async () => {
      const { server } = suite.engine
      const hearing = await Hearing.of(suite.connectAs('shop'))
      for (let round = 0; round < 2; round++) {
        const [before, after] = [await makePublication('cart'), await makePublication('cart')]
        await suite.registryOf('cart').publish(before)
        await hearing.isToldOf(before, SOON_SECONDS)
        await server.kill()
        await server.start()
        await suite.registryOf('cart').publish(after)
        await hearing.isToldOf(after, AFTER_RESTART_SECONDS)
      }
    })

    it('after its server did not answer for a while', async () => {
      const { server } = suite.engine
      const hearing = await Hearing.of(suite.connectAs('shop'))
      server.pause()
      try {
        await new Promise(resolve => setTimeout(resolve, 500))
      } finally {
        server.resume()
      }
      const cart = await makePublication('cart')
      await suite.registryOf('cart').publish(cart)
      await hearing.isToldOf(cart, AFTER_RESTART_SECONDS)
    })

    if (suite.capabilities.revoke === 'refused') return

    it('so that a revocation is seen at once by who knows the key: ERR_KEY_REVOKED', async () => {
      const cart = await makePublication('cart')
      await suite.registryOf('cart').publish(cart)
      const finder = suite.finderOf('shop')
      await finder.watch()
      expect((await finder.find('cart', cart.kid, 1500)).kid).to.equal(cart.kid)
      await suite.connect().revoke('cart', cart.kid)
      const isRevoked = async () => (await refusalOf(() => finder.find('cart', cart.kid, 1500))) === 'ERR_KEY_REVOKED'
      await eventually(isRevoked, SOON_SECONDS)
    })

    it('so that a revocation right after a restart is seen: ERR_KEY_REVOKED', async () => {
      const { server } = suite.engine
      const cart = await makePublication('cart')
      await suite.registryOf('cart').publish(cart)
      const finder = suite.finderOf('shop')
      await finder.watch()
      expect((await finder.find('cart', cart.kid, 1500)).kid).to.equal(cart.kid)
      await server.kill()
      // Nobody has asked meanwhile: the key is fresh.
      expect((await finder.find('cart', cart.kid, 1500)).kid).to.equal(cart.kid)
      await server.start()
      await suite.connect().revoke('cart', cart.kid)
      const isRevoked = async () => (await refusalOf(() => finder.find('cart', cart.kid, 1500))) === 'ERR_KEY_REVOKED'
      await eventually(isRevoked, AFTER_RESTART_SECONDS)
    })
  })
}
