import { execFileSync } from 'node:child_process'
import { inspect } from 'node:util'
import { expect } from 'chai'
import { type RedisOptions, RedisRegistry, setupRedis } from '../../../lib/registry/redis/redis-registry.js'
import { errorOf, refusalOf } from '../../jws/refusal.js'
import { RedisServer } from '../../replay/redis-server.js'
import { eventually } from '../eventually.js'
import { makePublication } from '../signed-text.js'
import { outputOf } from './ended-process.js'
import { findProgram } from './engine.js'
import { EngineSuite } from './engine-suite.js'
import {
  answerTo,
  operatorUrl,
  passwordOf,
  passwordsOf,
  prepareRedis,
  REDIS,
  SERVICES,
  startGuarded,
  urlOf,
  withClient,
} from './redis-engine.js'
import { TlsProxy } from './tls-proxy.js'

const NO_KEY = 'NOPERM this user has no permissions to access one of the keys used as arguments'
const noCommand = (name: string) => `NOPERM this user has no permissions to run the '${name}' command`

describe('RedisRegistry and its server', function () {
  this.timeout(60_000)
  this.slow(10_000)

  let redis: RedisServer
  const suite = new EngineSuite('RedisRegistry', REDIS, async () => {
    const engine = await prepareRedis()
    redis = engine.redis
    return engine
  })

  before(async function () {
    await suite.begin(this)
  })
  afterEach(() => suite.endSpec())
  after(() => suite.end())

  const operate = (...command: string[]) => answerTo(operatorUrl(redis), ...command)
  const askAs = (service: string, ...command: string[]) => answerTo(urlOf(redis, service), ...command)

  describe('lets no service take its tombstone back, however it asks', () => {
    const attempts: readonly (readonly [command: string, answer: string])[] = [
      ['SETNX <tombstone> again', '0'],
      ['SET <tombstone> x PXAT 1', NO_KEY],
      ['SET <tombstone> x', NO_KEY],
      ['DEL <tombstone>', noCommand('del')],
      ['UNLINK <tombstone>', noCommand('unlink')],
      ['GETDEL <tombstone>', noCommand('getdel')],
      ['GETEX <tombstone> PXAT 1', noCommand('getex')],
      ['PEXPIRE <tombstone> 1', noCommand('pexpire')],
      ['RENAME <tombstone> <registration>', noCommand('rename')],
      ['RENAME <registration> <tombstone>', noCommand('rename')],
      ['COPY <registration> <tombstone> REPLACE', noCommand('copy')],
      ['MOVE <tombstone> 1', noCommand('move')],
      ['SORT <registration> STORE <tombstone>', noCommand('sort')],
      ['SELECT 1', noCommand('select')],
      ['FLUSHALL', noCommand('flushall')],
      ['SWAPDB 0 1', noCommand('swapdb')],
      ['CONFIG SET maxmemory 1', noCommand('config|set')],
      ['ACL SETUSER countersign.cart +@all', noCommand('acl|setuser')],
      ['EVAL return(redis.call("DEL",KEYS[1])) 1 <tombstone>', noCommand('eval')],
      ['FCALL del 1 <tombstone>', noCommand('fcall')],
    ]
    for (const [command, answer] of attempts) {
      it(command, async () => {
        const cart = await makePublication('cart')
        await suite.connectAs('cart').publish(cart)
        await suite.connectAs('cart').revoke('cart', cart.kid)
        const registration = `countersign/cart/${cart.kid}`
        const words = command
          .replaceAll('<registration>', registration)
          .replaceAll('<tombstone>', `${registration}.revoked`)
        expect(await askAs('cart', ...words.split(' '))).to.equal(answer)
        expect(await suite.connect().list()).to.deep.equal([
          { service: 'cart', kid: cart.kid, registration: cart.registration, revoked: true },
        ])
      })
    }
  })

  it("lets no service write below another's name in a transaction, nor read what is not the registry's", async () => {
    const { kid } = await makePublication('shop')
    await operate('SET', 'secrets', 'x')
    expect(await askAs('cart', 'GETRANGE', 'secrets', '0', '9')).to.equal(NO_KEY)
    for (const key of [`countersign/shop/${kid}`, `countersign/shop/${kid}.revoked`, `countersign/cart2/${kid}`, 'x']) {
      const answers = await withClient(urlOf(redis, 'cart'), async send => {
        await send('MULTI')
        const queued = await send('SET', key, 'mine').catch((error: Error) => error.message)
        const executed = await send('EXEC').catch((error: Error) => error.message)
        return [queued, executed]
      })
      expect(answers).to.deep.equal([NO_KEY, 'EXECABORT Transaction discarded because of previous errors.'])
    }
  })

  it('would be kept from keys that a script does not declare, if scripts were allowed', async () => {
    await operate('ACL', 'SETUSER', 'scripter', 'reset', 'on', '>x', '%RW~countersign/cart/*', '+eval', '+set')
    const url = `redis://scripter:x@127.0.0.1:${redis.port}`
    const script = "return redis.call('SET', 'countersign/shop/x', '1')"
    expect(await answerTo(url, 'EVAL', script, '0')).to.match(
      /^ERR The user executing the script can't access at least one of the keys mentioned in the command arguments/,
    )
    await operate('ACL', 'DELUSER', 'scripter')
  })

  it('leaves a tombstone without an expiry, whoever revoked, and however often', async () => {
    const { kid } = await makePublication('cart')
    for (const registry of [suite.connectAs('cart'), suite.connect(), suite.connectAs('cart')]) {
      await registry.revoke('cart', kid)
      expect(await operate('TTL', `countersign/cart/${kid}.revoked`)).to.equal('-1')
    }
  })

  it('tells what an operator does by hand', async () => {
    const heard: string[] = []
    await suite.connectAs('shop').watch(({ kid }) => heard.push(kid))
    const { kid } = await makePublication('cart')
    for (const command of [
      ['SETNX', `countersign/cart/${kid}.revoked`, ''],
      ['DEL', `countersign/cart/${kid}.revoked`],
    ]) {
      heard.length = 0
      await operate(...command)
      await eventually(() => heard.includes(kid))
    }
  })

  it('hears nothing of keys that are no places', async () => {
    const heard: string[] = []
    await suite.connectAs('shop').watch(({ service, kid }) => heard.push(`${service}/${kid}`))
    const { kid } = await makePublication('cart')
    for (const key of ['countersign/', `countersign/${kid}`, `countersign/Cart/${kid}`, `countersign/cart/${kid}/x`]) {
      await operate('SET', key, 'x')
    }
    await operate('SET', `countersign/cart/${kid}`, 'x')
    await eventually(() => heard.length > 0)
    expect(heard).to.deep.equal([`cart/${kid}`])
  })

  it('tells what happened while its connection was gone', async () => {
    const [gone, replaced, added] = [
      await makePublication('cart'),
      await makePublication('cart'),
      await makePublication('cart'),
    ]
    for (const publication of [gone, replaced]) await suite.connectAs('cart').publish(publication)
    const heard = new Set<string>()
    await suite.connectAs('shop').watch(({ kid }) => heard.add(kid))
    // No event tells of these.
    await operate('CONFIG', 'SET', 'notify-keyspace-events', '')
    await suite.connectAs('cart').publish({ ...replaced, registration: 'a later one' })
    await suite.connectAs('cart').publish(added)
    await operate('DEL', `countersign/cart/${gone.kid}`)
    await operate('CONFIG', 'SET', 'notify-keyspace-events', 'K$gx')
    await operate('CLIENT', 'KILL', 'USER', 'countersign.shop')
    await eventually(() => [gone, replaced, added].every(({ kid }) => heard.has(kid)))
  })

  it('publishes and hears of it in one registry', async () => {
    const heard = new Set<string>()
    const cart = suite.connectAs('cart')
    await cart.watch(({ kid }) => heard.add(kid))
    const publications = await Promise.all(Array.from({ length: 20 }, () => makePublication('cart')))
    await Promise.all(publications.map(publication => cart.publish(publication)))
    await eventually(() => heard.size === 20)
    expect(await cart.list()).to.have.length(20)
  })

  it('does not keep a process alive that watches', async () => {
    expect(await outputOf('./watching-party.ts', 'redis', urlOf(redis, 'cart'))).to.equal('true\n0')
  })

  it('speaks TLS to a server whose certificate it can check, and to no other, and finds it again', async () => {
    const proxy = await TlsProxy.begin(redis.port)
    try {
      const url = `rediss://countersign.shop:${passwordOf('shop')}@${proxy.address}`
      const stranger = new RedisRegistry({ url })
      expect(await errorOf(() => stranger.list())).to.include({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
      await stranger.close()
      const shop = new RedisRegistry({ url, tls: { ca: proxy.certificate } })
      const heard: string[] = []
      await shop.watch(({ kid }) => heard.push(kid))
      proxy.cut()
      const cart = await makePublication('cart')
      await suite.connectAs('cart').publish(cart)
      expect(await errorOf(() => shop.find('cart', cart.kid))).to.be.instanceOf(Error)
      proxy.mend()
      await eventually(() => heard.includes(cart.kid), 30)
      expect((await shop.find('cart', cart.kid))?.registration).to.equal(cart.registration)
      await shop.close()
    } finally {
      await proxy.end()
    }
  })

  it('says nothing of a password, whatever is wrong with it', async () => {
    const password = 'a-password-that-is-wrong'
    const url = `redis://countersign.cart:${password}@127.0.0.1:${redis.port}`
    const registry = new RedisRegistry({ url })
    const error = await errorOf(() => registry.list())
    expect(error.message).to.match(/^WRONGPASS /)
    for (const shown of [error, registry]) {
      expect(inspect(shown, { depth: 9, showHidden: true })).not.to.contain(password)
    }
    for (const wrong of [`redis://cart:${password}@[`, `http://cart:${password}@host`, `${url}?db=1`, `${url}/1`]) {
      const refused = await errorOf(() => new RedisRegistry({ url: wrong }))
      expect(refused).to.include({ code: 'ERR_OPTION' })
      expect(inspect(refused, { depth: 9, showHidden: true })).not.to.contain(password)
    }
    await registry.close()
  })

  it('refuses options that it does not understand with ERR_OPTION', async () => {
    const url = 'redis://127.0.0.1'
    const prefixes = ['', 'countersign', '/', 'a*/', 'a?/', 'a[b]/', 'a.b/', 'a b/', 'a\\/', `${'a'.repeat(64)}/`, 7]
    const wrong: readonly object[] = [
      {},
      { url: 7 },
      { url: 'redis://' },
      { url: 'redis://127.0.0.1/1' },
      { url, password: '' },
      { url: 'redis://cart@127.0.0.1', user: 'cart' },
      { url, tls: 'yes' },
      { url, prefx: 'x/' },
      ...prefixes.map(prefix => ({ url, prefix })),
    ]
    for (const options of wrong) {
      const what = JSON.stringify(options)
      expect(await refusalOf(() => new RedisRegistry(options as RedisOptions)), what).to.equal('ERR_OPTION')
    }
  })

  describe('setupRedis', () => {
    const names = ['a', 'cart.eu', 'cart-2', 'x'.repeat(128)]

    it('prints statements that redis-cli takes, once and again', async () => {
      const { statements, apply } = setupRedis({ services: names })
      expect(apply).to.equal(undefined)
      for (const name of names) expect(statements).to.contain(`<password of ${name}>`)
      const script = statements.replaceAll(/<password of ([^>]*)>/g, (_, name) => passwordOf(name))
      const fresh = await startGuarded()
      try {
        for (let round = 0; round < 2; round++) {
          const output = execFileSync(findProgram('redis-cli'), ['-e', '-u', operatorUrl(fresh), '--no-auth-warning'], {
            input: script,
            encoding: 'utf8',
          })
          expect(
            output
              .trim()
              .split(/\n+/)
              .filter(line => line !== 'OK'),
          ).to.deep.equal([])
        }
        for (const name of names) {
          const registry = new RedisRegistry({ url: urlOf(fresh, name) })
          const publication = await makePublication(name)
          await registry.publish(publication)
          expect((await registry.find(name, publication.kid))?.registration).to.equal(publication.registration)
          await registry.close()
        }
      } finally {
        await fresh.stop()
      }
    })

    it('adds a service, and leaves what is stored', async () => {
      const cart = await makePublication('cart')
      await suite.connectAs('cart').publish(cart)
      const all = [...SERVICES, ...names]
      await setupRedis({ services: all, url: operatorUrl(redis) }).apply?.(passwordsOf(all))
      for (const name of names) {
        await suite.connectAs(name).publish(await makePublication(name))
        expect(
          (await errorOf(async () => suite.connectAs(name).publish(await makePublication('cart')))).message,
        ).to.match(/^(NOPERM|EXECABORT) /)
      }
      expect((await suite.connectAs('cart').find('cart', cart.kid))?.registration).to.equal(cart.registration)
    })

    it('keeps two registries of one server apart by their prefixes', async () => {
      const url = operatorUrl(redis)
      await setupRedis({ services: ['cart'], url, prefix: 'stage/' }).apply?.({ cart: 'of-stage' })
      const stageUrl = `redis://stage.cart:of-stage@127.0.0.1:${redis.port}`
      const stage = new RedisRegistry({ url: stageUrl, prefix: 'stage/' })
      const cart = await makePublication('cart')
      await stage.publish(cart)
      expect(await suite.connect().list()).to.deep.equal([])
      const intruder = new RedisRegistry({ url: urlOf(redis, 'cart'), prefix: 'stage/' })
      expect((await errorOf(() => intruder.find('cart', cart.kid))).message).to.equal(NO_KEY)
      for (const registry of [stage, intruder]) await registry.close()
    })

    it('has settings written down that keep tombstones, and events that others want', async () => {
      const fresh = await startGuarded('--maxmemory-policy', 'allkeys-lru', '--notify-keyspace-events', 'Ex')
      try {
        await setupRedis({ services: ['cart'], url: operatorUrl(fresh) }).apply?.(passwordsOf(['cart']))
        expect(await answerTo(operatorUrl(fresh), 'CONFIG', 'GET', 'maxmemory-policy')).to.contain('noeviction')
        const lines = fresh.read('redis.conf').split('\n')
        expect(lines).to.include.members(['appendonly yes', 'appendfsync always'])
        const events = lines.find(line => line.startsWith('notify-keyspace-events'))
        for (const event of 'KEg$x') expect(events).to.contain(event)
        expect(fresh.read('users.acl')).to.contain('user countersign.cart on')
        expect(fresh.read('users.acl')).not.to.contain(passwordOf('cart'))
      } finally {
        await fresh.stop()
      }
    })

    it('refuses a server that lets everybody in with ERR_OPTION', async () => {
      const open = await RedisServer.start()
      try {
        const { apply } = setupRedis({ services: ['cart'], url: open.url })
        expect(await refusalOf(() => apply?.({ cart: 'password' }))).to.equal('ERR_OPTION')
      } finally {
        await open.stop()
      }
    })

    it('refuses services and passwords that do not fit with ERR_OPTION', async () => {
      const url = operatorUrl(redis)
      const setups = [
        () => setupRedis({ services: ['Cart'] }),
        () => setupRedis({ services: ['cart +@all'] }),
        () => setupRedis({ services: 'cart' as never }),
        () => setupRedis({ services: ['cart'], prefx: 'x' } as never),
        ...[{}, { cart: '' }, { cart: 'a b' }, { cart: 'ä' }, { cart: 'x', shop: 'x' }, { cart: 7 }].map(
          passwords => () => setupRedis({ services: ['cart'], url }).apply?.(passwords as Record<string, string>),
        ),
      ]
      for (const setup of setups) expect(await refusalOf(setup), String(setup)).to.equal('ERR_OPTION')
    })
  })
})
