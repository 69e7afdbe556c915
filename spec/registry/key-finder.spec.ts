import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { generateSigningKey } from '../../lib/jws/signing-key.js'
import { MAX_CACHED_KEYS_PER_SERVICE } from '../../lib/limits/keys.js'
import type { Publication, RegistryEntry } from '../../lib/model/registry.js'
import { KeyFinder, type KeyFinderOptions } from '../../lib/registry/key-finder.js'
import type { Place } from '../../lib/registry/place.js'
import type { RegistrationVerifier } from '../../lib/registry/registration.js'
import { errorOf, refusalOf } from '../jws/refusal.js'
import { pending, ScriptedRegistry } from './scripted-registry.js'
import { makePublication, signChanged } from './signed-text.js'

const randomKid = () => randomBytes(32).toString('base64url')
const down = async () => {
  throw new Error('connection refused')
}
const nothing = async () => undefined
const never = () => new Promise<never>(() => undefined)

describe('a key finder', () => {
  let cart: Publication
  let entry: RegistryEntry
  let registry: ScriptedRegistry
  let finder: KeyFinder

  before(async () => {
    cart = await makePublication('cart')
    const { service, kid, registration } = cart
    entry = { service, kid, registration, revoked: false }
  })

  beforeEach(async () => {
    registry = new ScriptedRegistry(async (service, kid) =>
      service === entry.service && kid === entry.kid ? entry : undefined,
    )
    finder = await startFinder()
  })

  afterEach(() => finder.close())

  const startFinder = async (options?: Partial<KeyFinderOptions>) => {
    const started = new KeyFinder({ registry, ...options })
    await started.watch()
    return started
  }
  const find = (now: number) => finder.find('cart', cart.kid, now)
  const outcome = (now: number) => refusalOf(() => find(now))
  const revoke = () => {
    registry.answer = async () => ({ ...entry, revoked: true })
  }

  describe('with a key that is registered', () => {
    it('verifies its registration', async () => {
      const { service, kid, algorithm, notBefore, expiresAt } = await find(1500)
      expect([service, kid, algorithm, notBefore, expiresAt]).to.deep.equal(['cart', cart.kid, 'EdDSA', 1000, 2000])
    })

    it('asks the registry once a minute', async () => {
      for (const now of [1500, 1500, 1520, 1559]) await find(now)
      expect(registry.asked).to.equal(1)
      for (const now of [1560, 1619]) await find(now)
      expect(registry.asked).to.equal(2)
    })

    it('asks once for all who want it at the same time', async () => {
      const registrations = await Promise.all(Array.from({ length: 50 }, () => find(1500)))
      expect(new Set(registrations).size).to.equal(1)
      expect(registry.asked).to.equal(1)
    })

    it('asks again where the clock was set back, so that nothing is fresh for longer', async () => {
      await find(1500)
      await find(1400)
      expect(registry.asked).to.equal(2)
      await find(1459)
      expect(registry.asked).to.equal(2)
    })

    it('finds a registration that has expired: its window is for others to judge', async () => {
      expect((await find(5000)).expiresAt).to.equal(2000)
    })

    it('tells two services with one key apart', async () => {
      await find(1500)
      expect(await refusalOf(() => finder.find('shop', cart.kid, 1500))).to.equal('ERR_KEY_UNKNOWN')
    })

    it('keeps its freshness to the limits that it was given', async () => {
      const short = await startFinder({ limits: { freshSeconds: 0 } })
      await short.find('cart', cart.kid, 1500)
      await short.find('cart', cart.kid, 1500)
      expect(registry.asked).to.equal(2)
    })
  })

  describe('while the registry cannot answer', () => {
    it('refuses a key never found with ERR_REGISTRY_UNAVAILABLE, the foreign error as its cause alone', async () => {
      registry.answer = down
      const error = await errorOf(() => find(1500))
      expect(error).to.include({ code: 'ERR_REGISTRY_UNAVAILABLE', status: 503 })
      expect(error.message).not.to.include('refused')
      expect(error.cause).to.have.property('message', 'connection refused')
    })

    it('asks again for a key never found', async () => {
      registry.answer = down
      await outcome(1500)
      registry.answer = async () => entry
      expect(await outcome(1500)).to.equal('accepted')
    })

    it('uses a key found earlier for ten minutes after it was last confirmed', async () => {
      await find(1100)
      registry.answer = down
      for (const now of [1160, 1400, 1699]) expect(await outcome(now), String(now)).to.equal('accepted')
      for (const now of [1700, 1800]) expect(await outcome(now), String(now)).to.equal('ERR_REGISTRY_UNAVAILABLE')
    })

    it('does not wait for a registry that hangs where another caller does already, and a key found earlier may be used', async () => {
      await finder.close()
      finder = await startFinder({ limits: { timeoutSeconds: 1 } })
      await find(1100)
      registry.answer = () => new Promise(() => undefined)
      expect(await outcome(1160)).to.equal('accepted')
      const waiting = outcome(1163)
      const meanwhile = await Promise.race([outcome(1163), new Promise(resolve => setImmediate(resolve, 'waited'))])
      expect(meanwhile).to.equal('accepted')
      expect(await waiting).to.equal('accepted')
    })

    it('sees at once that a key was revoked when the registry answers again', async () => {
      await find(1100)
      registry.answer = down
      expect(await outcome(1160)).to.equal('accepted')
      revoke()
      expect(await outcome(1163)).to.equal('ERR_KEY_REVOKED')
    })

    it('does not use a key beyond the end of its registration', async () => {
      await find(1900)
      registry.answer = down
      expect(await outcome(1999)).to.equal('accepted')
      expect(await outcome(2000)).to.equal('ERR_REGISTRY_UNAVAILABLE')
    })

    it('does not use a key where the clock was set back: nobody knows how old it is', async () => {
      await find(1500)
      registry.answer = down
      expect(await outcome(1498)).to.equal('accepted')
      expect(await outcome(1400)).to.equal('ERR_REGISTRY_UNAVAILABLE')
    })

    it('asks for a key found earlier once a second', async () => {
      await find(1100)
      registry.answer = down
      for (const now of [1160, 1160, 1160.5, 1160.9]) expect(await outcome(now)).to.equal('accepted')
      expect(registry.asked).to.equal(2)
      await find(1161.5)
      expect(registry.asked).to.equal(3)
    })

    it('goes on as before when the registry is back', async () => {
      await find(1100)
      registry.answer = down
      await find(1650)
      registry.answer = async () => entry
      await find(1652)
      registry.answer = down
      expect(await outcome(1900)).to.equal('accepted')
    })

    it('does not wait for a registry that hangs', async () => {
      finder = await startFinder({ limits: { timeoutSeconds: 0.02 } })
      await find(1100)
      registry.answer = never
      expect(await outcome(1200)).to.equal('accepted')
      expect(await refusalOf(() => finder.find('cart', randomKid(), 1200))).to.equal('ERR_REGISTRY_UNAVAILABLE')
      expect(await outcome(1700)).to.equal('ERR_REGISTRY_UNAVAILABLE')
    })

    it('takes what is no entry, and what throws at once, for no answer', async () => {
      registry.answer = async () => null as unknown as undefined
      expect(await outcome(1500)).to.equal('ERR_REGISTRY_UNAVAILABLE')
      registry.find = () => {
        throw new Error('at once')
      }
      expect(await outcome(1500)).to.equal('ERR_REGISTRY_UNAVAILABLE')
    })

    it('takes a verifier that breaks for no answer: what it did not refuse, it did not verify', async () => {
      const verify = async () => {
        throw new TypeError('a fault')
      }
      finder = await startFinder({ verify })
      expect(await outcome(1500)).to.equal('ERR_REGISTRY_UNAVAILABLE')
    })
  })

  describe('with a key that is not registered', () => {
    it('refuses it with ERR_KEY_UNKNOWN, and does not ask again for two seconds', async () => {
      registry.answer = nothing
      for (const now of [1500, 1500, 1501.9]) expect(await outcome(now)).to.equal('ERR_KEY_UNKNOWN')
      expect(registry.asked).to.equal(1)
      registry.answer = async () => entry
      expect(await outcome(1502)).to.equal('accepted')
    })

    it('forgets that it was unknown when it is found', async () => {
      registry.answer = nothing
      await outcome(1500)
      registry.answer = async () => entry
      await find(1502)
      expect(await outcome(1501)).to.equal('accepted')
    })

    it('asks again where the clock was set back', async () => {
      registry.answer = nothing
      await outcome(1500)
      await outcome(1400)
      expect(registry.asked).to.equal(2)
    })

    it('refuses a key that was there and is gone with ERR_KEY_UNKNOWN: the registry has answered', async () => {
      await find(1500)
      registry.answer = nothing
      expect(await outcome(1560)).to.equal('ERR_KEY_UNKNOWN')
      registry.answer = down
      expect(await outcome(1563)).to.equal('ERR_REGISTRY_UNAVAILABLE')
    })

    it('refuses a place without a registration or a tombstone with ERR_KEY_UNKNOWN', async () => {
      registry.answer = async (service, kid) => ({ service, kid, revoked: false })
      expect(await outcome(1500)).to.equal('ERR_KEY_UNKNOWN')
    })

    it('gives everyone an error of his own, to be placed at his own hop', async () => {
      registry.answer = nothing
      const errors = await Promise.all([1500, 1500].map(now => errorOf(() => find(now))))
      errors.push(await errorOf(() => find(1501)))
      expect(new Set(errors).size).to.equal(3)
    })

    it('refuses names that name no place with ERR_OPTION, and asks nobody', async () => {
      expect(await refusalOf(() => finder.find('..', cart.kid, 1500))).to.equal('ERR_OPTION')
      expect(await refusalOf(() => finder.find('cart', 'x', 1500))).to.equal('ERR_OPTION')
      expect(registry.asked).to.equal(0)
    })
  })

  describe('with a registration that does not verify', () => {
    const refusalOfText = async (registration: unknown) => {
      registry.answer = async () => ({ ...entry, registration }) as RegistryEntry
      const first = await outcome(1500)
      registry.answer = down
      expect(await outcome(1501), 'the same again').to.equal(first)
      return first
    }

    it('says what is wrong, and says it again without asking', async () => {
      const [key, other] = [await generateSigningKey('ES256'), await generateSigningKey('ES256')]
      expect(await refusalOfText('garbage')).to.equal('ERR_REGISTRATION_INVALID')
      finder = await startFinder()
      expect(await refusalOfText(7)).to.equal('ERR_REGISTRATION_INVALID')
      finder = await startFinder()
      expect(await refusalOfText(await signChanged(key))).to.equal('ERR_REGISTRATION_MISMATCH')
      cart = { ...cart, kid: key.kid }
      finder = await startFinder()
      const changes = { payload: { jwk: other.publicJwk } }
      expect(await refusalOfText(await signChanged(key, changes))).to.equal('ERR_KEY_INVALID')
      cart = { ...cart, kid: entry.kid }
    })

    it('drops a key whose registration was replaced by one that does not verify', async () => {
      await find(1500)
      registry.answer = async () => ({ ...entry, registration: '' })
      expect(await outcome(1560)).to.equal('ERR_REGISTRATION_INVALID')
      registry.answer = down
      expect(await outcome(1563)).to.equal('ERR_REGISTRY_UNAVAILABLE')
    })
  })

  describe('with a key that is revoked', () => {
    it('refuses it with ERR_KEY_REVOKED when it looks again', async () => {
      await find(1500)
      revoke()
      expect(await outcome(1559)).to.equal('accepted')
      expect(await outcome(1560)).to.equal('ERR_KEY_REVOKED')
    })

    it('refuses it at once after a hint', async () => {
      await find(1500)
      revoke()
      registry.hint('cart', cart.kid)
      expect(await outcome(1500)).to.equal('ERR_KEY_REVOKED')
    })

    it('drops it: a registry that fails afterwards does not bring it back', async () => {
      await find(1500)
      revoke()
      await outcome(1560)
      registry.answer = down
      expect(await outcome(1563)).to.equal('ERR_REGISTRY_UNAVAILABLE')
    })

    it('believes a tombstone without a registration, and an entry that does not deny one', async () => {
      registry.answer = async (service, kid) => ({ service, kid, revoked: true })
      expect(await outcome(1500)).to.equal('ERR_KEY_REVOKED')
      registry.answer = async () => ({ ...entry, revoked: undefined }) as unknown as RegistryEntry
      expect(await outcome(1502)).to.equal('ERR_KEY_REVOKED')
    })
  })

  describe('that hears hints', () => {
    it('looks for an unknown key again at once', async () => {
      registry.answer = nothing
      await outcome(1500)
      registry.answer = async () => entry
      registry.hint('cart', cart.kid)
      expect(await outcome(1500)).to.equal('accepted')
    })

    it('looks again for the key that is named, and for no other', async () => {
      await find(1500)
      registry.hint('cart', randomKid())
      registry.hint('shop', cart.kid)
      await find(1500)
      expect(registry.asked).to.equal(1)
    })

    it('asks at once a registry that did not answer a moment ago', async () => {
      await find(1100)
      registry.answer = down
      await find(1160)
      revoke()
      registry.hint('cart', cart.kid)
      expect(await outcome(1160)).to.equal('ERR_KEY_REVOKED')
    })

    it('does not use a key for longer because of a hint, while the registry is down', async () => {
      await find(1100)
      registry.answer = down
      registry.hint('cart', cart.kid)
      expect(await outcome(1110)).to.equal('accepted')
      registry.hint('cart', cart.kid)
      expect(await outcome(1700)).to.equal('ERR_REGISTRY_UNAVAILABLE')
    })

    it('does not remember an answer that was on its way when the hint came', async () => {
      const early = pending<RegistryEntry>()
      registry.answer = () => early.promise
      const waiting = find(1500)
      revoke()
      registry.hint('cart', cart.kid)
      early.resolve(entry)
      expect((await waiting).kid).to.equal(cart.kid)
      expect(await outcome(1500)).to.equal('ERR_KEY_REVOKED')
    })

    it('gives nobody who comes after the hint an answer from before it', async () => {
      const early = pending<RegistryEntry>()
      registry.answer = () => early.promise
      const waiting = find(1500)
      revoke()
      registry.hint('cart', cart.kid)
      expect(await outcome(1500)).to.equal('ERR_KEY_REVOKED')
      early.resolve(entry)
      await waiting
      expect(await outcome(1501)).to.equal('ERR_KEY_REVOKED')
    })

    it('believes a revocation from before the hint: a registry that fails afterwards does not bring the key back', async () => {
      await find(1500)
      const answer = pending<RegistryEntry | undefined>()
      registry.answer = () => answer.promise
      const asking = outcome(1560)
      registry.hint('cart', cart.kid)
      answer.resolve({ ...entry, revoked: true })
      expect(await asking).to.equal('ERR_KEY_REVOKED')
      registry.answer = down
      expect(await outcome(1561)).to.equal('ERR_REGISTRY_UNAVAILABLE')
    })

    it('does not forget a key because of an absence from before the hint', async () => {
      const early = pending<undefined>()
      registry.answer = () => early.promise
      const waiting = outcome(1500)
      registry.answer = async () => entry
      registry.hint('cart', cart.kid)
      expect(await outcome(1500)).to.equal('accepted')
      early.resolve(undefined)
      expect(await waiting).to.equal('ERR_KEY_UNKNOWN')
      registry.answer = down
      expect(await outcome(1501)).to.equal('accepted')
    })

    it('ends its watch', async () => {
      expect(registry.watches).to.equal(1)
      await finder.close()
      await finder.close()
      expect(registry.watches).to.equal(0)
    })

    it('tells that it cannot watch, and finds keys all the same', async () => {
      const heard: string[] = []
      registry.watch = down
      finder = await startFinder({ onError: ({ code }) => heard.push(code) })
      expect(heard).to.deep.equal(['ERR_REGISTRY_UNAVAILABLE'])
      expect(await outcome(1500)).to.equal('accepted')
      finder = await startFinder()
      expect(await outcome(1500)).to.equal('accepted')
    })

    it('tells of doubt about a key that the registry refuses, be it one that others have driven out of memory', async () => {
      const doubted: Place[] = []
      // Nobody tells of the revocation, and whoever is asked for another key has it.
      const verify: RegistrationVerifier = async (_, place) => ({ ...(await found), ...place })
      const forgetful = await startFinder({
        verify,
        onDoubt: place => doubted.push(place),
        limits: { unknownLookupsPerSecond: 1e6 },
      })
      const found = find(1500)
      registry.answer = async (service, kid) => ({ ...entry, service, kid })
      await forgetful.find('cart', cart.kid, 1500)
      for (let other = 0; other < MAX_CACHED_KEYS_PER_SERVICE; other += 1)
        await forgetful.find('cart', randomKid(), 1500)
      expect([forgetful.findFresh('cart', cart.kid, 1500), doubted.length]).to.deep.equal([undefined, 0])
      revoke()
      expect(await refusalOf(() => forgetful.find('cart', cart.kid, 1500))).to.equal('ERR_KEY_REVOKED')
      expect(doubted).to.deep.equal([{ service: 'cart', kid: cart.kid }])
      await forgetful.close()
    })

    it('does not wait for a watch that hangs, and ends one that begins after its own end', async () => {
      const late = pending<{ close(): Promise<void> }>()
      let closed = false
      registry.watch = () => late.promise
      const hasty = await startFinder({ limits: { timeoutSeconds: 0.02 } })
      await hasty.close()
      late.resolve({
        close: async () => {
          closed = true
        },
      })
      await new Promise(setImmediate)
      expect(closed).to.equal(true)
    })
  })
})
