import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { expect } from 'chai'
import {
  type KeyRegistry,
  MemoryRegistry,
  REGISTRY_CHANNEL,
  type RegistryEvent,
  RegistryUnavailable,
  Service,
} from '../../lib/index.js'
import { RegistryReports } from '../../lib/service/registry-event.js'
import { warningsOf } from '../http/process-warnings.js'
import { openPolicy } from '../http/service-party.js'
import { refusalOf } from '../jws/refusal.js'
import { eventually } from '../registry/eventually.js'

/** A registry in memory that can be made to fail. */
class Breakable implements KeyRegistry {
  failure: (() => Promise<never>) | undefined
  readonly #registry = new MemoryRegistry()

  publish: KeyRegistry['publish'] = publication => this.failure?.() ?? this.#registry.publish(publication)
  find: KeyRegistry['find'] = (service, kid) => this.failure?.() ?? this.#registry.find(service, kid)
  revoke: KeyRegistry['revoke'] = (service, kid) => this.#registry.revoke(service, kid)
  list: KeyRegistry['list'] = service => this.#registry.list(service)
  watch: KeyRegistry['watch'] = listener => this.failure?.() ?? this.#registry.watch(listener)
  close: KeyRegistry['close'] = () => this.#registry.close()
}

describe('what a service tells of its registry', () => {
  const events: RegistryEvent[] = []
  const started: Service[] = []
  const listener = (event: unknown) => events.push(event as RegistryEvent)
  let time = 1_800_000_000

  const start = async (name: string, registry: KeyRegistry, more = {}): Promise<Service> => {
    const options = { name, registry, policy: openPolicy, clock: () => time, log: () => {} }
    const service = await Service.start({ ...options, limits: { keyFreshSeconds: 0 }, ...more })
    started.push(service)
    return service
  }
  const call = async (shop: Service, cart: Service) => {
    const presentation = await shop.wrap({ audience: 'cart', operation: 'read', job: true })
    return await refusalOf(() => cart.unwrap(presentation, { operation: 'read' }))
  }
  const broken = (failure: Error) => () => Promise.reject(failure)

  beforeEach(() => {
    events.length = 0
    subscribe(REGISTRY_CHANNEL, listener)
  })
  afterEach(async () => {
    unsubscribe(REGISTRY_CHANNEL, listener)
    await Promise.all(started.splice(0).map(service => service.stop()))
  })

  it('is which key it signs under from now on, at the start and when it is replaced', async () => {
    const registry = new MemoryRegistry()
    const shop = await start('shop', registry, { limits: { registrationSeconds: 60 } })
    const first = shop.kid
    expect(events).to.deep.equal([{ time, service: 'shop', kind: 'registered', kid: first, expiresAt: time + 60 }])
    expect(events[0]).to.satisfy(Object.isFrozen)
    time += 31
    const earlier = shop.kid
    expect(earlier).to.equal(first)
    const expiresAt = time + 60
    await eventually(async () => (await registry.list('shop')).length === 2)
    expect(events).to.have.length(1)
    time += 20
    await eventually(() => shop.kid !== first)
    expect(events[1]).to.deep.equal({ time, service: 'shop', kind: 'registered', kid: shop.kid, expiresAt })
    expect(events).to.have.length(2)
  })

  it('is since when look-ups fail, though keys found earlier are still used, and since when they succeed again', async () => {
    const registry = new Breakable()
    const [shop, cart] = [await start('shop', registry), await start('cart', registry)]
    expect(await call(shop, cart)).to.equal('accepted')
    events.length = 0
    const warnings = await warningsOf(async () => {
      registry.failure = broken(Object.assign(new Error('postgres://user:password@host'), { code: 'ECONNREFUSED' }))
      for (let calls = 0; calls < 3; calls += 1) {
        time += 2
        expect(await call(shop, cart)).to.equal('accepted')
      }
      await eventually(() => events.length > 0)
    })
    const message = 'the registry does not answer (ECONNREFUSED): keys found earlier are used while they may be'
    expect(events.map(({ service, kind, message }) => ({ service, kind, message }))).to.deep.equal([
      { service: 'cart', kind: 'unanswered', message },
    ])
    expect(warnings.map(warning => warning.message)).to.deep.equal([`countersign: cart: ${message}`])
    registry.failure = undefined
    time += 2
    expect(await call(shop, cart)).to.equal('accepted')
    await eventually(() => events.length > 1)
    expect(events[1]).to.deep.equal({ time, service: 'cart', kind: 'answering' })
    expect(JSON.stringify(events)).not.to.contain('password')
  })

  it('is warned of once in a while, however often the registry comes and goes', async () => {
    const registry = new Breakable()
    const [shop, cart] = [await start('shop', registry), await start('cart', registry)]
    const warnings = await warningsOf(async () => {
      for (const failure of [broken(new Error('x')), undefined, broken(new Error('x')), undefined]) {
        const told = events.length
        registry.failure = failure
        time += 2
        await call(shop, cart)
        await eventually(() => events.length > told)
      }
    })
    expect(events.filter(({ kind }) => kind === 'unanswered')).to.have.length(2)
    expect(warnings).to.have.length(1)
  })

  it('is what goes wrong in the background, with its code, and a warning that says whose it is', async () => {
    const registry = new Breakable()
    registry.watch = broken(new Error('no watch'))
    const warnings = await warningsOf(async () => {
      await start('shop', registry)
    })
    const trouble = events.filter(({ kind }) => kind === 'trouble')
    expect(trouble).to.deep.equal([
      {
        time,
        service: 'shop',
        kind: 'trouble',
        code: 'ERR_REGISTRY_UNAVAILABLE',
        message: 'the registry cannot be watched',
      },
    ])
    expect(warnings.map(({ message }) => message)).to.deep.equal([
      'countersign: shop: ERR_REGISTRY_UNAVAILABLE: the registry cannot be watched',
    ])
  })

  it('is a warning all the same where the clock does not tell the time', async () => {
    const warnings = await warningsOf(async () => {
      new RegistryReports('shop', () => Number.NaN).trouble(new RegistryUnavailable('the renewal failed'))
    })
    expect(warnings).to.have.length(1)
    expect(events).to.deep.equal([])
  })
})
