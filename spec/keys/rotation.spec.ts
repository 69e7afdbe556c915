import { mock } from 'node:test'
import { expect } from 'chai'
import type { CountersignError } from '../../lib/errors.js'
import { generateSigningKey } from '../../lib/jws/signing-key.js'
import { MemoryRegistry } from '../../lib/registry/memory-registry.js'
import type { RegisteredKey } from '../../lib/registry/registered-key.js'
import { ServiceKey, type ServiceKeyOptions } from '../../lib/registry/service-key.js'
import { eventually } from '../registry/eventually.js'

const START = 100_000
const LIFE = 1000
/** A key that was published signs after so many seconds. */
const SETTLED = 10
/** Long enough for a registry that took its time, too. */
const LATER = SETTLED + 30

describe('the replacement of a key', () => {
  let registry: MemoryRegistry
  let now: number
  let used: RegisteredKey[]
  let errors: CountersignError[]
  let keys: ServiceKey[]

  beforeEach(() => {
    registry = new MemoryRegistry()
    now = START
    used = []
    errors = []
    keys = []
  })

  afterEach(async () => {
    mock.timers.reset()
    for (const key of keys) await key.stop()
  })

  const start = async (options: Partial<ServiceKeyOptions> = {}) => {
    const key = await ServiceKey.start({
      service: 'cart',
      registry,
      registrationSeconds: LIFE,
      clock: () => now,
      onError: error => errors.push(error),
      onUse: registered => used.push(registered),
      ...options,
    })
    keys.push(key)
    return key
  }
  const kids = async () => (await registry.list('cart')).map(({ kid }) => kid)
  const arePublished = (count: number) => eventually(async () => (await kids()).length === count)
  /** What signs at an instant, once what that begins is done. */
  const signerAt = async (key: ServiceKey, seconds: number) => {
    now = seconds
    key.current(now)
    await new Promise(resolve => setImmediate(resolve))
    return key.current(now).key.kid
  }

  it('publishes the new one, signs with the old one until verifiers can know it, then with the new one', async () => {
    const key = await start()
    const first = await signerAt(key, START + LIFE / 2)
    await arePublished(2)
    const second = (await kids()).find(kid => kid !== first)
    for (let second = 0; second < SETTLED; second += 1) {
      expect(await signerAt(key, START + LIFE / 2 + second)).to.equal(first)
    }
    expect(await signerAt(key, START + LIFE / 2 + LATER)).to.equal(second)
    expect(await kids()).to.have.length(2)
  })

  it('tells of each key when it begins to sign, and not when it is published', async () => {
    const key = await start()
    const first = await signerAt(key, START + LIFE / 2)
    await arePublished(2)
    expect(used.map(registered => registered.key.kid)).to.deep.equal([first])
    const second = await signerAt(key, START + LIFE / 2 + LATER)
    expect(used.map(registered => registered.key.kid)).to.deep.equal([first, second])
    expect(used[1]).to.include({ notBefore: START + LIFE / 2, expiresAt: START + LIFE / 2 + LIFE })
  })

  it('happens though nobody calls', async () => {
    mock.timers.enable({ apis: ['setInterval'] })
    const key = await start()
    now = START + LIFE / 2
    mock.timers.tick(15_000)
    await arePublished(2)
    await eventually(() => {
      mock.timers.tick(15_000)
      now += 15
      return used.length === 2
    })
    expect(used[1]?.key.kid).to.equal(key.current(now).key.kid)
  })

  it('goes on though the one who hears of it throws, which is told', async () => {
    const key = await start({
      onUse: () => {
        throw new Error('a listener of its own mind')
      },
    })
    const first = await signerAt(key, START + LIFE / 2)
    await arePublished(2)
    expect(await signerAt(key, START + LIFE / 2 + LATER)).to.not.equal(first)
    expect(errors.map(({ code }) => code)).to.deep.equal(['ERR_REGISTRY_UNAVAILABLE', 'ERR_REGISTRY_UNAVAILABLE'])
  })

  it('does not wait longer than the old one can be used: a registry that failed until then has left no time', async () => {
    const key = await start()
    const { publish } = registry
    registry.publish = () => Promise.reject(new Error('connection refused'))
    const first = await signerAt(key, START + LIFE / 2)
    await eventually(() => errors.length > 0)
    registry.publish = publish
    const last = START + LIFE - SETTLED
    expect(await signerAt(key, last - 2)).to.equal(first)
    await arePublished(2)
    expect(await signerAt(key, last - 1)).to.equal(first)
    expect(await signerAt(key, last)).to.not.equal(first)
  })

  it('is at once where the old one has expired, as after a machine has slept', async () => {
    const key = await start()
    const first = await signerAt(key, START)
    key.current(START + 3 * LIFE)
    await eventually(() => key.current(START + 3 * LIFE).key.kid !== first)
  })

  it('is at once where the old one was revoked', async () => {
    mock.timers.enable({ apis: ['setInterval'] })
    const key = await start()
    const first = key.current(now).key.kid
    await registry.revoke('cart', first)
    mock.timers.tick(15_000)
    await eventually(() => key.current(now).key.kid !== first)
  })

  it('is at once where the clock was set back, before or after the new one was published', async () => {
    const key = await start()
    const first = await signerAt(key, START + LIFE / 2)
    await arePublished(2)
    expect(await signerAt(key, START + LIFE / 2)).to.equal(first)
    const back = START - 3 * LIFE
    now = back
    key.current(now)
    await eventually(() => key.current(now).notBefore === back)
    expect(key.current(now).key.kid).to.not.equal(first)
  })

  it('gives way to another one where the new key was revoked before it signed', async () => {
    mock.timers.enable({ apis: ['setInterval'] })
    const key = await start()
    const first = await signerAt(key, START + LIFE / 2)
    await arePublished(2)
    const second = (await kids()).find(kid => kid !== first) ?? ''
    await registry.revoke('cart', second)
    mock.timers.tick(15_000)
    await arePublished(3)
    await eventually(() => key.current(now).key.kid !== first)
    expect(key.current(now).key.kid).to.not.equal(second)
    expect(used.map(registered => registered.key.kid)).to.not.include(second)
  })

  it('publishes again what is new, not what is old, where the registry loses it meanwhile', async () => {
    mock.timers.enable({ apis: ['setInterval'] })
    const key = await start({ key: await generateSigningKey('ES256') })
    now = START + LIFE / 2
    key.current(now)
    const expiresAt = now + LIFE
    const published: number[] = []
    const publish = registry.publish.bind(registry)
    registry.publish = async publication => {
      await publish(publication)
      published.push(publication.expiresAt)
    }
    await eventually(() => published.length === 1)
    const find = registry.find.bind(registry)
    registry.find = async () => undefined
    mock.timers.tick(15_000)
    await eventually(() => published.length === 2)
    registry.find = find
    expect(published).to.deep.equal([expiresAt, expiresAt])
    expect(key.current(now).expiresAt).to.equal(START + LIFE)
    expect(key.current(now + LATER).expiresAt).to.equal(expiresAt)
  })
})
