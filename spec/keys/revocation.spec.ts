import { mock } from 'node:test'
import { expect } from 'chai'
import { type KeyRegistry, MemoryRegistry, type RegistryEntry, type Service } from '../../lib/index.js'
import { forgeChain } from '../forge/chain.js'
import { forgeKey } from '../forge/key.js'
import { ServiceParty } from '../http/service-party.js'
import { refusalOf } from '../jws/refusal.js'
import { eventually } from '../registry/eventually.js'

const START = 1_800_000_000
const FRESH_SECONDS = 60
const STALE_SECONDS = 600
/** A reader that got no answer asks again after this long. */
const RETRY_SECONDS = 2
/** A service looks after its own registration this often. */
const INSPECTION_MILLISECONDS = 15_000

/** A registry that can be out of reach for one of its readers, and may tell nobody of changes. */
class Reader implements KeyRegistry {
  isReachable = true
  readonly #registry: KeyRegistry
  readonly #tells: boolean

  constructor(registry: KeyRegistry, tells: boolean) {
    this.#registry = registry
    this.#tells = tells
  }

  publish: KeyRegistry['publish'] = publication => this.#registry.publish(publication)
  revoke: KeyRegistry['revoke'] = (service, kid) => this.#registry.revoke(service, kid)
  list: KeyRegistry['list'] = service => this.#registry.list(service)
  close: KeyRegistry['close'] = async () => undefined

  async find(service: string, kid: string): Promise<RegistryEntry | undefined> {
    if (!this.isReachable) throw new Error('connection refused')
    return await this.#registry.find(service, kid)
  }

  watch: KeyRegistry['watch'] = listener =>
    this.#tells
      ? this.#registry.watch(change => this.isReachable && listener(change))
      : Promise.resolve({ close: async () => undefined })
}

describe('a revocation', () => {
  let party: ServiceParty
  let registry: MemoryRegistry
  let now: number

  beforeEach(() => {
    party = new ServiceParty()
    registry = new MemoryRegistry()
    now = START
  })
  afterEach(async () => {
    mock.timers.reset()
    await party.stop()
  })

  const clock = () => now
  const startShop = (registrationSeconds = 86_400) =>
    party.start('shop', { registry, clock, limits: { registrationSeconds } })
  const startCart = (reader: Reader) => party.start('cart', { registry: reader, clock })
  const call = async (shop: Service, cart: Service) => {
    const presentation = await shop.wrap({ audience: 'cart', operation: 'read', job: true })
    return await refusalOf(() => cart.unwrap(presentation, { operation: 'read' }))
  }
  /** The verdict in each second since now, and the first second in which it was a refusal. */
  const firstRefusal = async (shop: Service, cart: Service, seconds: number) => {
    const revokedAt = now
    for (; now < revokedAt + seconds; now += 1) {
      const verdict = await call(shop, cart)
      if (verdict !== 'accepted') return [now - revokedAt, verdict]
    }
    return 'never'
  }

  it('is seen at once where the registry tells of it', async () => {
    const shop = await startShop()
    const cart = await startCart(new Reader(registry, true))
    expect(await call(shop, cart)).to.equal('accepted')
    await registry.revoke('shop', shop.kid)
    expect(await call(shop, cart)).to.equal('ERR_KEY_REVOKED')
  })

  for (const age of [0, 1, 30, FRESH_SECONDS - 1]) {
    it(`is seen when the key is ${FRESH_SECONDS} s old in memory, not later, where the registry does not tell: found ${age} s before`, async () => {
      const shop = await startShop()
      const cart = await startCart(new Reader(registry, false))
      expect(await call(shop, cart)).to.equal('accepted')
      now += age
      await registry.revoke('shop', shop.kid)
      expect(await firstRefusal(shop, cart, 1000)).to.deep.equal([FRESH_SECONDS - age, 'ERR_KEY_REVOKED'])
    })
  }

  it(`cannot be seen where the registry is out of reach: the key is refused ${STALE_SECONDS} s after it was found`, async function () {
    this.timeout(60_000)
    const shop = await startShop()
    const reader = new Reader(registry, true)
    const cart = await startCart(reader)
    expect(await call(shop, cart)).to.equal('accepted')
    reader.isReachable = false
    await registry.revoke('shop', shop.kid)
    expect(await firstRefusal(shop, cart, 2 * STALE_SECONDS)).to.deep.equal([STALE_SECONDS, 'ERR_REGISTRY_UNAVAILABLE'])
  })

  it('is seen as soon as the registry is in reach again', async () => {
    const shop = await startShop()
    const reader = new Reader(registry, false)
    const cart = await startCart(reader)
    expect(await call(shop, cart)).to.equal('accepted')
    reader.isReachable = false
    await registry.revoke('shop', shop.kid)
    now += 3 * FRESH_SECONDS
    expect(await call(shop, cart)).to.equal('accepted')
    reader.isReachable = true
    now += RETRY_SECONDS
    expect(await call(shop, cart)).to.equal('ERR_KEY_REVOKED')
    reader.isReachable = false
    now += 1
    expect(await call(shop, cart)).to.not.equal('accepted')
  })

  it('out of reach does not let a thief of the key outlast its registration, whatever the bound', async () => {
    const key = forgeKey('stolen')
    const registrationSeconds = 120
    await party.start('shop', { registry, clock, key: key.privateKey, limits: { registrationSeconds } })
    const reader = new Reader(registry, true)
    const cart = await startCart(reader)
    const steal = async () => {
      const { presentation } = forgeChain([{ name: 'shop', key }], 'cart', { issuedAt: now, expiresAt: now + 1 })
      return await refusalOf(() => cart.unwrap(presentation, { operation: 'call' }))
    }
    expect(await steal()).to.equal('accepted')
    reader.isReachable = false
    await registry.revoke('shop', key.kid)
    for (; now < START + registrationSeconds; now += 1) expect(await steal()).to.equal('accepted')
    for (; now < START + STALE_SECONDS; now += 1) expect(await steal()).to.not.equal('accepted')
  })

  it('holds for hops that were signed before it, and inside chains that others continue', async () => {
    const shop = await startShop()
    const cart = await startCart(new Reader(registry, true))
    const inventory = await party.start('inventory', { registry, clock })
    const early = await shop.wrap({ audience: 'cart', operation: 'read', job: true })
    const parent = await cart.unwrap(await shop.wrap({ audience: 'cart', operation: 'read', job: true }), {
      operation: 'read',
    })
    await registry.revoke('shop', shop.kid)
    expect(await refusalOf(() => cart.unwrap(early, { operation: 'read' }))).to.equal('ERR_KEY_REVOKED')
    const onward = await cart.wrap({ audience: 'inventory', operation: 'commit', parent })
    expect(await refusalOf(() => inventory.unwrap(onward, { operation: 'commit' }))).to.equal('ERR_KEY_REVOKED')
  })

  it('of one instance of ten leaves the others, each of which has a key of its own', async () => {
    const shops = await Promise.all(Array.from({ length: 10 }, () => startShop()))
    const cart = await startCart(new Reader(registry, true))
    expect(new Set(shops.map(({ kid }) => kid)).size).to.equal(10)
    for (const shop of shops) expect(await call(shop, cart)).to.equal('accepted')
    const [revoked, ...others] = shops
    if (revoked === undefined) throw new Error('no shop')
    await registry.revoke('shop', revoked.kid)
    expect(await call(revoked, cart)).to.equal('ERR_KEY_REVOKED')
    for (const shop of others) expect(await call(shop, cart)).to.equal('accepted')
  })

  it('has its service make another key by itself, and calls go on', async () => {
    mock.timers.enable({ apis: ['setInterval'] })
    const shop = await startShop()
    const cart = await startCart(new Reader(registry, true))
    const { kid } = shop
    await registry.revoke('shop', kid)
    expect(await call(shop, cart)).to.equal('ERR_KEY_REVOKED')
    mock.timers.tick(INSPECTION_MILLISECONDS)
    await eventually(() => shop.kid !== kid)
    expect(await call(shop, cart)).to.equal('accepted')
  })
})
