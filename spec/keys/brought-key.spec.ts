import { expect } from 'chai'
import { MemoryRegistry, type RegistryEntry, type Service } from '../../lib/index.js'
import { generateSigningKey, type SigningKey } from '../../lib/jws/signing-key.js'
import { KeyFinder } from '../../lib/registry/key-finder.js'
import { signRegistration } from '../../lib/registry/registration.js'
import { forgeChain } from '../forge/chain.js'
import { forgeKey } from '../forge/key.js'
import { ServiceParty } from '../http/service-party.js'
import { refusalOf } from '../jws/refusal.js'
import { eventually } from '../registry/eventually.js'
import { pending, ScriptedRegistry } from '../registry/scripted-registry.js'

const START = 1_800_000_000
const REGISTRATION_SECONDS = 60

/** A registry that tells nobody of changes, so that what was found is used for as long as it is fresh. */
class SilentRegistry extends MemoryRegistry {
  asked = 0

  override async find(service: string, kid: string): Promise<RegistryEntry | undefined> {
    this.asked += 1
    return await super.find(service, kid)
  }

  override async watch() {
    return { close: async () => undefined }
  }
}

describe('a brought key that is registered anew', () => {
  const { privateKey, kid } = forgeKey('brought')
  let party: ServiceParty
  let registry: SilentRegistry
  let now: number
  let shop: Service
  let cart: Service

  beforeEach(async () => {
    party = new ServiceParty()
    registry = new SilentRegistry()
    now = START
    const common = { registry, clock: () => now }
    shop = await party.start('shop', {
      ...common,
      key: privateKey,
      limits: { registrationSeconds: REGISTRATION_SECONDS },
    })
    cart = await party.start('cart', common)
  })
  afterEach(() => party.stop())

  const call = async () => {
    const presentation = await shop.wrap({ audience: 'cart', operation: 'read', job: true })
    return await refusalOf(() => cart.unwrap(presentation, { operation: 'read' }))
  }

  it('is accepted in every second, by a verifier who remembers an earlier registration for a minute', async () => {
    for (let second = 0; second < 5 * REGISTRATION_SECONDS; second += 1) {
      expect(await call(), `after ${second} s`).to.equal('accepted')
      now += 1
      // A renewal has half a registration's life: it takes milliseconds of real time, and machines are busy.
      await new Promise(resolve => setTimeout(resolve, 5))
    }
    expect(shop.kid).to.equal(kid)
  }).timeout(60_000)

  it('is asked for once by such a verifier, not for each call', async () => {
    expect(await call()).to.equal('accepted')
    now += REGISTRATION_SECONDS / 2
    expect(shop.kid).to.equal(kid)
    await eventually(async () => {
      now += 1
      const presentation = await shop.wrap({ audience: 'cart', operation: 'read', job: true })
      return (
        JSON.parse(Buffer.from(presentation.split('~')[1]?.split('.')[0] ?? '', 'base64url').toString()).exp >
        START + REGISTRATION_SECONDS
      )
    })
    const { asked } = registry
    for (let calls = 0; calls < 20; calls += 1) expect(await call()).to.equal('accepted')
    expect(registry.asked - asked).to.equal(1)
  })

  it('does not let a hop live past what is registered, whoever signed it', async () => {
    expect(await call()).to.equal('accepted')
    const signer = { name: 'shop', key: forgeKey('brought') }
    const { presentation } = forgeChain([signer], 'cart', { issuedAt: now, expiresAt: now + REGISTRATION_SECONDS + 1 })
    expect(await refusalOf(() => cart.unwrap(presentation, { operation: 'call' }))).to.equal(
      'ERR_HOP_OUTSIDE_REGISTRATION',
    )
  })
})

describe('a key finder that is asked for what may have been renewed', () => {
  let key: SigningKey
  let text: string
  let registry: ScriptedRegistry
  let finder: KeyFinder

  before(async () => {
    key = await generateSigningKey('ES256')
    text = await signRegistration(key, { service: 'shop', notBefore: 1000, expiresAt: 2000 })
  })

  beforeEach(async () => {
    registry = new ScriptedRegistry(async (service, kid) => ({ service, kid, registration: text, revoked: false }))
    finder = new KeyFinder({ registry, limits: { unknownLookupsPerSecond: 3, freshSeconds: 60 } })
    await finder.find('shop', key.kid, 1500)
  })

  const renewed = (now: number) => finder.findRenewed('shop', key.kid, now)
  const renew = async (expiresAt: number) => {
    const registration = await signRegistration(key, { service: 'shop', notBefore: 1000, expiresAt })
    registry.answer = async (service, kid) => ({ service, kid, registration, revoked: false })
  }

  it('asks the registry, though it remembers the key, and remembers the answer', async () => {
    await renew(3000)
    expect((await finder.find('shop', key.kid, 1510)).expiresAt).to.equal(2000)
    expect((await renewed(1510)).expiresAt).to.equal(3000)
    expect(finder.findFresh('shop', key.kid, 1510)?.expiresAt).to.equal(3000)
    expect(registry.asked).to.equal(2)
  })

  it('asks for one key once a second, however many ask', async () => {
    for (let call = 0; call < 100; call += 1) await renewed(1500.5)
    expect(registry.asked).to.equal(1)
    await Promise.all(Array.from({ length: 100 }, () => renewed(1510)))
    expect(registry.asked).to.equal(2)
    for (let call = 0; call < 100; call += 1) await renewed(1510.9)
    expect(registry.asked).to.equal(2)
  })

  it('asks for few keys in a second in vain, and without limit for those that were renewed', async () => {
    const others = await Promise.all(Array.from({ length: 10 }, () => generateSigningKey('ES256')))
    const texts = new Map<string, string>()
    const publish = async (expiresAt: number) => {
      for (const other of others) {
        texts.set(other.kid, await signRegistration(other, { service: 'shop', notBefore: 1000, expiresAt }))
      }
    }
    registry.answer = async (service, kid) => ({ service, kid, registration: texts.get(kid) ?? '', revoked: false })
    await publish(2000)
    for (const other of others) await finder.find('shop', other.kid, 1500)
    const { asked } = registry
    for (const other of others) expect((await finder.findRenewed('shop', other.kid, 1510)).expiresAt).to.equal(2000)
    expect(registry.asked - asked).to.equal(3)
    await publish(3000)
    for (const other of others) expect((await finder.findRenewed('shop', other.kid, 1520)).expiresAt).to.equal(3000)
    expect(registry.asked - asked).to.equal(13)
  })

  it('leaves calls that remember the key alone, while the registry hangs, and after it has failed', async () => {
    const hanging = pending<undefined>()
    registry.answer = () => hanging.promise
    const stranger = renewed(1510)
    expect(finder.findFresh('shop', key.kid, 1510)?.expiresAt).to.equal(2000)
    hanging.reject(new Error('connection refused'))
    expect((await stranger).expiresAt).to.equal(2000)
    expect(finder.findFresh('shop', key.kid, 1511)?.expiresAt).to.equal(2000)
    const { asked } = registry
    await renewed(1510.5)
    expect(registry.asked).to.equal(asked)
  })

  it('refuses a key that it finds revoked: ERR_KEY_REVOKED, from then on for all', async () => {
    registry.answer = async (service, kid) => ({ service, kid, registration: text, revoked: true })
    expect(await refusalOf(() => renewed(1510))).to.equal('ERR_KEY_REVOKED')
    expect(await refusalOf(() => finder.find('shop', key.kid, 1510))).to.equal('ERR_KEY_REVOKED')
  })

  it('looks up a key that it does not remember as it always does', async () => {
    const { kid } = await generateSigningKey('ES256')
    registry.answer = async () => undefined
    expect(await refusalOf(() => finder.findRenewed('shop', kid, 1510))).to.equal('ERR_KEY_UNKNOWN')
  })
})
