import { execFileSync } from 'node:child_process'
import { inspect } from 'node:util'
import { expect } from 'chai'
import { ACL, Id, Permission } from 'node-zookeeper-client'
import type { Publication } from '../../../lib/model/registry.js'
import { pruneKeys } from '../../../lib/registry/zookeeper/publishing.js'
import { ZooKeeperConnection } from '../../../lib/registry/zookeeper/zookeeper-connection.js'
import {
  setupZooKeeper,
  type ZooKeeperOptions,
  ZooKeeperRegistry,
  type ZooKeeperSetupOptions,
} from '../../../lib/registry/zookeeper/zookeeper-registry.js'
import { errorOf, refusalOf } from '../../jws/refusal.js'
import { eventually } from '../eventually.js'
import { makePublication } from '../signed-text.js'
import { outputOf } from './ended-process.js'
import { freePorts } from './engine.js'
import { EngineSuite } from './engine-suite.js'
import { TlsProxy } from './tls-proxy.js'
import type { OtherClient } from './zookeeper-client.js'
import { PREFIX, passwordOf, WORLD, ZOOKEEPER, ZooKeeperEngine } from './zookeeper-engine.js'
import { typeIntoZooKeeper } from './zookeeper-server.js'

const HOUR_MILLISECONDS = 3_600_000
const NO_AUTH = 'Exception: NO_AUTH[-102]'

describe('ZooKeeperRegistry and its server', function () {
  this.timeout(60_000)
  this.slow(10_000)

  let engine: ZooKeeperEngine
  let cart: Publication
  const suite = new EngineSuite('ZooKeeperRegistry', ZOOKEEPER, async () => {
    engine = await ZooKeeperEngine.begin()
    return engine
  })

  before(async function () {
    await suite.begin(this)
  })
  beforeEach(async () => {
    cart = await makePublication('cart')
  })
  afterEach(() => suite.endSpec())
  after(() => suite.end())

  const answerTo = (user: string, attempt: (client: OtherClient) => Promise<unknown>) =>
    engine.as(user, client => attempt(client).then(() => 'done', String))

  describe('lets no service take its tombstone back, however it asks', () => {
    const folder = `${PREFIX}/cart`
    const attempts: Readonly<Record<string, (client: OtherClient, tombstone: string) => Promise<unknown>>> = {
      'by deleting it': (client, tombstone) => client.remove(tombstone),
      'by deleting the folder': client => client.remove(`${folder}/revoked`),
      'by deleting the folder of its registrations': client => client.remove(`${folder}/keys`),
      'by making a folder of its own': client => client.create(`${folder}/other`, '', [WORLD]),
      'by granting itself more on the folder': client => client.setGrants(`${folder}/revoked`, [WORLD]),
      'by granting itself more on the tombstone': (client, tombstone) => client.setGrants(tombstone, [WORLD]),
      'by writing into it': (client, tombstone) => client.set(tombstone, 'not at all'),
    }
    for (const [what, attempt] of Object.entries(attempts)) {
      it(`${what}: NO_AUTH`, async () => {
        const registry = suite.connectAs('cart')
        await registry.publish(cart)
        await registry.revoke('cart', cart.kid)
        expect(await answerTo('cart', client => attempt(client, `${folder}/revoked/${cart.kid}`))).to.equal(NO_AUTH)
        expect(await refusalOf(() => registry.publish(cart))).to.equal('ERR_KEY_REVOKED')
      })
    }

    it('by a tombstone that it made itself, with grants of its own, beforehand: NO_AUTH', async () => {
      const tombstone = `${folder}/revoked/${cart.kid}`
      await engine.as('cart', client => client.create(tombstone, '', [WORLD]))
      expect(await answerTo('cart', client => client.remove(tombstone))).to.equal(NO_AUTH)
      expect(await refusalOf(() => suite.connectAs('cart').publish(cart))).to.equal('ERR_KEY_REVOKED')
    })
  })

  it('reads a registration that its service hides as one that cannot be read, and lists the others', async () => {
    const hidden = await makePublication('cart')
    await suite.connectAs('cart').publish(cart)
    const nobody = [new ACL(Permission.ALL, new Id('digest', 'nobody:nothing'))]
    await engine.as('cart', client => client.create(`${PREFIX}/cart/keys/${hidden.kid}`, hidden.registration, nobody))
    expect(await errorOf(() => suite.connectAs('shop').find('cart', hidden.kid))).to.include({ code: 'NO_AUTH' })
    expect((await suite.connectAs('shop').list()).map(({ kid }) => kid)).to.deep.equal([cart.kid])
    // Its owner may clear it away all the same.
    await suite.connectAs('cart').publish(hidden)
    expect(await suite.connectAs('shop').list()).to.have.length(2)
  })

  it('lists and watches the others though a service fills its place beyond what any answer may hold', async () => {
    const heard = new Set<string>()
    const reader = suite.connectAs('shop')
    await suite.connectAs('cart').publish(cart)
    await reader.watch(({ kid }) => heard.add(kid))
    const names = Array.from({ length: 6 }, (_, at) => String(at).repeat(900_000))
    await engine.as('cart', async client => {
      for (const name of names) await client.create(`${PREFIX}/cart/keys/${name}`, '', [WORLD])
    })
    try {
      const shop = await makePublication('shop')
      await suite.connectAs('shop').publish(shop)
      await eventually(() => heard.has(shop.kid))
      expect((await reader.list()).map(({ kid }) => kid)).to.deep.equal([shop.kid])
      // Its own keys are found all the same.
      expect((await reader.find('cart', cart.kid))?.registration).to.equal(cart.registration)
    } finally {
      await engine.as('cart', async client => {
        for (const name of names) await client.remove(`${PREFIX}/cart/keys/${name}`)
      })
    }
  })

  it('fails with a wrong password where something is written, and shows none', async () => {
    const password = 'a-password-that-is-wrong'
    const registry = new ZooKeeperRegistry({ ...engine.optionsFor('cart'), password })
    expect(await registry.find('cart', cart.kid)).to.equal(undefined)
    const error = await errorOf(() => registry.publish(cart))
    expect(error).to.include({ code: 'NO_AUTH', message: 'zookeeper refused: NO_AUTH (-102)' })
    for (const shown of [error, registry, { ...registry }]) {
      expect(inspect(shown, { depth: 9, showHidden: true })).not.to.contain(password)
    }
    await registry.close()
  })

  it('fails where it was not set up', async () => {
    const registry = new ZooKeeperRegistry({ ...engine.optionsFor('operator'), prefix: '/elsewhere' })
    const attempts = [
      () => registry.find('cart', cart.kid),
      () => registry.publish(cart),
      () => registry.revoke('cart', cart.kid),
      () => registry.list(),
      () => registry.watch(() => undefined),
    ]
    for (const attempt of attempts) expect((await errorOf(attempt)).message).to.contain('prefix')
    await registry.close()
  })

  it('removes registrations that have long expired by the clock of the server, and no tombstone', async () => {
    const registry = suite.connectAs('cart')
    for (const publication of [cart, await makePublication('cart')]) await registry.publish(publication)
    await registry.revoke('cart', cart.kid)
    const [host, port] = ['127.0.0.1', engine.server.port]
    const credentials = `cart:${passwordOf('cart')}`
    const connection = await ZooKeeperConnection.open({ host, port, credentials }, 5, () => undefined)
    await pruneKeys(connection, `${PREFIX}/cart/keys`, Date.now() + 24 * HOUR_MILLISECONDS)
    expect(await registry.list('cart')).to.have.length(2)
    await pruneKeys(connection, `${PREFIX}/cart/keys`, Date.now() + 26 * HOUR_MILLISECONDS)
    expect(await registry.list('cart')).to.deep.equal([{ service: 'cart', kid: cart.kid, revoked: true }])
    await connection.close()
  })

  it('hears of each of a hundred keys that come at once, and of each of their renewals', async () => {
    const heard = new Map<string, number>()
    const watching = suite.connectAs('shop')
    await watching.watch(({ kid }) => heard.set(kid, (heard.get(kid) ?? 0) + 1))
    const publications = await Promise.all(Array.from({ length: 100 }, () => makePublication('cart')))
    const registry = suite.connectAs('cart')
    await Promise.all(publications.map(publication => registry.publish(publication)))
    await eventually(() => publications.every(({ kid }) => heard.has(kid)))
    heard.clear()
    await Promise.all(
      publications.map(publication => registry.publish({ ...publication, registration: 'a later one' })),
    )
    await eventually(() => publications.every(({ kid }) => heard.has(kid)))
  })

  it('tells what changed while its server was away, also renewals and revocations', async () => {
    const registry = suite.connectAs('cart')
    const [renewed, revoked] = [await makePublication('cart'), await makePublication('cart')]
    for (const publication of [renewed, revoked]) await registry.publish(publication)
    const heard = new Set<string>()
    const proxy = await TlsProxy.begin(engine.server.port)
    try {
      const options = { ...engine.optionsFor('shop'), servers: [proxy.address], tls: { ca: proxy.certificate } }
      const watching = new ZooKeeperRegistry(options)
      await watching.watch(({ kid }) => heard.add(kid))
      proxy.cut()
      await registry.publish({ ...renewed, registration: 'a later one' })
      await registry.revoke('cart', revoked.kid)
      await registry.publish(cart)
      proxy.mend()
      await eventually(() => [cart, renewed, revoked].every(({ kid }) => heard.has(kid)), 30)
      await watching.close()
    } finally {
      await proxy.end()
    }
  })

  it('speaks TLS, and trusts only who it is told to', async () => {
    const proxy = await TlsProxy.begin(engine.server.port)
    try {
      const options = { ...engine.optionsFor('cart'), servers: [proxy.address] }
      const trusting = new ZooKeeperRegistry({ ...options, tls: { ca: proxy.certificate } })
      await trusting.publish(cart)
      expect((await trusting.find('cart', cart.kid))?.registration).to.equal(cart.registration)
      await trusting.close()
      const stranger = new ZooKeeperRegistry({ ...options, tls: {} })
      expect(await errorOf(() => stranger.find('cart', cart.kid))).to.include({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
      await stranger.close()
    } finally {
      await proxy.end()
    }
  })

  it('asks another server where one is down', async () => {
    const [dead = 0] = await freePorts(1)
    const servers = [`127.0.0.1:${dead}`, engine.server.address]
    for (let round = 0; round < 4; round++) {
      const registry = new ZooKeeperRegistry({ ...engine.optionsFor('cart'), servers })
      expect(await registry.list()).to.deep.equal([])
      await registry.close()
    }
  })

  it('does not keep a process alive that watches', async () => {
    const options = JSON.stringify(engine.optionsFor('cart'))
    expect(await outputOf('./idle-party.ts', 'zookeeper', options)).to.equal('0\n0')
  })

  it('refuses options that it does not understand with ERR_OPTION', async () => {
    const servers = ['127.0.0.1:2181']
    const wrong: readonly object[] = [
      {},
      { servers: '127.0.0.1' },
      { servers: [] },
      { servers: [7] },
      { servers: ['127.0.0.1:65536'] },
      { servers: ['127.0.0.1:2181/chroot'] },
      { servers, user: 'cart' },
      { servers, password: 'secret' },
      { servers, user: 'a:b', password: 'secret' },
      { servers, user: 'cart', password: '' },
      { servers, prefix: '' },
      { servers, prefix: '/' },
      { servers, prefix: 'countersign' },
      { servers, prefix: '/a/../b' },
      { servers, prefix: '/a/' },
      { servers, tls: true },
      { servers, serverz: servers },
    ]
    for (const options of wrong) {
      const what = JSON.stringify(options)
      expect(await refusalOf(() => new ZooKeeperRegistry(options as ZooKeeperOptions)), what).to.equal('ERR_OPTION')
    }
    expect(await refusalOf(() => new ZooKeeperRegistry({ servers, prefix: '/a/b-c/d_e.f' }))).to.equal('accepted')
  })

  describe('setupZooKeeper', () => {
    it('adds a service, and leaves what is stored', async () => {
      await suite.connectAs('cart').publish(cart)
      await engine.setUp(['cart', 'shop', 'inventory', 'cart.eu'])
      const theirs = await makePublication('cart.eu')
      await suite.connectAs('cart.eu').publish(theirs)
      expect(await errorOf(() => suite.connectAs('cart').revoke('cart.eu', theirs.kid))).to.include({ code: 'NO_AUTH' })
      expect((await suite.connectAs('cart.eu').find('cart', cart.kid))?.registration).to.equal(cart.registration)
    })

    it('prints statements that zkCli takes, with the same effect', async () => {
      const { statements, apply } = setupZooKeeper({ services: ['cart'], prefix: '/typed/registry' })
      expect(apply).to.equal(undefined)
      const commands = [...statements.matchAll(/^# (<digest of \w+>) is (.*)$/gm)].map(
        ([, name = '', command = '']) => {
          const script = `printf %s ${command.replace(/<password of (\w+)>/, (_, user) => passwordOf(user))}`
          return [name, execFileSync('sh', ['-c', script], { encoding: 'utf8' })] as const
        },
      )
      const typed = commands
        .reduce((text, [name, digest]) => text.replaceAll(name, digest), statements.replaceAll(/^#.*\n/gm, ''))
        .replace('<password of operator>', passwordOf('operator'))
      typeIntoZooKeeper(engine.server.address, typed)
      const options = { ...engine.optionsFor('cart'), prefix: '/typed/registry' }
      const registry = new ZooKeeperRegistry(options)
      await registry.publish(cart)
      await registry.revoke('cart', cart.kid)
      expect(await registry.list()).to.have.length(1)
      const remove = (client: OtherClient) => client.remove(`/typed/registry/cart/revoked/${cart.kid}`)
      expect(await answerTo('cart', remove)).to.equal(NO_AUTH)
      const shop = new ZooKeeperRegistry({ ...engine.optionsFor('shop'), prefix: '/typed/registry' })
      expect(await errorOf(() => shop.publish(cart))).to.include({ code: 'ERR_KEY_REVOKED' })
      expect(await errorOf(async () => shop.publish(await makePublication('cart')))).to.include({ code: 'NO_AUTH' })
      expect(await answerTo('operator', remove)).to.equal('done')
      for (const open of [registry, shop]) await open.close()
    })

    it('refuses names and passwords that do not fit with ERR_OPTION', async () => {
      const options = engine.optionsFor('operator')
      const setups = [
        () => setupZooKeeper({ services: ['Cart'], ...options }),
        () => setupZooKeeper({ services: 'cart', ...options } as unknown as ZooKeeperSetupOptions),
        () => setupZooKeeper({ services: ['cart'], ...options, prefixx: '/a' } as ZooKeeperSetupOptions),
        () => setupZooKeeper({ services: ['cart'], ...options }).apply?.({}),
        () => setupZooKeeper({ services: ['cart'], ...options }).apply?.({ cart: 'a b' }),
      ]
      for (const setup of setups) expect(await refusalOf(setup), String(setup)).to.equal('ERR_OPTION')
    })
  })
})
