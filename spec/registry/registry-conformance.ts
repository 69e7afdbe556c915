import { expect } from 'chai'
import type { KeyRegistry, Publication, RegistryChange } from '../../lib/model/registry.js'
import { refusalOf } from '../jws/refusal.js'
import { eventually } from './eventually.js'
import { makePublication } from './signed-text.js'

/** One store of an engine, to which several parties connect. */
export interface RegistryUnderTest {
  connect(): KeyRegistry
  /** Takes the store away. */
  remove(): Promise<void>
}

/** What every engine does. */
export function describeRegistry(name: string, prepare: () => Promise<RegistryUnderTest>): void {
  describe(`${name}, as a registry`, () => {
    let store: RegistryUnderTest
    let registry: KeyRegistry
    let cart: Publication
    let shop: Publication

    beforeEach(async () => {
      store = await prepare()
      registry = store.connect()
      cart = await makePublication('cart')
      shop = await makePublication('shop')
    })

    afterEach(async () => {
      await registry.close()
      await store.remove()
    })

    it('finds what was published, and nothing else', async () => {
      await registry.publish(cart)
      const { service, kid, registration } = cart
      expect(await registry.find(service, kid)).to.deep.equal({ service, kid, registration, revoked: false })
      expect(await registry.find('cart', shop.kid)).to.equal(undefined)
      expect(await registry.find('shop', cart.kid)).to.equal(undefined)
      expect(await registry.find('car', cart.kid)).to.equal(undefined)
    })

    it('finds what another party published', async () => {
      const other = store.connect()
      await other.publish(cart)
      expect((await registry.find('cart', cart.kid))?.registration).to.equal(cart.registration)
      await other.close()
    })

    it('keeps several keys of a service side by side', async () => {
      const second = await makePublication('cart')
      await registry.publish(cart)
      await registry.publish(second)
      expect((await registry.find('cart', cart.kid))?.registration).to.equal(cart.registration)
      expect((await registry.find('cart', second.kid))?.registration).to.equal(second.registration)
    })

    it('replaces an earlier registration of the same key', async () => {
      await registry.publish(cart)
      await registry.publish({ ...cart, registration: 'a later one', expiresAt: 3000 })
      expect((await registry.find('cart', cart.kid))?.registration).to.equal('a later one')
      expect(await registry.list('cart')).to.have.length(1)
    })

    it('stores what does not verify too, for finders to refuse', async () => {
      await registry.publish({ ...cart, registration: 'garbage' })
      expect((await registry.find('cart', cart.kid))?.registration).to.equal('garbage')
    })

    it('lets a tombstone win over a registration', async () => {
      await registry.publish(cart)
      await registry.revoke('cart', cart.kid)
      expect((await registry.find('cart', cart.kid))?.revoked).to.equal(true)
    })

    it('refuses to publish over a tombstone with ERR_KEY_REVOKED, as often as it is tried', async () => {
      await registry.publish(cart)
      await registry.revoke('cart', cart.kid)
      for (let attempt = 0; attempt < 3; attempt++) {
        expect(await refusalOf(() => registry.publish(cart))).to.equal('ERR_KEY_REVOKED')
      }
      expect((await registry.find('cart', cart.kid))?.revoked).to.equal(true)
    })

    it('revokes a key that has no registration, and refuses to publish it with ERR_KEY_REVOKED', async () => {
      await registry.revoke('cart', cart.kid)
      expect(await registry.find('cart', cart.kid)).to.deep.equal({ service: 'cart', kid: cart.kid, revoked: true })
      expect(await refusalOf(() => registry.publish(cart))).to.equal('ERR_KEY_REVOKED')
      expect(await registry.find('cart', cart.kid)).to.deep.equal({ service: 'cart', kid: cart.kid, revoked: true })
    })

    it('revokes twice as once, and only the key that is named', async () => {
      await registry.publish(cart)
      await registry.publish(shop)
      await registry.revoke('cart', cart.kid)
      await registry.revoke('cart', cart.kid)
      await registry.revoke('cart', shop.kid)
      expect((await registry.find('shop', shop.kid))?.revoked).to.equal(false)
    })

    it('never clears a tombstone, however much is published beside it', async () => {
      await registry.revoke('cart', cart.kid)
      for (let life = 1; life <= 5; life++) {
        const next = await makePublication('cart')
        await registry.publish({ ...next, expiresAt: life * 1_000_000 })
      }
      expect((await registry.find('cart', cart.kid))?.revoked).to.equal(true)
    })

    it('lists everything, or everything of one service', async () => {
      await registry.publish(cart)
      await registry.publish(shop)
      await registry.revoke('shop', cart.kid)
      const kids = async (service?: string) => (await registry.list(service)).map(({ kid }) => kid).sort()
      expect(await kids()).to.deep.equal([cart.kid, shop.kid, cart.kid].sort())
      expect(await kids('cart')).to.deep.equal([cart.kid])
      expect(await kids('shop')).to.deep.equal([shop.kid, cart.kid].sort())
      expect(await kids('inventory')).to.deep.equal([])
    })

    it('refuses names that name no place with ERR_OPTION', async () => {
      for (const service of ['', '.', '..', '../cart', 'cart/', 'a/b', 'Cart', '.cart', 'cart\0', 'cart\n', 7, null]) {
        const named = service as string
        const what = JSON.stringify(service)
        expect(await refusalOf(() => registry.find(named, cart.kid)), what).to.equal('ERR_OPTION')
        expect(await refusalOf(() => registry.revoke(named, cart.kid)), what).to.equal('ERR_OPTION')
        expect(await refusalOf(() => registry.list(named)), what).to.equal('ERR_OPTION')
        expect(await refusalOf(() => registry.publish({ ...cart, service: named })), what).to.equal('ERR_OPTION')
      }
      for (const kid of ['', '..', '../../../etc/passwd', `${cart.kid}.revoked`, `${cart.kid}\n`, 'A'.repeat(44), 7]) {
        const named = kid as string
        expect(await refusalOf(() => registry.find('cart', named)), named).to.equal('ERR_OPTION')
        expect(await refusalOf(() => registry.revoke('cart', named)), named).to.equal('ERR_OPTION')
        expect(await refusalOf(() => registry.publish({ ...cart, kid: named })), named).to.equal('ERR_OPTION')
      }
    })

    it('refuses to publish what can be no registration with ERR_OPTION', async () => {
      const wrong = [
        { registration: 7 },
        { registration: 'x'.repeat(16_385) },
        { expiresAt: 1.5 },
        { expiresAt: '2000' },
      ]
      for (const change of wrong) {
        const publication = { ...cart, ...change } as Publication
        expect(await refusalOf(() => registry.publish(publication))).to.equal('ERR_OPTION')
      }
    })

    it('tells its watchers what was published and revoked, by whichever party', async () => {
      const heard: RegistryChange[] = []
      const watch = await registry.watch(change => heard.push(change))
      const other = store.connect()
      const isHeard = ({ service, kid }: Publication) =>
        eventually(() => heard.some(change => change.service === service && change.kid === kid))
      await registry.publish(cart)
      await isHeard(cart)
      await other.publish(shop)
      await isHeard(shop)
      heard.length = 0
      await other.revoke('cart', cart.kid)
      await isHeard(cart)
      await watch.close()
      await other.close()
    })

    it('tells a watcher after the change, never within it', async () => {
      let heard = 0
      const watch = await registry.watch(() => {
        heard += 1
      })
      const published = registry.publish(cart)
      expect(heard).to.equal(0)
      await published
      await eventually(() => heard > 0)
      await watch.close()
    })

    it('tells everybody, though one listener throws and another one rejects', async () => {
      let heard = 0
      const watches = [
        await registry.watch(() => {
          throw new Error('a listener of its own mind')
        }),
        await registry.watch(async () => {
          throw new Error('another one')
        }),
        await registry.watch(() => {
          heard += 1
        }),
      ]
      await registry.publish(cart)
      await eventually(() => heard > 0)
      for (const watch of watches) await watch.close()
    })

    it('tells nothing to a watch that was closed, once or twice, and goes on telling others', async () => {
      let closed = 0
      let open = 0
      const first = await registry.watch(() => {
        closed += 1
      })
      const second = await registry.watch(() => {
        open += 1
      })
      await first.close()
      await first.close()
      await registry.publish(cart)
      await eventually(() => open > 0)
      expect(closed).to.equal(0)
      await second.close()
    })

    it('keeps what is stored when it is closed', async () => {
      await registry.publish(cart)
      await registry.watch(() => undefined)
      await registry.close()
      await registry.close()
      const other = store.connect()
      expect((await other.find('cart', cart.kid))?.registration).to.equal(cart.registration)
      await other.close()
    })
  })
}
