import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { Service } from '../../../lib/index.js'
import { generateSigningKey, type SigningKey } from '../../../lib/jws/signing-key.js'
import { MAX_SERVED_SET_BYTES } from '../../../lib/limits/registries.js'
import type { Publication } from '../../../lib/model/registry.js'
import {
  JwksRegistry,
  type JwksRegistryOptions,
  type SetFetch,
  serveJwks,
} from '../../../lib/registry/jwks/jwks-registry.js'
import { signRegistration } from '../../../lib/registry/registration.js'
import { openPolicy } from '../../http/service-party.js'
import { errorOf, refusalOf } from '../../jws/refusal.js'
import { eventually } from '../eventually.js'
import { signChanged } from '../signed-text.js'
import { outputOf } from './ended-process.js'
import { freePorts } from './engine.js'
import { callOutcome } from './engine-services.js'

const DAY = 86_400

/** A key on its way into a registry, registered from now on. */
async function makePublication(service: string, key?: SigningKey): Promise<Publication> {
  const signingKey = key ?? (await generateSigningKey('EdDSA'))
  const notBefore = Math.floor(Date.now() / 1000)
  const terms = { service, notBefore, expiresAt: notBefore + DAY }
  return {
    service,
    kid: signingKey.kid,
    registration: await signRegistration(signingKey, terms),
    expiresAt: terms.expiresAt,
  }
}

describe('JwksRegistry, and who serves it', function () {
  this.timeout(30_000)
  this.slow(5000)

  const servers: Server[] = []
  const open: { close(): Promise<void> }[] = []

  afterEach(async () => {
    for (const one of open.splice(0)) await one.close()
    for (const server of servers.splice(0)) {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    }
  })

  async function listen(handler: RequestListener): Promise<string> {
    const server = createServer(handler)
    servers.push(server)
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`
  }

  function connect(options: JwksRegistryOptions): JwksRegistry {
    const registry = new JwksRegistry(options)
    open.push(registry)
    return registry
  }

  /** A registry that serves its own keys, and where. */
  async function serve(own: string, services: JwksRegistryOptions['services'] = {}) {
    const registry = connect({ services, own })
    return { registry, url: await listen(serveJwks(registry)) }
  }

  /** What a registry finds that reads a text as cart's set. */
  async function read(body: string | Buffer, head: Readonly<Record<string, string>> = {}, status = 200) {
    const url = await listen((_, response) => response.writeHead(status, head).end(body))
    return connect({ services: { cart: url } })
  }

  it('lets services call each other that serve their own keys, and hear of a revocation: ERR_KEY_REVOKED', async () => {
    const shopSide = await serve('shop')
    const cartSide = await serve('cart', { shop: shopSide.url })
    const start = (name: string, registry: JwksRegistry) =>
      Service.start({ name, registry, policy: openPolicy, log: () => undefined })
    const [shop, cart] = [await start('shop', shopSide.registry), await start('cart', cartSide.registry)]
    try {
      expect(await callOutcome(shop, cart)).to.equal('accepted')
      const { kid } = shop
      await shopSide.registry.revoke('shop', kid)
      const reader = connect({ services: { shop: shopSide.url } })
      expect(await reader.find('shop', kid)).to.deep.equal({ service: 'shop', kid, revoked: true })
      await eventually(async () => {
        const finding = await cartSide.registry.find('shop', kid)
        return finding?.revoked === true
      })
    } finally {
      await Promise.all([shop.stop(), cart.stop()])
    }
  })

  it('serves a JWK Set: each key with its registration, of what was revoked the kid, and nothing private', async () => {
    const { registry, url } = await serve('cart')
    const key = await generateSigningKey('ES256')
    const [kept, revoked] = [await makePublication('cart', key), await makePublication('cart')]
    for (const publication of [kept, revoked]) await registry.publish(publication)
    await registry.revoke('cart', revoked.kid)
    const response = await fetch(url)
    expect(response.headers.get('content-type')).to.equal('application/jwk-set+json')
    expect(await response.json()).to.deep.equal({
      keys: [{ ...key.publicJwk, kid: key.kid, use: 'sig', registration: kept.registration }],
      revoked: [revoked.kid],
    })
  })

  it('serves the key of a certified registration too, and a text that is none without one', async () => {
    const { registry, url } = await serve('cart')
    const [key, registrar] = [await generateSigningKey('EdDSA'), await generateSigningKey('EdDSA')]
    const publication = await makePublication('cart', key)
    const [head = '', , signature = ''] = (await signChanged(registrar)).split('.')
    const certified = `${head}.${Buffer.from(publication.registration).toString('base64url')}.${signature}`
    await registry.publish({ ...publication, registration: certified })
    const garbage = await makePublication('cart')
    await registry.publish({ ...garbage, registration: 'garbage' })
    const { keys } = (await (await fetch(url)).json()) as { keys: readonly object[] }
    expect(keys).to.deep.equal([
      { ...key.publicJwk, kid: key.kid, use: 'sig', registration: certified },
      { kid: garbage.kid, use: 'sig', registration: 'garbage' },
    ])
    const reader = connect({ services: { cart: url } })
    expect((await reader.find('cart', key.kid))?.registration).to.equal(certified)
  })

  it('says that nothing changed, and takes no other method', async () => {
    const { registry, url } = await serve('cart')
    await registry.publish(await makePublication('cart'))
    const first = await fetch(url)
    const tag = first.headers.get('etag') ?? ''
    expect((await fetch(url, { headers: { 'if-none-match': tag } })).status).to.equal(304)
    const head = await fetch(url, { method: 'HEAD' })
    expect([head.status, head.headers.get('etag'), await head.text()]).to.deep.equal([200, tag, ''])
    const posted = await fetch(url, { method: 'POST', body: 'x' })
    expect([posted.status, posted.headers.get('allow')]).to.deep.equal([405, 'GET, HEAD'])
    await registry.publish(await makePublication('cart'))
    expect((await fetch(url, { headers: { 'if-none-match': tag } })).status).to.equal(200)
  })

  it('asks with the tag that it has, and keeps what did not change', async () => {
    const { registry, url } = await serve('cart')
    const cart = await makePublication('cart')
    await registry.publish(cart)
    const statuses: number[] = []
    const counting: SetFetch = async (target, request) => {
      const response = await fetch(target, request)
      statuses.push(response.status)
      return response
    }
    const reader = connect({ services: { cart: url }, fetch: counting })
    for (let round = 0; round < 3; round++) {
      expect((await reader.find('cart', cart.kid))?.registration).to.equal(cart.registration)
    }
    expect(statuses).to.deep.equal([200, 304, 304])
  })

  it('asks once for all who want something of a service, and nobody for one that is not configured', async () => {
    let asked = 0
    const url = await listen((_, response) => {
      asked += 1
      response.end('{"keys":[]}')
    })
    const registry = connect({ services: { cart: url } })
    const { kid } = await makePublication('cart')
    await Promise.all(Array.from({ length: 200 }, () => registry.find('cart', kid)))
    expect(asked).to.equal(1)
    expect(await registry.find('shop', kid)).to.equal(undefined)
    expect(await registry.list('shop')).to.deep.equal([])
    expect(asked).to.equal(1)
  })

  it('keeps its hands off the keys of others: ERR_OPTION, and does not take a key back: ERR_KEY_REVOKED', async () => {
    const { registry } = await serve('cart')
    const [cart, shop] = [await makePublication('cart'), await makePublication('shop')]
    expect(await refusalOf(() => registry.publish(shop))).to.equal('ERR_OPTION')
    expect(await refusalOf(() => registry.revoke('shop', shop.kid))).to.equal('ERR_OPTION')
    await registry.publish(cart)
    await registry.revoke('cart', cart.kid)
    expect(await refusalOf(() => registry.publish(cart))).to.equal('ERR_KEY_REVOKED')
    expect((await registry.find('cart', cart.kid))?.revoked).to.equal(true)
    expect(await refusalOf(() => connect({ services: {} }).served())).to.equal('ERR_OPTION')
  })

  it('forgets its own keys that have long expired when it publishes another', async () => {
    const { registry } = await serve('cart')
    const old = await makePublication('cart')
    await registry.publish({ ...old, expiresAt: 2000 })
    await registry.publish(await makePublication('cart'))
    expect((await registry.list()).map(({ kid }) => kid)).not.to.contain(old.kid)
  })

  it('leaves out a key that shows its private half, and reads the others', async () => {
    const [cart, leaked] = [await makePublication('cart'), await makePublication('cart')]
    for (const member of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']) {
      const keys = [
        { kty: 'OKP', kid: leaked.kid, registration: leaked.registration, [member]: 'secret' },
        { kty: 'OKP', kid: cart.kid, registration: cart.registration },
      ]
      const registry = await read(JSON.stringify({ keys }))
      expect(
        (await registry.list()).map(({ kid }) => kid),
        member,
      ).to.deep.equal([cart.kid])
      expect(await registry.find('cart', leaked.kid), member).to.equal(undefined)
    }
  })

  it('does not answer where what is served is no set, too long, or from elsewhere', async () => {
    const { kid } = await makePublication('cart')
    const elsewhere = await listen((_, response) => response.end('{"keys":[]}'))
    const registries = {
      'no JSON': await read('<html>'),
      'no object': await read('[]'),
      'no list of keys': await read('{"keys":{}}'),
      'no list of what is revoked': await read('{"keys":[],"revoked":{}}'),
      'two lists': await read('{"keys":[],"keys":[]}'),
      'a mark before it': await read('\ufeff{"keys":[]}'),
      'no UTF-8': await read(Buffer.from('7b226b657973223a5b5d2c2261223a22ff227d', 'hex')),
      'a megabyte and more': await read(`{"keys":["${'x'.repeat(MAX_SERVED_SET_BYTES)}"]}`),
      'a redirect': await read('', { location: elsewhere }, 302),
      'an error': await read('{"keys":[]}', {}, 500),
      'nothing new, though we have nothing': await read('', {}, 304),
    }
    for (const [what, registry] of Object.entries(registries)) {
      const error = await errorOf(() => registry.find('cart', kid))
      expect(error, what).to.be.instanceOf(Error)
      expect(await errorOf(() => registry.list()), what).to.be.instanceOf(Error)
    }
  })

  it('puts the sets of several instances together, and does not answer for one that is gone', async () => {
    const [first, second] = [await serve('cart'), await serve('cart')]
    const [one, other] = [await makePublication('cart'), await makePublication('cart')]
    await first.registry.publish(one)
    await second.registry.publish(other)
    const [dead] = await freePorts(1)
    const all = connect({ services: { cart: [first.url, second.url] } })
    expect((await all.list()).map(({ kid }) => kid)).to.have.members([one.kid, other.kid])
    const some = connect({ services: { cart: [first.url, `http://127.0.0.1:${dead}/`] } })
    expect((await some.find('cart', one.kid))?.registration).to.equal(one.registration)
    expect(await errorOf(() => some.find('cart', other.kid))).to.be.instanceOf(Error)
    expect(await errorOf(() => some.list())).to.be.instanceOf(Error)
    // A kid that one of them has revoked is revoked, whoever serves it.
    await second.registry.revoke('cart', one.kid)
    expect((await all.find('cart', one.kid))?.revoked).to.equal(true)
  })

  it('does not keep a process alive that watches', async () => {
    const { registry, url } = await serve('cart')
    await registry.publish(await makePublication('cart'))
    expect(await outputOf('./idle-party.ts', 'jwks', JSON.stringify({ services: { cart: url } }))).to.equal('1\n0')
  })

  it('refuses options that it does not understand with ERR_OPTION', async () => {
    const services = { cart: 'https://cart.internal/keys' }
    const wrong: readonly object[] = [
      {},
      { services: [] },
      { services: 'https://cart.internal/keys' },
      { services: { Cart: 'https://cart.internal/keys' } },
      { services: { cart: 'cart.internal' } },
      { services: { cart: 'http://cart.internal/keys' } },
      { services: { cart: 'http://localhost.cart.internal/keys' } },
      { services: { cart: 'ftp://127.0.0.1/keys' } },
      { services: { cart: 'data:application/json,{"keys":[]}' } },
      { services: { cart: 'https://user:secret@cart.internal/keys' } },
      { services: { cart: [] } },
      { services: { cart: [7] } },
      { services: { cart: Array.from({ length: 65 }, (_, at) => `https://cart-${at}.internal/`) } },
      { services, own: 'Cart' },
      { services, pollSeconds: 0 },
      { services, pollSeconds: 61 },
      { services, fetch: 7 },
      { services, poll: 7 },
    ]
    for (const options of wrong) {
      const what = JSON.stringify(options)
      expect(await refusalOf(() => new JwksRegistry(options as JwksRegistryOptions)), what).to.equal('ERR_OPTION')
    }
  })
})
