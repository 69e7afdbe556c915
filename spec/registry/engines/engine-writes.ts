import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { MAX_REGISTRATION_SECONDS } from '../../../lib/limits/keys.js'
import type { KeyRegistry, Publication } from '../../../lib/model/registry.js'
import { refusalOf } from '../../jws/refusal.js'
import { makePublication } from '../signed-text.js'
import type { EngineSuite } from './engine-suite.js'

const REGISTRATIONS = 5000
const RACES = 100
const HOUR = 3600
const DAY = 24 * HOUR

/** A publication that can be made in no time: nobody verifies it here. */
function makeText(service: string, expiresAt = 2000): Publication {
  const kid = randomBytes(32).toString('base64url')
  return { service, kid, registration: randomBytes(300).toString('base64url'), expiresAt }
}

/** Does something for every item, so many at a time. */
async function forEachAtOnce<T>(items: readonly T[], most: number, work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items]
  const worker = async () => {
    for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) await work(item)
  }
  await Promise.all(Array.from({ length: most }, worker))
}

const textsOf = async (registry: KeyRegistry, service?: string) =>
  new Map((await registry.list(service)).map(({ kid, registration }) => [kid, registration]))

/** What parties that write at once, and write much, may rely on. */
export function describeWrites(suite: EngineSuite): void {
  describe('takes what services publish', () => {
    it(`never clears a tombstone, in ${RACES} races of a publication against a revocation: ERR_KEY_REVOKED`, async () => {
      const [publisher, revoker] = [suite.connectAs('cart'), suite.connect()]
      const outcomes = new Set<string>()
      const races = Array.from({ length: RACES }, (_, race) => ({ race, cart: makeText('cart') }))
      await forEachAtOnce(races, 10, async ({ race, cart }) => {
        if (race % 2 === 0) await publisher.publish(cart)
        const [outcome] = await Promise.all([
          refusalOf(() => publisher.publish({ ...cart, registration: 'a later one' })),
          revoker.revoke('cart', cart.kid),
        ])
        outcomes.add(outcome)
        expect((await publisher.find('cart', cart.kid))?.revoked).to.equal(true)
        expect(await refusalOf(() => publisher.publish(cart))).to.equal('ERR_KEY_REVOKED')
        expect((await publisher.find('cart', cart.kid))?.revoked).to.equal(true)
      })
      expect([...outcomes].filter(outcome => outcome !== 'accepted' && outcome !== 'ERR_KEY_REVOKED')).to.deep.equal([])
      expect((await publisher.list('cart')).filter(({ revoked }) => !revoked)).to.deep.equal([])
    })

    it('by several instances of a service at once, and loses none of it', async () => {
      const instances = [suite.connectAs('cart'), suite.connectAs('cart'), suite.connectAs('cart')]
      const publications = instances.flatMap(instance =>
        Array.from({ length: 20 }, () => ({ instance, publication: makeText('cart') })),
      )
      await Promise.all(publications.map(({ instance, publication }) => instance.publish(publication)))
      const texts = await textsOf(suite.connectAs('shop'), 'cart')
      expect(texts.size).to.equal(60)
      for (const { publication } of publications) {
        expect(texts.get(publication.kid)).to.equal(publication.registration)
      }
    })

    it('one of two renewals of a key that come at once, whole', async () => {
      const cart = makeText('cart')
      const instances = [suite.connectAs('cart'), suite.connectAs('cart')]
      const texts = instances.map((_, at) => String(at).repeat(400))
      for (let round = 0; round < 10; round++) {
        const outcomes = instances.map((instance, at) =>
          refusalOf(() => instance.publish({ ...cart, registration: texts[at] ?? '' })),
        )
        expect(await Promise.all(outcomes)).to.deep.equal(['accepted', 'accepted'])
        expect((await suite.connectAs('shop').find('cart', cart.kid))?.registration).to.be.oneOf(texts)
      }
    })

    it(`${REGISTRATIONS} times, lists everything and finds any of it`, async () => {
      const services = ['cart', 'shop', 'inventory']
      const registry = suite.connect()
      const publications = Array.from({ length: REGISTRATIONS }, (_, at) => makeText(services[at % 3] ?? ''))
      const honest = await makePublication('cart')
      publications.push(honest)
      await forEachAtOnce(publications, 32, publication => registry.publish(publication))
      const texts = await textsOf(registry)
      expect(texts.size).to.equal(REGISTRATIONS + 1)
      for (const { kid, registration } of publications) expect(texts.get(kid)).to.equal(registration)
      for (const { service, kid, registration } of publications.slice(0, 100)) {
        expect((await registry.find(service, kid))?.registration).to.equal(registration)
      }
      const finder = suite.finderOf('shop')
      expect((await finder.find('cart', honest.kid, 1500)).kid).to.equal(honest.kid)
      expect(new Set((await registry.list('shop')).map(({ service }) => service))).to.deep.equal(new Set(['shop']))
    })

    it('shows a revocation to every service: ERR_KEY_REVOKED', async () => {
      const cart = await makePublication('cart')
      await suite.connectAs('cart').publish(cart)
      await suite.connectAs('cart').revoke('cart', cart.kid)
      for (const service of ['cart', 'shop', 'inventory']) {
        const finder = suite.finderOf(service)
        expect(await refusalOf(() => finder.find('cart', cart.kid, 1500))).to.equal('ERR_KEY_REVOKED')
      }
    })

    if (suite.capabilities.forgets === 'engine') {
      it('for a while longer than it lives, and a tombstone for a life beyond that', async () => {
        const now = Date.now() / 1000
        const expiresAt = Math.floor(now) + DAY
        const [kept, revoked, short] = [makeText('cart', expiresAt), makeText('cart', expiresAt), makeText('cart')]
        const registry = suite.connectAs('cart')
        for (const publication of [kept, revoked, short]) await registry.publish(publication)
        await registry.revoke('cart', revoked.kid)
        const secondsLeft = (name: string) => suite.engine.secondsLeft?.('cart', name)
        expect(await secondsLeft(kept.kid)).to.be.within(DAY + 60, 3 * DAY)
        expect(await secondsLeft(short.kid)).to.be.within(60, 3 * DAY)
        expect(await secondsLeft(`${revoked.kid}.revoked`)).to.be.at.least(DAY + MAX_REGISTRATION_SECONDS)
      })
    }
  })
}

/** An engine that services only read says so, to everybody. */
export function describeRefusedWrites(suite: EngineSuite): void {
  describe('refuses what services publish', () => {
    it('a registration, with a code', async () => {
      const cart = await makePublication('cart')
      for (const registry of [suite.connect(), suite.connectAs('shop')]) {
        expect(await refusalOf(() => registry.publish(cart))).to.match(/^ERR_/)
        expect(await registry.find('cart', cart.kid)).to.equal(undefined)
      }
    })

    if (suite.capabilities.revoke === 'refused') {
      it('a revocation, with a code', async () => {
        const cart = await makePublication('cart')
        await suite.engine.plant('cart', cart.kid, cart.registration)
        for (const registry of [suite.connect(), suite.connectAs('shop')]) {
          expect(await refusalOf(() => registry.revoke('cart', cart.kid))).to.match(/^ERR_/)
          expect((await registry.find('cart', cart.kid))?.revoked).to.equal(false)
        }
      })
    }
  })
}
