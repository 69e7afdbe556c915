import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'chai'
import { REGISTRY_TIMEOUT_SECONDS } from '../../../lib/limits/keys.js'
import { errorOf } from '../../jws/refusal.js'
import { eventually } from '../eventually.js'
import { makePublication } from '../signed-text.js'
import { CountingRegistry } from './counting-registry.js'
import { callOutcome, EngineServices, outcomeOf, presentUnknownKey } from './engine-services.js'
import type { EngineSuite } from './engine-suite.js'

const RECOVERY_SECONDS = 30
const FLOOD = 1000
/** A server of several threads may answer a little longer before it stops. */
const SIGNAL_MILLISECONDS = 100
const LOOKUPS_PER_SECOND = 10

const secondsSince = (start: number) => (performance.now() - start) / 1000

/** What services see of an engine that is killed, hangs, or is asked too much: the objects that they made stay the same. */
export function describeFaults(suite: EngineSuite): void {
  describe('under services', function () {
    this.slow(20_000)
    const services = new EngineServices(suite)

    afterEach(() => services.stop())

    it('goes on with known keys while its server is dead, refuses the others with 503, and recovers by itself', async () => {
      const { server } = suite.engine
      const cart = await services.startCart()
      const [known, revoked, unknown] = [
        await services.startCaller(),
        await services.startCaller(),
        await services.startCaller(),
      ]
      for (const caller of [known, revoked]) expect(await callOutcome(caller, cart)).to.equal('accepted')
      const canRevoke = suite.capabilities.revoke === 'yes'
      if (canRevoke) {
        await suite.connect().revoke('shop', revoked.kid)
        await eventually(async () => (await callOutcome(revoked, cart)) === 'ERR_KEY_REVOKED')
        expect(await callOutcome(revoked, cart)).to.equal('ERR_KEY_REVOKED')
      }

      await server.kill()
      try {
        for (let call = 0; call < 10; call++) expect(await callOutcome(known, cart)).to.equal('accepted')
        const presentation = await unknown.wrap({ audience: 'cart', operation: 'read', job: true })
        const error = await errorOf(() => cart.unwrap(presentation, { operation: 'read' }))
        expect(error).to.include({ code: 'ERR_REGISTRY_UNAVAILABLE', status: 503 })
        if (canRevoke) {
          expect(await callOutcome(revoked, cart)).to.be.oneOf(['ERR_KEY_REVOKED', 'ERR_REGISTRY_UNAVAILABLE'])
        }
      } finally {
        await server.start()
      }

      await eventually(async () => (await callOutcome(unknown, cart)) === 'accepted', RECOVERY_SECONDS)
      expect(await callOutcome(known, cart)).to.equal('accepted')
      if (canRevoke) expect(await callOutcome(revoked, cart)).to.equal('ERR_KEY_REVOKED')
      expect(await callOutcome(await services.startCaller(), cart)).to.equal('accepted')
    })

    it('goes on with known keys while its server hangs, without waiting for it each time, and recovers by itself', async () => {
      const { server } = suite.engine
      const cart = await services.startCart()
      const [known, unknown] = [await services.startCaller(), await services.startCaller()]
      expect(await callOutcome(known, cart)).to.equal('accepted')

      server.pause()
      await delay(SIGNAL_MILLISECONDS)
      try {
        const start = performance.now()
        const [first, other] = await Promise.all([callOutcome(known, cart), callOutcome(unknown, cart)])
        expect([first, other]).to.deep.equal(['accepted', 'ERR_REGISTRY_UNAVAILABLE'])
        expect(secondsSince(start)).to.be.below(4 * REGISTRY_TIMEOUT_SECONDS)
        // Long enough for it to be asked again, and again in vain.
        const calls: number[] = []
        for (let call = 0; call < 30; call++) {
          const begun = performance.now()
          expect(await callOutcome(known, cart)).to.equal('accepted')
          calls.push(secondsSince(begun))
          await delay(250)
        }
        expect(calls.filter(seconds => seconds > REGISTRY_TIMEOUT_SECONDS / 2)).to.deep.equal([])
      } finally {
        server.resume()
      }

      await eventually(async () => (await callOutcome(unknown, cart)) === 'accepted', RECOVERY_SECONDS)
      expect(await callOutcome(known, cart)).to.equal('accepted')
      expect(await callOutcome(await services.startCaller(), cart)).to.equal('accepted')
    })

    it('fails within its deadline where it is asked itself while its server hangs, and answers afterwards', async () => {
      const { server } = suite.engine
      const registry = suite.connectAs('cart')
      const cart = await makePublication('cart')
      await suite.registryOf('cart').publish(cart)
      await registry.find('cart', cart.kid)
      server.pause()
      await delay(SIGNAL_MILLISECONDS)
      const start = performance.now()
      try {
        const attempts = [
          () => registry.find('cart', cart.kid),
          () => registry.list(),
          () => registry.publish(cart),
          () => registry.revoke('shop', cart.kid),
        ]
        for (const error of await Promise.all(attempts.map(errorOf))) expect(error).to.be.instanceOf(Error)
        expect(secondsSince(start)).to.be.below(4 * REGISTRY_TIMEOUT_SECONDS)
      } finally {
        server.resume()
      }
      const isFound = async () => {
        const entry = await registry.find('cart', cart.kid).catch(() => undefined)
        return entry?.registration === cart.registration
      }
      await eventually(isFound, RECOVERY_SECONDS)
    })

    it(`is asked for few of ${FLOOD} unknown keys, and known callers do not notice`, async () => {
      const registry = new CountingRegistry(suite.registryOf('cart'))
      const cart = await services.startCart(registry, { unknownKeyLookupsPerSecond: LOOKUPS_PER_SECOND })
      const [known, stranger] = [await services.startCaller(), await services.startStranger()]
      expect(await callOutcome(known, cart)).to.equal('accepted')
      const flood: string[] = []
      for (let sent = 0; sent < FLOOD; sent++) {
        flood.push(await presentUnknownKey(stranger, randomBytes(32).toString('base64url')))
      }

      // A hint of the caller's own publication may have overtaken the first look-up, which is then not remembered.
      expect(await callOutcome(known, cart)).to.equal('accepted')
      const asked = registry.finds
      const start = performance.now()
      const outcomes = new Map<string, number>()
      const count = async (presentation: string) => {
        const outcome = await outcomeOf(presentation, cart)
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
      }
      let honest = 0
      for (let sent = 0; sent < FLOOD; sent += 50) {
        const wave = flood.slice(sent, sent + 50).map(count)
        expect(await callOutcome(known, cart)).to.equal('accepted')
        honest += 1
        await Promise.all(wave)
      }
      const most = LOOKUPS_PER_SECOND * (secondsSince(start) + 2) + honest
      expect(registry.finds - asked).to.be.at.most(most)
      expect([...outcomes.keys()].sort()).to.deep.equal(['ERR_KEY_UNKNOWN', 'ERR_LOOKUPS_EXHAUSTED'])
      // Others get in again when the flood is over.
      const newcomer = await services.startCaller('inventory')
      await eventually(async () => (await callOutcome(newcomer, cart)) === 'accepted', RECOVERY_SECONDS)
    })
  })
}
