import { execFileSync } from 'node:child_process'
import { Agent } from 'node:https'
import { inspect } from 'node:util'
import { expect } from 'chai'
import nodeFetch from 'node-fetch'
import type { KeyRegistry, Publication, RegistryChange } from '../../../lib/model/registry.js'
import { type EtcdFetch, type EtcdOptions, EtcdRegistry, setupEtcd } from '../../../lib/registry/etcd/etcd-registry.js'
import { errorOf, refusalOf } from '../../jws/refusal.js'
import { eventually } from '../eventually.js'
import { makePublication } from '../signed-text.js'
import { freePorts, skipWithoutServer } from './engine.js'
import { type EtcdEngine, OPERATOR, passwordOf, startEtcdEngine } from './etcd-engine.js'
import { EtcdServer } from './etcd-server.js'
import { TlsProxy } from './tls-proxy.js'

const LARGE = 'x'.repeat(1_400_000)
const RECOVERY_SECONDS = 30

describe('EtcdRegistry', function () {
  this.timeout(60_000)
  this.slow(10_000)

  let engine: EtcdEngine
  let cart: Publication
  const open: KeyRegistry[] = []

  before(async function () {
    engine = await skipWithoutServer(this, 'EtcdRegistry', startEtcdEngine)
  })
  beforeEach(async () => {
    cart = await makePublication('cart')
  })
  afterEach(async () => {
    for (const registry of open.splice(0)) await registry.close()
    await engine.clear()
  })
  after(() => engine?.server.remove())

  const connect = (options: Partial<EtcdOptions> = {}) => {
    const registry = new EtcdRegistry({ endpoints: [engine.server.endpoint], ...OPERATOR, ...options })
    open.push(registry)
    return registry
  }
  const listen = async (registry: KeyRegistry) => {
    const heard: string[] = []
    await registry.watch(({ service, kid }: RegistryChange) => heard.push(`${service}/${kid}`))
    return heard
  }

  describe('behind TLS', () => {
    let proxy: TlsProxy
    before(async () => {
      proxy = await TlsProxy.begin(Number(new URL(engine.server.endpoint).port))
    })
    after(() => proxy.end())

    const endpoints = () => [`https://${proxy.address}`]

    it('speaks through a fetch that knows the certificate, and finds it again', async () => {
      const agent = new Agent({ ca: proxy.certificate, keepAlive: true })
      const registry = connect({ endpoints: endpoints(), fetch: (url, init) => nodeFetch(url, { ...init, agent }) })
      const heard = await listen(registry)
      await registry.publish(cart)
      await eventually(() => heard.length === 1, RECOVERY_SECONDS)
      proxy.cut()
      expect(await errorOf(() => registry.find('cart', cart.kid))).to.be.instanceOf(Error)
      const other = await makePublication('cart')
      await connect().publish(other)
      proxy.mend()
      await eventually(() => heard.includes(`cart/${other.kid}`), RECOVERY_SECONDS)
      expect((await registry.find('cart', cart.kid))?.registration).to.equal(cart.registration)
    })

    it('says nothing to a server whose certificate it cannot check', async () => {
      const error = await errorOf(() => connect({ endpoints: endpoints() }).find('cart', cart.kid))
      expect(inspect(error, { depth: 5 }))
        .to.contain('DEPTH_ZERO_SELF_SIGNED_CERT')
        .and.not.to.contain(OPERATOR.password)
    })
  })

  describe('as a user of etcd', () => {
    it('logs in once for all who wait, and again when its token is void', async () => {
      let logins = 0
      const counting: EtcdFetch = (url, request) => {
        if (url.endsWith('/v3/auth/authenticate')) logins += 1
        return fetch(url, request)
      }
      const account = { username: 'cart', password: passwordOf('cart') }
      const registry = connect({ ...account, fetch: counting })
      await Promise.all(Array.from({ length: 20 }, () => registry.find('cart', cart.kid)))
      expect(logins).to.equal(1)
      // A password that is set, be it the same, ends what began with the one before.
      const { apply } = setupEtcd({ services: ['cart'], endpoints: [engine.server.endpoint], ...OPERATOR })
      await apply?.({ cart: account.password })
      await Promise.all(Array.from({ length: 20 }, () => registry.publish(cart)))
      expect(logins).to.equal(2)
      expect((await registry.find('cart', cart.kid))?.registration).to.equal(cart.registration)
      expect(logins).to.equal(2)
    })

    it('fails with a wrong password, says why, and does not try it over and over', async () => {
      let logins = 0
      const counting: EtcdFetch = (url, request) => {
        if (url.endsWith('/v3/auth/authenticate')) logins += 1
        return fetch(url, request)
      }
      const registry = connect({ username: 'cart', password: 'of somebody else', fetch: counting })
      for (let attempt = 0; attempt < 20; attempt++) {
        const error = await errorOf(() => registry.find('cart', cart.kid))
        expect(error.message).to.match(/^etcd: .*authentication failed/)
        expect(inspect(error, { depth: 9 })).not.to.contain('of somebody else')
      }
      expect(logins).to.equal(1)
    })

    it('fails without a name and a password', async () => {
      const registry = new EtcdRegistry({ endpoints: [engine.server.endpoint] })
      expect((await errorOf(() => registry.find('cart', cart.kid))).message).to.match(/user name is empty/)
      expect((await errorOf(() => registry.publish(cart))).message).to.match(/user name is empty/)
    })

    it('fails where authentication was never switched on: there is no wall', async () => {
      const server = await EtcdServer.startAlone()
      try {
        const registry = connect({ endpoints: [server.endpoint] })
        expect((await errorOf(() => registry.publish(cart))).message).to.match(/authentication is not enabled/)
        // Somebody who means it says so.
        const anonymous = new EtcdRegistry({ endpoints: [server.endpoint] })
        await anonymous.publish(cart)
        expect((await anonymous.find('cart', cart.kid))?.registration).to.equal(cart.registration)
      } finally {
        await server.remove()
      }
    })

    it('shows its endpoints and its prefix, and no password', () => {
      const shown = inspect(connect({ username: 'cart', password: passwordOf('cart') }), { depth: 9, showHidden: true })
      expect(shown).to.contain(engine.server.endpoint).and.to.contain('countersign/')
      expect(shown).not.to.contain(passwordOf('cart'))
    })
  })

  describe('under a service that fills its own place', () => {
    it('never loses a tombstone behind a registration of a megabyte: ERR_KEY_REVOKED', async () => {
      const registry = connect()
      await registry.publish(cart)
      await registry.revoke('cart', cart.kid)
      await engine.plant('cart', cart.kid, LARGE)
      expect(await registry.find('cart', cart.kid)).to.deep.equal({ service: 'cart', kid: cart.kid, revoked: true })
      expect(await refusalOf(() => registry.publish(cart))).to.equal('ERR_KEY_REVOKED')
    })

    it('lists all the others, however large it is', async () => {
      const shop = await makePublication('shop')
      const large = await Promise.all(Array.from({ length: 12 }, () => makePublication('cart')))
      const registry = connect()
      await registry.publish(shop)
      for (const { kid } of large) await engine.plant('cart', kid, LARGE)
      const listed = await registry.list()
      expect(listed).to.have.length(13)
      expect(listed.find(({ kid }) => kid === shop.kid)?.registration).to.equal(shop.registration)
    })

    it('tells of changes by others, however large its own are', async () => {
      const heard = await listen(connect())
      for (let round = 0; round < 15; round++) await engine.plant('cart', cart.kid, LARGE)
      const shop = await makePublication('shop')
      await connect().publish(shop)
      await eventually(() => heard.includes(`shop/${shop.kid}`), RECOVERY_SECONDS)
    })
  })

  describe('watches', () => {
    /** Cuts the streams of a registry, whose fetch this is, and lets none begin until it is said. */
    const makeCut = () => {
      let isCut = false
      const aborts = new Set<AbortController>()
      const cut: EtcdFetch = async (url, request) => {
        if (!url.endsWith('/v3/watch')) return await fetch(url, request)
        if (isCut) throw new Error('cut')
        const abort = new AbortController()
        aborts.add(abort)
        return await fetch(url, { ...request, signal: AbortSignal.any([request.signal, abort.signal]) })
      }
      return {
        fetch: cut,
        cut: () => {
          isCut = true
          for (const abort of aborts) abort.abort()
        },
        mend: () => {
          isCut = false
        },
      }
    }

    it('and is told what changed meanwhile, in order, when its stream breaks off', async () => {
      const line = makeCut()
      const heard = await listen(connect({ fetch: line.fetch }))
      line.cut()
      await connect().publish(cart)
      await connect().revoke('shop', cart.kid)
      line.mend()
      await eventually(() => heard.length >= 2, RECOVERY_SECONDS)
      expect(heard).to.deep.equal([`cart/${cart.kid}`, `shop/${cart.kid}`])
    })

    it('and looks at everything again where etcd has compacted what changed meanwhile, also what is gone', async () => {
      const [kept, gone, revoked] = [
        await makePublication('shop'),
        await makePublication('shop'),
        await makePublication('shop'),
      ]
      const other = connect()
      for (const publication of [kept, gone, revoked]) await other.publish(publication)
      const line = makeCut()
      const heard = await listen(connect({ fetch: line.fetch }))
      line.cut()
      await other.publish(cart)
      await other.revoke('shop', revoked.kid)
      await engine.remove('shop', gone.kid)
      await engine.compact()
      line.mend()
      await eventually(() => heard.length >= 3, RECOVERY_SECONDS)
      const expected = [`cart/${cart.kid}`, `shop/${revoked.kid}`, `shop/${gone.kid}`]
      expect(heard.toSorted()).to.deep.equal(expected.toSorted())
      // And goes on from there.
      const later = await makePublication('cart')
      await other.publish(later)
      await eventually(() => heard.includes(`cart/${later.kid}`))
    })

    it('and goes on when its token is void, as after a restart', async () => {
      const line = makeCut()
      const account = { username: 'shop', password: passwordOf('shop') }
      const heard = await listen(connect({ ...account, fetch: line.fetch }))
      const { apply } = setupEtcd({ services: ['shop'], endpoints: [engine.server.endpoint], ...OPERATOR })
      await apply?.({ shop: account.password })
      line.cut()
      line.mend()
      await connect().publish(cart)
      await eventually(() => heard.includes(`cart/${cart.kid}`), RECOVERY_SECONDS)
    })

    it('and begins as soon as there is an etcd', async () => {
      await engine.server.kill()
      const beginning = listen(connect())
      await engine.server.start()
      const heard = await beginning
      await connect().publish(cart)
      await eventually(() => heard.includes(`cart/${cart.kid}`), RECOVERY_SECONDS)
    })

    it('and ends while it has not begun', async () => {
      const [port = 0] = await freePorts(1)
      const registry = connect({ endpoints: [`http://127.0.0.1:${port}`] })
      const beginning = listen(registry)
      await registry.close()
      expect(await beginning).to.deep.equal([])
    })

    it('and hears of a store that was put back to an earlier state', async () => {
      const [port = 0] = await freePorts(1)
      const [long, short] = [await EtcdServer.startAlone(port), await EtcdServer.prepareAlone(port)]
      try {
        const registry = new EtcdRegistry({ endpoints: [long.endpoint] })
        open.push(registry)
        for (let count = 0; count < 5; count++) await registry.publish(await makePublication('cart'))
        const heard = await listen(registry)
        await long.kill()
        await short.start()
        await new EtcdRegistry({ endpoints: [short.endpoint] }).publish(cart)
        await eventually(() => heard.includes(`cart/${cart.kid}`), RECOVERY_SECONDS)
      } finally {
        await long.remove()
        await short.remove()
      }
    })

    it('without keeping the process alive', () => {
      const script = `
        import { EtcdRegistry } from ${JSON.stringify(new URL('../../../lib/registry/etcd/etcd-registry.ts', import.meta.url).href)}
        const registry = new EtcdRegistry(${JSON.stringify({ endpoints: [engine.server.endpoint], ...OPERATOR })})
        await registry.watch(() => undefined)
        await registry.list()
        process.stdout.write('watching')`
      const said = execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
        cwd: import.meta.dirname,
        env: { ...process.env, NODE_V8_COVERAGE: undefined },
        timeout: 30_000,
      })
      expect(said.toString()).to.equal('watching')
    })
  })

  it('leaves no lease behind where a tombstone keeps a key out', async () => {
    const registry = connect()
    await registry.revoke('cart', cart.kid)
    const before = await engine.countLeases()
    expect(await refusalOf(() => registry.publish(cart))).to.equal('ERR_KEY_REVOKED')
    expect(await engine.countLeases()).to.equal(before)
  })

  it('asks another endpoint where one is not there, or hangs', async () => {
    const [port = 0] = await freePorts(1)
    const hanging = await EtcdServer.startAlone()
    try {
      hanging.pause()
      const endpoints = [`http://127.0.0.1:${port}`, hanging.endpoint, engine.server.endpoint]
      const registry = connect({ endpoints })
      await registry.publish(cart)
      expect((await registry.find('cart', cart.kid))?.registration).to.equal(cart.registration)
      const heard = await listen(registry)
      await connect().revoke('cart', cart.kid)
      await eventually(() => heard.includes(`cart/${cart.kid}`))
    } finally {
      hanging.resume()
      await hanging.remove()
    }
  })

  it('keeps registries of another prefix apart', async () => {
    const [one, other] = [connect({ prefix: 'countersign/one/' }), connect({ prefix: 'countersign/one/two/' })]
    await one.publish(cart)
    expect(await other.find('cart', cart.kid)).to.equal(undefined)
    await other.publish(cart)
    await other.revoke('cart', cart.kid)
    expect((await one.find('cart', cart.kid))?.revoked).to.equal(false)
    expect(await one.list()).to.have.length(1)
    expect(await connect().list()).to.deep.equal([])
  })

  it('refuses options that it does not understand: ERR_OPTION', async () => {
    const endpoints = ['http://127.0.0.1:2379']
    const wrong: readonly object[] = [
      ...[{}, { endpoints: [] }, { endpoints: 'http://127.0.0.1:2379' }, { endpoints: ['127.0.0.1:2379'] }],
      ...['http://root:secret@127.0.0.1', 'ftp://127.0.0.1', 'http://127.0.0.1/v3', 'http://127.0.0.1?x', 7].map(
        endpoint => ({ endpoints: [endpoint] }),
      ),
      { endpoints: Array.from({ length: 10 }, () => endpoints[0]) },
      ...['', 'countersign', 'a b/', 'ä/', '../\n/', 7, null].map(prefix => ({ endpoints, prefix })),
      ...[{ username: 'cart' }, { password: 'secret' }, { username: '', password: 'secret' }].map(account => ({
        endpoints,
        ...account,
      })),
      ...[
        { endpoints, fetch: 'fetch' },
        { endpoints, user: 'cart' },
      ],
    ]
    for (const options of wrong) {
      const error = await errorOf(() => new EtcdRegistry(options as EtcdOptions))
      expect(error, JSON.stringify(options)).to.include({ code: 'ERR_OPTION' })
      expect(error.message).not.to.contain('secret')
    }
  })
})
