import { expect } from 'chai'
import { FileRegistry, MemoryRegistry, parsePolicy, Service } from '../../lib/index.js'
import type { KeyRegistry } from '../../lib/model/registry.js'
import { errorOf, refusalOf } from '../jws/refusal.js'
import { skipWithoutServer } from '../registry/engines/engine.js'
import { startEtcdEngine } from '../registry/engines/etcd-engine.js'
import { eventually } from '../registry/eventually.js'
import { makeDirectory, removeDirectory } from '../registry/temporary-directory.js'
import { makeKeyPair, makeRegistration, nowSeconds, RegistrarStage } from './registrar-stage.js'

const EVERYBODY = parsePolicy(
  'for-each-of-the-following:\n- enforce-the-first-matching-rule:\n  - any-token: true\n    must: { come-from: [{ app-name: { equal-to: shop } }] }\n',
)

/** `shop` calls `cart`, and cart tells what it found. */
async function call(shop: Service, cart: Service): Promise<string> {
  const presentation = await shop.wrap({ audience: 'cart', operation: 'checkout', job: true })
  const { callStack } = await cart.unwrap(presentation, { operation: 'checkout' })
  return callStack.map(({ service }) => service).join(' ')
}

describe('services behind a registrar, whose verifiers pin the root alone', function () {
  this.timeout(60_000)
  let stage: RegistrarStage
  let services: Service[]

  beforeEach(async () => {
    services = []
    stage = await RegistrarStage.prepare()
  })
  afterEach(async () => {
    for (const service of services) await service.stop()
    await stage.end()
  })

  const startService = async (
    name: 'cart' | 'shop',
    registry: KeyRegistry,
    seconds?: number,
    pin = stage.root.publicJwk,
  ) => {
    const service = await Service.start({
      name,
      registry,
      registrars: [pin],
      policy: EVERYBODY,
      ...(seconds !== undefined && { limits: { registrationSeconds: seconds } }),
    })
    services.push(service)
    return service
  }

  const callBoth = async (url: string, reader?: KeyRegistry) => {
    const shop = await startService('shop', stage.registry(url, 'shop', reader))
    const cart = await startService('cart', stage.registry(url, 'cart', reader))
    expect(await call(shop, cart)).to.equal('shop')
    return { shop, cart }
  }

  it('call each other, and the audit log says who was certified', async () => {
    const { url } = await stage.start()
    const { shop, cart } = await callBoth(url)
    const certified = stage.events.filter(({ event, verdict }) => event === 'registration' && verdict === 'done')
    expect(certified.map(({ service, kid, credential, client }) => [service, kid, credential, client])).to.deep.equal([
      ['shop', shop.kid, 'assertion', 'shop'],
      ['cart', cart.kid, 'assertion', 'cart'],
    ])
  })

  it('read the engine itself where they are given one', async () => {
    const { url } = await stage.start()
    await callBoth(url, stage.engine)
  })

  it('work over a directory', async () => {
    const directory = makeDirectory()
    try {
      stage = await RegistrarStage.prepare(stage.keep(new FileRegistry(directory)))
      const { url } = await stage.start()
      await callBoth(url)
      await stage.end()
    } finally {
      removeDirectory(directory)
    }
  })

  it('work over an etcd in which the registrar alone may write', async function () {
    const engine = await skipWithoutServer(this, 'the registrar', startEtcdEngine)
    try {
      stage = await RegistrarStage.prepare(engine.connect())
      const { url } = await stage.start()
      await callBoth(url)
      await stage.end()
      await stage.engine.close()
    } finally {
      await engine.server.remove()
    }
  })

  it('are refused what is written into the engine past the registrar (ERR_CERTIFICATION_INVALID)', async () => {
    const { url } = await stage.start()
    const cart = await startService('cart', stage.registry(url, 'cart'))
    const forged = await Service.start({ name: 'shop', registry: stage.engine })
    services.push(forged)
    expect(await refusalOf(() => call(forged, cart))).to.equal('ERR_CERTIFICATION_INVALID')
  })

  it('are refused a registrar whom another root delegates to (ERR_CERTIFICATION_INVALID)', async () => {
    const { url } = await stage.start()
    const shop = await startService('shop', stage.registry(url, 'shop'))
    const stranger = await makeKeyPair()
    const cart = await startService('cart', stage.registry(url, 'cart'), undefined, stranger.publicJwk)
    expect(await refusalOf(() => call(shop, cart))).to.equal('ERR_CERTIFICATION_INVALID')
  })

  it('do not care which of two registrars they ask', async () => {
    const [one, other] = [await stage.start(), await stage.start()]
    const shop = await startService('shop', stage.registry(one.url, 'shop'))
    const cart = await startService('cart', stage.registry(other.url, 'cart'))
    expect(await call(shop, cart)).to.equal('shop')
    await one.stop()
    expect(await call(shop, cart)).to.equal('shop')
  })

  it('are told of a revocation through whichever registrar, and refuse the key (ERR_KEY_REVOKED)', async () => {
    const [one, other] = [await stage.start(), await stage.start()]
    const shopRegistry = stage.registry(one.url, 'shop')
    const shop = await startService('shop', shopRegistry)
    const cart = await startService('cart', stage.registry(other.url, 'cart'))
    expect(await call(shop, cart)).to.equal('shop')
    await shopRegistry.revoke('shop', shop.kid)
    await eventually(async () => (await refusalOf(() => call(shop, cart))) === 'ERR_KEY_REVOKED')
  })

  it('go on with what was certified when the delegation is too short, and are told so (ERR_DELEGATION_ENDED)', async () => {
    const text = await stage.delegate(3600)
    const { url } = await stage.start({ delegation: { root: stage.root.publicJwk, text } })
    const shop = await startService('shop', stage.registry(url, 'shop'), 600)
    const cart = await startService('cart', stage.registry(url, 'cart'), 600)
    const refused = await errorOf(() => startService('cart', stage.registry(url, 'cart'), 3700))
    expect(refused).to.include({ code: 'ERR_REGISTRY_UNAVAILABLE' })
    expect(refused.message).to.contain('(ERR_DELEGATION_ENDED)')
    expect(String(refused.cause)).to.match(/the root's delegation ends in \d+ s, before the registration would/)
    expect(await call(shop, cart)).to.equal('shop')
    expect(stage.refusals).to.deep.equal(['ERR_DELEGATION_ENDED cart'])
  })

  it('certifies to the second for which a delegation lasts, and not one more', async () => {
    const issuedAt = nowSeconds()
    const text = await stage.delegate(3600)
    const { url } = await stage.start({ delegation: { root: stage.root.publicJwk, text } })
    const registry = stage.registry(url, 'cart')
    // The delegation ends in an hour from its own second, which may be the next one.
    await registry.publish(await makeRegistration('cart', { expiresAt: issuedAt + 3600 }))
    const late = await makeRegistration('cart', { expiresAt: issuedAt + 3605 })
    expect(await refusalOf(() => registry.publish(late))).to.equal('ERR_DELEGATION_ENDED')
  })

  it('certifies a day for a service whose clock is a little ahead', async () => {
    const { url } = await stage.start()
    const ahead = nowSeconds() + 3
    const made = await makeRegistration('cart', { notBefore: ahead, expiresAt: ahead + 86_400 })
    await stage.registry(url, 'cart').publish(made)
    expect((await stage.engine.find('cart', made.kid))?.registration).to.contain('~')
  })

  it('pins the registrar itself where there is no root', async () => {
    const { url } = await stage.start({ delegation: undefined, registry: new MemoryRegistry() })
    const pin = stage.key.publicJwk
    const shop = await startService('shop', stage.registry(url, 'shop'), undefined, pin)
    const cart = await startService('cart', stage.registry(url, 'cart'), undefined, pin)
    expect(await call(shop, cart)).to.equal('shop')
  })
})
