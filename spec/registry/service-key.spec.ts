import { mock } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'chai'
import type { CountersignError } from '../../lib/errors.js'
import { generateSigningKey, importSigningKey, type SigningKey } from '../../lib/jws/signing-key.js'
import type { Publication } from '../../lib/model/registry.js'
import { KeyFinder } from '../../lib/registry/key-finder.js'
import { MemoryRegistry } from '../../lib/registry/memory-registry.js'
import { signCertification } from '../../lib/registry/registrar/certification.js'
import { signRegistration, verifyRegistration } from '../../lib/registry/registration.js'
import { ServiceKey, type ServiceKeyOptions } from '../../lib/registry/service-key.js'
import { errorOf, refusalOf } from '../jws/refusal.js'
import { eventually } from './eventually.js'
import { pending } from './scripted-registry.js'

const DAY = 86_400
const START = 100_000
/** A key that was published signs after 10 seconds, and what the registry took. */
const SETTLED = 20

class RecordingRegistry extends MemoryRegistry {
  readonly publications: Publication[] = []
  #forgotten = false

  /** Loses all that was published so far. */
  forget(): void {
    this.#forgotten = true
  }

  override async find(service: string, kid: string) {
    return this.#forgotten ? undefined : await super.find(service, kid)
  }

  override async publish(publication: Publication): Promise<void> {
    await super.publish(publication)
    this.#forgotten = false
    this.publications.push(publication)
  }
}

describe("a service's key", () => {
  let registry: RecordingRegistry
  let now: number
  let errors: CountersignError[]
  let keys: ServiceKey[]

  beforeEach(() => {
    registry = new RecordingRegistry()
    now = START
    errors = []
    keys = []
  })

  afterEach(async () => {
    for (const key of keys) await key.stop()
  })

  const start = async (options: Partial<ServiceKeyOptions> = {}) => {
    const key = await ServiceKey.start({
      service: 'cart',
      registry,
      clock: () => now,
      onError: error => errors.push(error),
      ...options,
    })
    keys.push(key)
    return key
  }
  const failing = async () => {
    throw new Error('connection refused')
  }
  const verifyPublished = ({ registration, service, kid }: Publication) =>
    verifyRegistration(registration, { service, kid })
  const isPublished = (times: number) => eventually(() => registry.publications.length === times)

  describe('that is generated', () => {
    it('is registered for a day from now', async () => {
      now = START + 0.7
      const { key, notBefore, expiresAt } = (await start()).current(now)
      expect([notBefore, expiresAt]).to.deep.equal([START, START + DAY])
      const [publication] = registry.publications
      if (publication === undefined) throw new Error('nothing was published')
      expect(publication).to.include({ service: 'cart', kid: key.kid, expiresAt: START + DAY })
      expect(await verifyPublished(publication)).to.include({ algorithm: 'ES256', notBefore: START })
    })

    it('is of the algorithm that was asked for, and lives as long', async () => {
      const serviceKey = await start({ algorithm: 'EdDSA', registrationSeconds: 600 })
      const { key, expiresAt } = serviceKey.current(now)
      expect([key.algorithm, expiresAt]).to.deep.equal(['EdDSA', START + 600])
    })

    it('is replaced at half of its life by one that is published before it signs', async () => {
      const serviceKey = await start()
      const first = serviceKey.current(START + DAY / 2 - 1)
      expect(registry.publications).to.have.length(1)
      now = START + DAY / 2
      expect(serviceKey.current(now)).to.equal(first)
      await isPublished(2)
      await eventually(() => serviceKey.current(now + SETTLED) !== first)
      const second = serviceKey.current(now + SETTLED)
      expect(second.key.kid).to.equal(registry.publications[1]?.kid)
      expect([second.notBefore, second.expiresAt]).to.deep.equal([START + DAY / 2, START + DAY / 2 + DAY])
    })

    it('leaves the registration of its predecessor, for the chains in flight', async () => {
      const serviceKey = await start()
      const finder = new KeyFinder({ registry })
      const first = serviceKey.current(START).key
      now = START + DAY / 2
      serviceKey.current(now)
      await isPublished(2)
      now += SETTLED
      await eventually(() => serviceKey.current(now).key !== first)
      for (const { kid } of [first, serviceKey.current(now).key]) {
        expect((await finder.find('cart', kid, now)).expiresAt).to.be.greaterThan(now)
      }
    })

    it('is replaced once, however many calls find it due', async () => {
      const serviceKey = await start()
      const taken = pending<void>()
      const publish = registry.publish.bind(registry)
      registry.publish = async publication => {
        await taken.promise
        await publish(publication)
      }
      const first = serviceKey.current(START)
      for (let call = 0; call < 100; call++) expect(serviceKey.current(START + DAY / 2 + call)).to.equal(first)
      taken.resolve()
      await isPublished(2)
      await delay(20)
      expect(registry.publications).to.have.length(2)
    })

    it('is replaced where the clock was set back behind its beginning', async () => {
      const serviceKey = await start()
      const first = serviceKey.current(START - 5)
      expect(registry.publications).to.have.length(1)
      serviceKey.current(START - 1000)
      await eventually(() => serviceKey.current(START - 1000) !== first)
      expect(serviceKey.current(START - 1000).notBefore).to.equal(START - 1000)
    })
  })

  describe('that was brought', () => {
    let brought: SigningKey

    before(async () => {
      brought = await generateSigningKey('EdDSA')
    })

    it('is registered from one hop lifetime ago, for a day at most', async () => {
      const { key, notBefore, expiresAt } = (await start({ key: brought, hopLifetimeSeconds: 3600 })).current(now)
      expect(key).to.equal(brought)
      expect([notBefore, expiresAt]).to.deep.equal([START - 3600, START - 3600 + DAY])
    })

    it('is registered from the beginning of time where that is nearer', async () => {
      now = 100
      const { notBefore, expiresAt } = (await start({ key: brought, registrationSeconds: 600 })).current(now)
      expect([notBefore, expiresAt]).to.deep.equal([0, 700])
    })

    it('keeps its kid when it is registered again, with the hops in flight inside the window', async () => {
      const serviceKey = await start({ key: brought, registrationSeconds: 1000 })
      now = START + 500
      serviceKey.current(now)
      await isPublished(2)
      expect(serviceKey.current(now).expiresAt).to.equal(START + 1000)
      await eventually(() => serviceKey.current(now + SETTLED).expiresAt > START + 1000)
      const { key, notBefore, expiresAt } = serviceKey.current(now)
      expect([key.kid, notBefore, expiresAt]).to.deep.equal([brought.kid, START + 200, START + 1500])
      const registration = await new KeyFinder({ registry }).find('cart', brought.kid, now)
      expect(registration).to.include({ notBefore, expiresAt })
    })

    it('is refused with ERR_KEY_REVOKED where it has a tombstone', async () => {
      await registry.revoke('cart', brought.kid)
      expect(await refusalOf(() => start({ key: brought }))).to.equal('ERR_KEY_REVOKED')
    })

    it('tells of a tombstone at its renewal, and signs on until its registration ends', async () => {
      const serviceKey = await start({ key: brought })
      await registry.revoke('cart', brought.kid)
      const { expiresAt } = serviceKey.current(now)
      now = START + DAY / 2
      serviceKey.current(now)
      await eventually(() => errors.length > 0)
      expect(errors.map(({ code }) => code)).to.deep.equal(['ERR_KEY_REVOKED'])
      expect(serviceKey.current(now).expiresAt).to.equal(expiresAt)
    })

    it('may be held elsewhere, and is proven to sign', async () => {
      const sign = async (data: Uint8Array) => brought.sign(data)
      const held = await importSigningKey({ publicJwk: brought.publicJwk, sign })
      expect((await start({ key: held })).current(now).key.kid).to.equal(brought.kid)
    })

    it('is refused with ERR_SIGNING_KEY_UNUSABLE, before it is published, if it signs with another key', async () => {
      const other = await generateSigningKey('EdDSA')
      const wrong = await importSigningKey({ publicJwk: brought.publicJwk, sign: async data => other.sign(data) })
      expect(await refusalOf(() => start({ key: wrong }))).to.equal('ERR_SIGNING_KEY_UNUSABLE')
      expect(await registry.list()).to.deep.equal([])
    })

    it('is refused with ERR_SIGNING_KEY_UNUSABLE if it does not sign, or wrongly', async () => {
      const broken = [failing, async () => new Uint8Array(7), () => 'signature' as unknown as Promise<Uint8Array>]
      for (const sign of broken) {
        const key = await importSigningKey({ publicJwk: brought.publicJwk, sign })
        const error = await errorOf(() => start({ key }))
        expect(error).to.have.property('code', 'ERR_SIGNING_KEY_UNUSABLE')
        expect(error.message).not.to.include('connection refused')
      }
    })
  })

  describe('while the registry does not take it', () => {
    it('does not start: ERR_REGISTRY_UNAVAILABLE', async () => {
      registry.publish = failing
      expect(await refusalOf(() => start())).to.equal('ERR_REGISTRY_UNAVAILABLE')
    })

    it('tells why, signs on, and tries again at the next check', async () => {
      const serviceKey = await start()
      const { publish } = registry
      let attempts = 0
      registry.publish = async () => {
        attempts += 1
        throw new Error('connection refused')
      }
      const first = serviceKey.current(now)
      now = START + DAY / 2
      serviceKey.current(now)
      await eventually(() => errors.length === 1)
      expect(errors[0]).to.include({ code: 'ERR_REGISTRY_UNAVAILABLE' })
      for (const later of [0, 5, 14]) expect(serviceKey.current(now + later)).to.equal(first)
      await delay(20)
      expect(attempts).to.equal(1)
      registry.publish = publish
      serviceKey.current(now + 15)
      await isPublished(2)
      await eventually(() => serviceKey.current(now + 15 + SETTLED) !== first)
    })

    it('goes on though the one who hears of it throws', async () => {
      const onError = () => {
        throw new Error('a listener of its own mind')
      }
      const serviceKey = await start({ onError })
      registry.publish = failing
      serviceKey.current(START + DAY / 2)
      await delay(20)
      expect(serviceKey.current(START + DAY / 2).expiresAt).to.equal(START + DAY)
    })
  })

  describe('as time goes by', () => {
    afterEach(() => mock.timers.reset())

    it('is renewed though nobody asks for it', async () => {
      mock.timers.enable({ apis: ['setInterval'] })
      await start()
      mock.timers.tick(15_000)
      expect(registry.publications).to.have.length(1)
      now = START + DAY / 2
      mock.timers.tick(15_000)
      await isPublished(2)
    })

    it('is published again, as it was, where the registry has lost it', async () => {
      mock.timers.enable({ apis: ['setInterval'] })
      const key = await start()
      const { kid } = key.current(now).key
      registry.forget()
      mock.timers.tick(15_000)
      await isPublished(2)
      const [first, second] = registry.publications
      expect([second?.kid, second?.expiresAt]).to.deep.equal([kid, first?.expiresAt])
      await eventually(() => errors.length === 1)
      expect(errors[0]?.message).to.equal('the registry had lost the registration of `cart`: published again')
    })

    it('is published again where the registry has damaged it', async () => {
      mock.timers.enable({ apis: ['setInterval'] })
      const key = await start()
      const { kid } = key.current(now).key
      const [first] = registry.publications
      if (first === undefined) throw new Error('nothing was published')
      for (const registration of ['', first.registration.slice(0, 100), `${first.registration} `]) {
        await registry.publish({ ...first, registration })
        const published = registry.publications.length
        mock.timers.tick(15_000)
        await isPublished(published + 1)
        expect(registry.publications.at(-1)?.expiresAt).to.equal(first.expiresAt)
        const entry = await registry.find('cart', kid)
        if (entry?.registration === undefined) throw new Error('nothing is registered')
        await verifyRegistration(entry.registration, { service: 'cart', kid })
      }
      await eventually(() => errors.length === 3)
      expect(errors[2]).to.include({
        code: 'ERR_REGISTRATION_INVALID',
        message: 'the registration of `cart` was damaged in the registry: published again',
      })
    })

    it('is left alone where another instance, or a registrar, wrote over it what holds as well', async () => {
      mock.timers.enable({ apis: ['setInterval'] })
      const brought = await generateSigningKey('ES256')
      await start({ key: brought })
      const [first] = registry.publications
      if (first === undefined) throw new Error('nothing was published')
      const terms = { issuedAt: START, expiresAt: START + DAY }
      const certified = await signCertification(first.registration, await generateSigningKey('ES256'), terms)
      const other = await signRegistration(brought, { service: 'cart', notBefore: START - 7, expiresAt: START + 7 })
      for (const registration of [certified, other]) {
        await registry.publish({ ...first, registration })
        const published = registry.publications.length
        mock.timers.tick(15_000)
        await delay(50)
        expect([registry.publications.length, errors.length]).to.deep.equal([published, 0])
      }
    })

    it('is replaced at once where it was revoked', async () => {
      mock.timers.enable({ apis: ['setInterval'] })
      const key = await start()
      const { kid } = key.current(now).key
      await registry.revoke('cart', kid)
      mock.timers.tick(15_000)
      await isPublished(2)
      await eventually(() => key.current(now).key.kid !== kid)
    })

    it('tells once of a brought key that was revoked, which its owner must replace', async () => {
      mock.timers.enable({ apis: ['setInterval'] })
      const brought = await generateSigningKey('ES256')
      await start({ key: brought })
      await registry.revoke('cart', brought.kid)
      for (let check = 0; check < 3; check += 1) {
        mock.timers.tick(15_000)
        await delay(10)
      }
      expect(errors.map(({ code }) => code)).to.deep.equal(['ERR_KEY_REVOKED'])
    })

    it('is not published with its old window over a renewal', async () => {
      mock.timers.enable({ apis: ['setInterval'] })
      const key = await start({ key: await generateSigningKey('ES256') })
      registry.forget()
      now = START + DAY / 2
      mock.timers.tick(15_000)
      await eventually(() => key.current(now + SETTLED).expiresAt > START + DAY)
      await delay(20)
      expect(registry.publications.at(-1)?.expiresAt).to.equal(key.current(now).expiresAt)
    })

    it('is left alone where the registry does not answer', async () => {
      mock.timers.enable({ apis: ['setInterval'] })
      await start()
      registry.find = failing
      mock.timers.tick(15_000)
      await delay(20)
      expect([registry.publications.length, errors.length]).to.deep.equal([1, 0])
    })

    it('tells of a clock that breaks, and is renewed when it works again', async () => {
      mock.timers.enable({ apis: ['setInterval'] })
      let isBroken = false
      const clock = () => {
        if (isBroken) throw new Error('no time')
        return now
      }
      await start({ clock })
      isBroken = true
      mock.timers.tick(15_000)
      expect(errors.map(({ code }) => code)).to.deep.equal(['ERR_REGISTRY_UNAVAILABLE'])
      isBroken = false
      now = START + DAY / 2
      mock.timers.tick(15_000)
      await isPublished(2)
    })

    it('does not wait for a registry that hangs: ERR_REGISTRY_UNAVAILABLE', async () => {
      mock.timers.enable({ apis: ['setTimeout'] })
      const asked = pending<void>()
      registry.publish = () => {
        asked.resolve()
        return new Promise<never>(() => undefined)
      }
      const refusal = refusalOf(() => start())
      await asked.promise
      mock.timers.tick(5000)
      expect(await refusal).to.equal('ERR_REGISTRY_UNAVAILABLE')
    })
  })

  it('is not renewed after its end, which waits for a renewal that is under way', async () => {
    const serviceKey = await start()
    serviceKey.current(START + DAY / 2)
    await serviceKey.stop()
    expect(registry.publications).to.have.length(2)
    serviceKey.current(START + 3 * DAY)
    await delay(20)
    expect(registry.publications).to.have.length(2)
    expect(await registry.list('cart')).to.have.length(2)
  })

  it('refuses options that are none with ERR_OPTION', async () => {
    const key = await generateSigningKey('EdDSA')
    const wrong: readonly Partial<ServiceKeyOptions>[] = [
      { service: '../cart' },
      { key, algorithm: 'ES256' },
      { registrationSeconds: 0 },
      { registrationSeconds: DAY + 1 },
      { registrationSeconds: 1.5 },
      { hopLifetimeSeconds: 0 },
      { hopLifetimeSeconds: 3601 },
      { clock: () => Number.NaN },
      { clock: () => -10 },
    ]
    for (const options of wrong) expect(await refusalOf(() => start(options))).to.equal('ERR_OPTION')
    expect(await registry.list()).to.deep.equal([])
  })
})
