import { expect } from 'chai'
import { MemoryRegistry, type RegistryEntry, Service } from '../lib/index.js'
import { forgeKey } from './forge/key.js'
import { Loopback } from './http/loopback.js'
import { warningsOf } from './http/process-warnings.js'
import { newestHeader, RecordingServer } from './http/recording-server.js'
import { openPolicy, ServiceParty } from './http/service-party.js'
import { refusalOf } from './jws/refusal.js'

const headerOf = (presentation: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(presentation.split('~')[1]?.split('..')[0] ?? '', 'base64url').toString())

describe('a service', () => {
  const party = new ServiceParty()
  after(() => party.stop())

  it('calls, is called and calls on', async () => {
    const shop = await party.start('shop')
    const cart = await party.start('cart', { edges: ['shop'] })
    const inventory = await party.start('inventory', { edges: ['shop'] })
    const first = await shop.wrap({
      audience: 'cart',
      operation: 'checkout',
      userClaims: { sub: 'alice' },
      claims: { basket: 7 },
    })
    const call = await cart.unwrap(first, { operation: 'checkout' })
    const second = await cart.wrap({ audience: 'inventory', operation: 'commit', parent: call })
    const { callStack, initialToken, transaction, operation, decision } = await inventory.unwrap(second, {
      operation: 'commit',
    })
    expect(callStack.map(({ service }) => service)).to.deep.equal(['cart', 'shop'])
    expect(callStack[1]?.claims).to.have.property('basket', 7)
    expect(initialToken).to.deep.include({ kind: 'user' })
    expect(transaction).to.equal(call.transaction)
    expect(operation).to.equal('commit')
    expect(decision).to.include({ effect: 'accept', enforced: true })
  })

  it('has a name, and the kid that it signs under', async () => {
    const shop = await party.start('shop')
    expect(shop.name).to.equal('shop')
    const header = headerOf(await shop.wrap({ audience: 'cart', operation: 'read', job: true }))
    expect(header).to.include({ iss: 'shop', kid: shop.kid, alg: 'ES256' })
    expect(shop.kid).to.match(/^[\w-]{43}$/)
  })

  it('without a policy calls, but refuses every call: ERR_POLICY_REJECTED, whatever the mode', async () => {
    const shop = await party.start('shop')
    const closed = await Service.start({ name: 'closed', registry: party.registry, log: () => {}, mode: 'observe' })
    const presentation = await shop.wrap({ audience: 'closed', operation: 'read', job: true })
    expect(await refusalOf(() => closed.unwrap(presentation, { operation: 'read' }))).to.equal('ERR_POLICY_REJECTED')
    expect(await closed.wrap({ audience: 'shop', operation: 'read', job: true })).to.be.a('string')
    await closed.stop()
  })

  it('is one of several in a process, each with a key of its own under one registry', async () => {
    const [one, other] = [await party.start('twin'), await party.start('twin')]
    expect(one.kid).not.to.equal(other.kid)
    const cart = await party.start('cart')
    for (const twin of [one, other]) {
      const presentation = await twin.wrap({ audience: 'cart', operation: 'read', job: true })
      expect((await cart.unwrap(presentation, { operation: 'read' })).callStack[0]?.kid).to.equal(twin.kid)
    }
  })

  it('does not continue a call that its twin unwrapped: ERR_PARENT_FOREIGN', async () => {
    const shop = await party.start('shop')
    const [one, other] = [await party.start('twin'), await party.start('twin')]
    const call = await one.unwrap(await shop.wrap({ audience: 'twin', operation: 'read', job: true }), {
      operation: 'read',
    })
    const options = { audience: 'cart', operation: 'read' }
    expect(await refusalOf(() => other.wrap({ ...options, parent: call }))).to.equal('ERR_PARENT_FOREIGN')
    expect(await refusalOf(() => one.wrap({ ...options, parent: { ...call } as never }))).to.equal('ERR_PARENT_FOREIGN')
    expect(await refusalOf(() => one.wrap({ ...options, parent: call }))).to.equal('accepted')
  })

  describe('signs with', () => {
    for (const algorithm of ['ES256', 'EdDSA'] as const) {
      const { privateJwk, privateKey, publicJwk, kid, sign } = forgeKey(`service ${algorithm}`, algorithm)
      const keys = {
        'a private JWK': { ...privateJwk, kty: String(privateJwk.kty) },
        'a KeyObject': privateKey,
        '{ publicJwk, sign }': { publicJwk, sign: async (data: Uint8Array) => sign(data) },
      }
      for (const [title, key] of Object.entries(keys)) {
        it(`a key that its user brings: ${title}, ${algorithm}`, async () => {
          const shop = await party.start('shop', { key: key as never })
          const cart = await party.start('cart')
          expect(shop.kid).to.equal(kid)
          const presentation = await shop.wrap({ audience: 'cart', operation: 'read', job: true })
          expect(headerOf(presentation)).to.include({ alg: algorithm, kid })
          expect(await refusalOf(() => cart.unwrap(presentation, { operation: 'read' }))).to.equal('accepted')
        })
      }

      it(`a key that it makes: ${algorithm}`, async () => {
        const shop = await party.start('shop', { algorithm })
        expect(headerOf(await shop.wrap({ audience: 'cart', operation: 'read', job: true }))).to.include({
          alg: algorithm,
        })
      })
    }
  })

  describe('that only observes', () => {
    const reject = { evaluate: () => ({ ...openPolicy.evaluate({ callStack: [] }) }) }

    it('lets in what the policy rejects, says so in the decision, and relaxes nothing else', async () => {
      const shop = await party.start('shop')
      const cart = await party.start('cart', {
        policy: reject,
        mode: { default: 'enforce', operations: { read: 'observe' } },
      })
      const present = (operation: string) => shop.wrap({ audience: 'cart', operation, job: true })
      const presentation = await present('read')
      const { decision } = await cart.unwrap(presentation, { operation: 'read' })
      expect(decision).to.include({ effect: 'reject', enforced: false })
      expect(await refusalOf(() => cart.unwrap(presentation, { operation: 'read' }))).to.equal(
        'ERR_PRESENTATION_REPLAYED',
      )
      const write = await present('write')
      expect(await refusalOf(() => cart.unwrap(write, { operation: 'write' }))).to.equal('ERR_POLICY_REJECTED')
      expect(await refusalOf(() => cart.unwrap(write, { operation: 'read' }))).to.equal('ERR_OPERATION_MISMATCH')
    })

    it('does so for all operations or for single ones', async () => {
      const shop = await party.start('shop')
      const outcomes: string[] = []
      for (const mode of [
        undefined,
        'enforce',
        'observe',
        {},
        { default: 'observe' },
        { default: 'observe', operations: { read: 'enforce' } },
      ] as const) {
        const cart = await party.start('cart', { policy: reject, mode })
        const presentation = await shop.wrap({ audience: 'cart', operation: 'read', job: true })
        outcomes.push(await refusalOf(() => cart.unwrap(presentation, { operation: 'read' })))
      }
      const refused = 'ERR_POLICY_REJECTED'
      expect(outcomes).to.deep.equal([refused, refused, 'accepted', refused, 'accepted', refused])
    })
  })

  describe('keeps to limits:', () => {
    it('its presentations to the characters and hops that it may send, ERR_CHAIN_FULL', async () => {
      const small = await party.start('small', { limits: { presentationCharacters: 500 } })
      const options = { audience: 'cart', operation: 'read', job: true } as const
      expect(await refusalOf(() => small.wrap(options))).to.equal('accepted')
      const claims = { note: 'x'.repeat(300) }
      expect(await refusalOf(() => small.wrap({ ...options, claims }))).to.equal('ERR_CHAIN_FULL')
      const shop = await party.start('shop')
      const flat = await party.start('flat', { limits: { depthHops: 1 } })
      const parent = await flat.unwrap(await shop.wrap({ ...options, audience: 'flat' }), { operation: 'read' })
      expect(await refusalOf(() => flat.wrap({ audience: 'cart', operation: 'read', parent }))).to.equal(
        'ERR_CHAIN_FULL',
      )
    })

    it('the lifetime of its hops to what it may give them', async () => {
      const shop = await party.start('shop', { limits: { hopLifetimeSeconds: 20 } })
      const options = { audience: 'cart', operation: 'read', job: true } as const
      const lifetime = async (more: object) => {
        const { iat, exp } = headerOf(await shop.wrap({ ...options, ...more }))
        return Number(exp) - Number(iat)
      }
      expect(await lifetime({})).to.equal(20)
      expect(await lifetime({ lifetimeSeconds: 1 })).to.equal(1)
      expect(await refusalOf(() => shop.wrap({ ...options, lifetimeSeconds: 21 }))).to.equal('ERR_OPTION')
    })

    it('the time that a presentation is fresh, for each operation', async () => {
      let time = 1_800_000_000
      const clock = () => time
      const shop = await party.start('shop', { clock })
      const cart = await party.start('cart', {
        clock,
        limits: { skewSeconds: 0, presentationSeconds: 10, presentationSecondsFor: { queued: 200 } },
      })
      const present = (operation: string) => shop.wrap({ audience: 'cart', operation, job: true })
      const [read, queued] = [await present('read'), await present('queued')]
      time += 11
      expect(await refusalOf(() => cart.unwrap(read, { operation: 'read' }))).to.equal('ERR_PRESENTATION_STALE')
      time += 189
      expect(await refusalOf(() => cart.unwrap(queued, { operation: 'queued' }))).to.equal('accepted')
    })
  })

  describe('does not start', () => {
    const start = (registry: object) =>
      refusalOf(() => Service.start({ name: 'shop', registry: registry as MemoryRegistry, log: () => {} }))

    it('on a registry that fails: ERR_REGISTRY_UNAVAILABLE', async () => {
      const failing = Object.assign(new MemoryRegistry(), { publish: () => Promise.reject(new Error('disk full')) })
      expect(await start(failing)).to.equal('ERR_REGISTRY_UNAVAILABLE')
      const throwing = Object.assign(new MemoryRegistry(), {
        publish: () => {
          throw new Error('disk full')
        },
      })
      expect(await start(throwing)).to.equal('ERR_REGISTRY_UNAVAILABLE')
    })

    it('on a registry that hangs: ERR_REGISTRY_UNAVAILABLE', async function () {
      this.timeout(8000)
      const hanging = Object.assign(new MemoryRegistry(), { publish: () => new Promise(() => {}) })
      // The deadline alone does not keep the process awake.
      const awake = setInterval(() => {}, 100)
      expect(await start(hanging)).to.equal('ERR_REGISTRY_UNAVAILABLE')
      clearInterval(awake)
    })

    it('under a key that was revoked: ERR_KEY_REVOKED', async () => {
      const { privateKey, kid } = forgeKey('revoked')
      const registry = new MemoryRegistry()
      await registry.revoke('shop', kid)
      const started = () => Service.start({ name: 'shop', registry, key: privateKey, log: () => {} })
      expect(await refusalOf(started)).to.equal('ERR_KEY_REVOKED')
    })

    it('with a key that cannot sign: ERR_SIGNING_KEY_UNUSABLE', async () => {
      const { publicJwk } = forgeKey('unusable')
      const keys = [publicJwk, {}, { publicJwk, sign: async () => new Uint8Array(64) }, { publicJwk, sign: 'x' }]
      for (const key of keys) {
        const started = () => Service.start({ name: 'shop', registry: party.registry, key: key as never })
        expect(await refusalOf(started)).to.equal('ERR_SIGNING_KEY_UNUSABLE')
      }
    })

    it('with a wrong option, and then registers nothing: ERR_OPTION', async () => {
      const registry = new MemoryRegistry()
      const wrong = { name: 'shop', registry, destinations: { cart: 'not a URL' } }
      expect(await refusalOf(() => Service.start(wrong))).to.equal('ERR_OPTION')
      expect(await registry.list()).to.deep.equal([])
    })

    it('but does so where the registry can only not be watched', async () => {
      const unwatched = Object.assign(new MemoryRegistry(), { watch: () => Promise.reject(new Error('no watch')) })
      const warnings = await warningsOf(async () => {
        const service = await Service.start({ name: 'shop', registry: unwatched, log: () => {} })
        await service.stop()
      })
      expect(warnings.map(({ message }) => message).join()).to.contain('ERR_REGISTRY_UNAVAILABLE')
    })
  })

  describe('that was stopped', () => {
    it('refuses new calls and new chains: ERR_SERVICE_STOPPED', async () => {
      const shop = await party.start('shop')
      const cart = await party.start('cart')
      const presentation = await shop.wrap({ audience: 'cart', operation: 'read', job: true })
      await cart.stop()
      const attempts = [
        () => cart.unwrap(presentation, { operation: 'read' }),
        () => cart.wrap({ audience: 'shop', operation: 'read', job: true }),
        () => cart.begin({ job: true }, () => {}),
        () => cart.fetch('http://127.0.0.1:1', { audience: 'shop', operation: 'read', job: true }),
      ]
      for (const attempt of attempts) expect(await refusalOf(attempt)).to.equal('ERR_SERVICE_STOPPED')
    })

    it('may still call on for the calls that it is handling', async () => {
      const loopback = new Loopback()
      const recorder = new RecordingServer()
      const url = await loopback.listen(recorder.server)
      const shop = await party.start('shop')
      const cart = await party.start('cart')
      const presentation = await shop.wrap({ audience: 'cart', operation: 'read', job: true })
      const call = await cart.unwrap(presentation, { operation: 'read' })
      await cart.runInCall(call, async () => {
        await cart.stop()
        await cart.fetch(url, { audience: 'inventory', operation: 'commit' })
      })
      expect(newestHeader(recorder.take())).to.include({ iss: 'cart', cty: 'hop+jws' })
      await loopback.close()
    })

    it('leaves its registration, since chains that it signed are in flight', async () => {
      const registry = new MemoryRegistry()
      const shop = await party.start('shop', { registry })
      const cart = await party.start('cart', { registry })
      const presentation = await shop.wrap({ audience: 'cart', operation: 'read', job: true })
      await shop.stop()
      const entries: readonly RegistryEntry[] = await registry.list('shop')
      expect(entries.map(({ kid, revoked }) => [kid, revoked])).to.deep.equal([[shop.kid, false]])
      expect(await refusalOf(() => cart.unwrap(presentation, { operation: 'read' }))).to.equal('accepted')
    })

    it('can be stopped again, at the same time too', async () => {
      const shop = await party.start('shop')
      await Promise.all([shop.stop(), shop.stop()])
      await shop.stop()
    })

    it('leaves a registry that it shares open', async () => {
      const shop = await party.start('shop')
      await shop.stop()
      expect(await refusalOf(() => party.start('cart'))).to.equal('accepted')
    })
  })
})
