import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'chai'
import { createClient } from 'redis'
import { ReplayStoreFull, ReplayStoreUnavailable } from '../../lib/errors.js'
import { MAX_REPLAY_QUESTIONS } from '../../lib/limits/requests.js'
import { type RedisReplayStore, RedisReplayStore as Store } from '../../lib/replay/redis-replay-store.js'
import { REPLAY_SCRIPT } from '../../lib/replay/redis-script.js'
import { errorOf, refusalOf } from '../jws/refusal.js'
import { entry, present, RedisParty, SKEW } from './redis-party.js'
import { RedisServer, requireRedisServer } from './redis-server.js'

const verdictOf = async (store: RedisReplayStore, presentation = entry()): Promise<string> => {
  let verdict = ''
  const refusal = await refusalOf(async () => {
    verdict = await store.remember(presentation)
  })
  return refusal === 'accepted' ? verdict : refusal
}

describe('redis replay store', function () {
  this.timeout(30_000)
  this.slow(3000)

  const party = new RedisParty()
  const servers: RedisServer[] = []
  let redis: RedisServer
  let store: RedisReplayStore

  const startServer = async (...settings: string[]) => {
    const server = await RedisServer.start(...settings)
    servers.push(server)
    return server
  }

  before(async function () {
    requireRedisServer(this)
    redis = await startServer()
    store = await party.makeStore(redis)
  })

  after(async () => {
    party.stop()
    for (const server of servers) await server.stop()
  })

  describe('remembers', () => {
    it('and says `new` once, `seen` ever after, to every instance', async () => {
      const other = await party.makeStore(redis)
      const presentation = entry()
      expect(await store.remember(presentation)).to.equal('new')
      for (const each of [store, other]) expect(await each.remember(presentation)).to.equal('seen')
    })

    it('and says `new` to one of many who ask at the same moment', async () => {
      const stores = await Promise.all(Array.from({ length: 8 }, () => party.makeStore(redis)))
      const presentation = entry()
      const verdicts = await Promise.all(stores.map(each => each.remember(presentation)))
      expect(verdicts.filter(verdict => verdict === 'new')).to.have.length(1)
    })

    it('and tells presentations apart by `kid` and `jti` together', async () => {
      const { jti } = entry()
      expect(await store.remember(entry({ jti, kid: 'a' }))).to.equal('new')
      expect(await store.remember(entry({ jti, kid: 'b' }))).to.equal('new')
      expect(await store.remember(entry({ jti, kid: 'a', caller: 'other' }))).to.equal('seen')
    })

    it('and keeps stores of another prefix apart', async () => {
      const other = await party.makeStore(redis, { prefix: 'orders:{replay}:' })
      const presentation = entry()
      expect(await store.remember(presentation)).to.equal('new')
      expect(await other.remember(presentation)).to.equal('new')
      expect(await other.remember(presentation)).to.equal('seen')
    })

    it('and keeps a digest for as long as the presentation says, by its own clock, and a second more', async () => {
      const client = await party.connect(redis)
      await client.flushAll()
      await store.prepare()
      const presentation = entry({ kid: 'the-kid', jti: 'the-jti' })
      await store.remember(presentation)
      const keys = (await client.keys('*')).filter(key => !key.endsWith('birth'))
      expect(keys).to.have.length(1)
      const [key = ''] = keys
      expect(key).to.match(/^countersign:\{replay\}:[\w-]{22}$/)
      expect(await client.get(key)).to.equal('')
      const left = (await client.pTTL(key)) / 1000 - (presentation.until - present())
      expect(left).to.be.within(0.9, 1.1)
    })
  })

  describe('refuses what it may have forgotten', () => {
    it('after the time of the presentation, however old `now` was: ERR_REPLAY_STORE_YOUNG', async () => {
      const presentation = entry({ until: present() + 0.3 })
      expect(await verdictOf(store, presentation)).to.equal('new')
      expect(await verdictOf(store, presentation)).to.equal('seen')
      await delay(400)
      expect(await verdictOf(store, presentation)).to.equal('ERR_REPLAY_STORE_YOUNG')
      // Its key is there a little longer, so that there is no moment in between.
      await delay(1200)
      expect(await verdictOf(store, presentation)).to.equal('ERR_REPLAY_STORE_YOUNG')
    })

    it('from before its birth, and the skew: ERR_REPLAY_STORE_YOUNG', async () => {
      const before = present()
      const young = await party.makeStore(redis, { prefix: 'young:' })
      for (const issuedAt of [before - 1, before, before + SKEW - 0.01]) {
        expect(await verdictOf(young, entry({ issuedAt }))).to.equal('ERR_REPLAY_STORE_YOUNG')
      }
      expect(await verdictOf(young)).to.equal('new')
    })

    it('and what is ahead of its clock, for it might outlive its birth: ERR_REPLAY_STORE_UNAVAILABLE', async () => {
      expect(await verdictOf(store, entry({ issuedAt: present() + SKEW + 1 }))).to.equal('ERR_REPLAY_STORE_UNAVAILABLE')
    })

    it('times that are no numbers, whatever they are', async () => {
      for (const strange of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
        expect(await verdictOf(store, entry({ issuedAt: strange }))).not.to.equal('new')
        if (strange !== Number.POSITIVE_INFINITY) {
          expect(await verdictOf(store, entry({ until: strange }))).not.to.equal('new')
        }
      }
    })

    it('after a flush: ERR_REPLAY_STORE_YOUNG', async () => {
      const presentation = entry()
      expect(await verdictOf(store, presentation)).to.equal('new')
      await (await party.connect(redis)).flushAll()
      expect(await verdictOf(store, presentation)).to.equal('ERR_REPLAY_STORE_YOUNG')
      expect(await verdictOf(store)).to.equal('new')
    })

    it('after a restart that lost everything: ERR_REPLAY_STORE_YOUNG', async () => {
      const server = await startServer()
      const restarted = await party.makeStore(server)
      const presentation = entry()
      expect(await verdictOf(restarted, presentation)).to.equal('new')
      await server.kill()
      expect(await verdictOf(restarted, presentation)).to.equal('ERR_REPLAY_STORE_UNAVAILABLE')
      await server.run()
      await party.reconnect()
      expect(await verdictOf(restarted, presentation)).to.equal('ERR_REPLAY_STORE_YOUNG')
      expect(await verdictOf(restarted)).to.equal('new')
    })

    it('after a restart from a snapshot that was older, its birth and all: ERR_REPLAY_STORE_YOUNG', async () => {
      const server = await startServer('--save', '3600 1')
      const restarted = await party.makeStore(server)
      const client = await party.connect(server)
      const [saved, lost] = [entry(), entry()]
      expect(await verdictOf(restarted, saved)).to.equal('new')
      await client.sendCommand(['SAVE'])
      expect(await verdictOf(restarted, lost)).to.equal('new')
      await server.kill()
      await server.run()
      await party.reconnect()
      expect(await client.exists('countersign:{replay}:birth')).to.equal(1)
      expect(await verdictOf(restarted, lost)).to.equal('ERR_REPLAY_STORE_YOUNG')
      expect(await verdictOf(restarted, saved)).to.equal('ERR_REPLAY_STORE_YOUNG')
      expect(await verdictOf(restarted)).to.equal('new')
    })

    it('after a failover to a replica that lagged behind: ERR_REPLAY_STORE_YOUNG', async () => {
      const primary = await startServer('--repl-diskless-sync-delay', '0')
      const store = await party.makeStore(primary)
      const follower = await startServer('--replicaof', '127.0.0.1', String(primary.port))
      const client = await party.connect(follower)
      while (!(await client.info('replication')).includes('master_link_status:up')) await delay(20)
      // A first replica gives its primary a new replication id, hence a new life.
      await store.prepare()
      const born = await (await party.connect(primary)).get('countersign:{replay}:birth')
      while ((await client.get('countersign:{replay}:birth')) !== born) await delay(5)
      const promoted = new Store({ client })
      const error = await errorOf(() => promoted.prepare())
      expect(error.message).to.equal('redis is a replica: ask the primary')

      follower.pause()
      const presentation = entry()
      expect(await verdictOf(store, presentation)).to.equal('new')
      await primary.kill()
      follower.resume()
      await client.sendCommand(['REPLICAOF', 'NO', 'ONE'])
      expect(await client.get('countersign:{replay}:birth')).to.equal(born)
      expect(await verdictOf(promoted, presentation)).to.equal('ERR_REPLAY_STORE_YOUNG')
      expect(await verdictOf(promoted)).to.equal('new')
      await primary.run()
    })

    it('after an eviction: ERR_REPLAY_STORE_YOUNG, and nothing more while it may evict: ERR_REPLAY_STORE_UNAVAILABLE', async () => {
      const server = await startServer()
      const evicting = await party.makeStore(server)
      const client = await party.connect(server)
      const presentation = entry()
      expect(await verdictOf(evicting, presentation)).to.equal('new')
      const used = Number(/used_memory:(\d+)/.exec(await client.info('memory'))?.[1])
      await client.configSet({ 'maxmemory-policy': 'volatile-lru', maxmemory: String(used + 1_000_000) })
      while (/evicted_keys:0\b/.test(await client.info('stats'))) {
        await client.set(`other-${Math.random()}`, 'x'.repeat(50_000), { expiration: { type: 'EX', value: 60 } })
      }
      expect(await verdictOf(evicting, presentation)).to.equal('ERR_REPLAY_STORE_UNAVAILABLE')
      expect(await verdictOf(evicting)).to.equal('ERR_REPLAY_STORE_UNAVAILABLE')
      await client.configSet({ 'maxmemory-policy': 'noeviction', maxmemory: '0' })
      expect(await verdictOf(evicting, presentation)).to.equal('ERR_REPLAY_STORE_YOUNG')
      expect(await verdictOf(evicting)).to.equal('new')
    })
  })

  describe('refuses while Redis cannot answer', () => {
    it('and says at start what is wrong with it: ERR_REPLAY_STORE_UNAVAILABLE', async () => {
      const server = await startServer('--maxmemory-policy', 'allkeys-lru')
      const error = await errorOf(() => party.makeStore(server))
      expect(error).to.be.instanceOf(ReplayStoreUnavailable)
      expect(error.message).to.equal('redis may evict: set `maxmemory-policy noeviction`')
    })

    it('for want of memory, and still knows what it has seen: ERR_REPLAY_STORE_FULL', async () => {
      const client = await party.connect(redis)
      const presentation = entry()
      expect(await verdictOf(store, presentation)).to.equal('new')
      await client.configSet('maxmemory', '1')
      expect(await verdictOf(store)).to.equal('ERR_REPLAY_STORE_FULL')
      expect(await verdictOf(store, presentation)).to.equal('ERR_REPLAY_STORE_FULL')
      await client.configSet('maxmemory', '0')
      expect(await verdictOf(store, presentation)).to.equal('seen')
      expect(await verdictOf(store)).to.equal('new')
    })

    it('and hangs, within the time that it has: ERR_REPLAY_STORE_UNAVAILABLE, and `seen` later', async () => {
      const presentation = entry()
      redis.pause()
      const startedAt = performance.now()
      expect(await verdictOf(store, presentation)).to.equal('ERR_REPLAY_STORE_UNAVAILABLE')
      expect(performance.now() - startedAt).to.be.within(950, 2500)
      redis.resume()
      expect(await verdictOf(store, presentation)).to.equal('seen')
    })

    it('and the answer is lost: ERR_REPLAY_STORE_UNAVAILABLE, and `seen` later', async () => {
      const client = await party.connect(redis)
      const lossy = new Store({
        client: {
          eval: async (script, options) => {
            await client.eval(script, options)
            throw new Error('the connection broke off')
          },
        },
      })
      const presentation = entry()
      expect(await verdictOf(lossy, presentation)).to.equal('ERR_REPLAY_STORE_UNAVAILABLE')
      expect(await verdictOf(store, presentation)).to.equal('seen')
    })

    it('and a client keeps the question for later: ERR_REPLAY_STORE_UNAVAILABLE, and never twice', async () => {
      const server = await startServer()
      const client = createClient({ url: server.url, socket: { reconnectStrategy: 20 } })
      client.on('error', () => {})
      await client.connect()
      const patient = new Store({ client, timeoutSeconds: 0.3 })
      await patient.prepare()
      await server.kill()
      const presentation = entry()
      expect(await verdictOf(patient, presentation)).to.equal('ERR_REPLAY_STORE_UNAVAILABLE')
      await server.run()
      while (!client.isReady) await delay(10)
      expect(await verdictOf(patient, presentation)).to.be.oneOf(['ERR_REPLAY_STORE_YOUNG', 'seen'])
      expect(await verdictOf(patient)).to.equal('new')
      client.destroy()
    })

    it('and too many wait for it, without waiting: ERR_REPLAY_STORE_UNAVAILABLE', async () => {
      const hanging = new Store({ client: { eval: () => new Promise(() => {}) }, timeoutSeconds: 1 })
      const waiting = Array.from({ length: MAX_REPLAY_QUESTIONS }, () => refusalOf(() => hanging.remember(entry())))
      const startedAt = performance.now()
      const error = await errorOf(() => hanging.remember(entry()))
      expect(performance.now() - startedAt).to.be.below(500)
      expect(error).to.be.instanceOf(ReplayStoreUnavailable)
      expect(new Set(await Promise.all(waiting))).to.deep.equal(new Set(['ERR_REPLAY_STORE_UNAVAILABLE']))
    })

    it('and gives answers that mean nothing, or throws: ERR_REPLAY_STORE_UNAVAILABLE', async () => {
      for (const reply of ['NEW', 'ready', '', null, undefined, 1, ['new', 'seen'], {}]) {
        const strange = new Store({ client: { eval: async () => reply } })
        expect(await verdictOf(strange)).to.equal('ERR_REPLAY_STORE_UNAVAILABLE')
      }
      const throwing = () => {
        throw new Error('closed')
      }
      expect(await verdictOf(new Store({ client: { eval: throwing } }))).to.equal('ERR_REPLAY_STORE_UNAVAILABLE')
    })

    it('knows what older versions say when they are out of memory: ERR_REPLAY_STORE_FULL', async () => {
      const client = {
        eval: async () => {
          throw new Error(
            "ERR Error running script (call to f_1): @user_script:1: -OOM command not allowed when used memory > 'maxmemory'.",
          )
        },
      }
      expect(await errorOf(() => new Store({ client }).remember(entry()))).to.be.instanceOf(ReplayStoreFull)
    })
  })

  it('never says `new` twice while Redis is killed, restarted and slow', async function () {
    this.timeout(60_000)
    const server = await startServer('--save', '1 1')
    const stores = await Promise.all([party.makeStore(server), party.makeStore(server), party.makeStore(server)])
    const presentations = Array.from({ length: 40 }, () => entry({ jti: `storm-${Math.random()}` }))
    const timesNew = new Map<string, number>()
    const outcomes = new Set<string>()
    let isOver = false
    const ask = async (each: RedisReplayStore) => {
      while (!isOver) {
        // Some are asked for again and again, some are new.
        const known = presentations[Math.floor(Math.random() * presentations.length)]
        const presentation = known !== undefined && Math.random() < 0.8 ? known : entry()
        if (presentation !== known) presentations.push(presentation)
        const outcome = await verdictOf(each, presentation)
        outcomes.add(outcome)
        if (outcome === 'new') timesNew.set(presentation.jti, (timesNew.get(presentation.jti) ?? 0) + 1)
        else if (outcome !== 'seen') await delay(1)
      }
    }
    const asking = stores.map(ask)
    for (let round = 0; round < 3; round += 1) {
      await delay(1000)
      server.pause()
      await delay(1200)
      server.resume()
      await delay(500)
      await server.kill()
      await delay(200)
      await server.run()
      await party.reconnect()
    }
    await delay(500)
    isOver = true
    await Promise.all(asking)
    expect(timesNew.size).to.be.greaterThan(100)
    expect([...timesNew.values()].filter(times => times !== 1)).to.deep.equal([])
    expect([...outcomes].sort()).to.deep.equal([
      'ERR_REPLAY_STORE_UNAVAILABLE',
      'ERR_REPLAY_STORE_YOUNG',
      'new',
      'seen',
    ])
  })

  it('needs no more rights than docs/replay.md says, and has its keys alone', async () => {
    const admin = await party.connect(redis)
    const rights = ['-@all', '+hello', '+ping', '+eval', '+info', '+time', '+get', '+set', '~countersign:{replay}:*']
    await admin.sendCommand(['ACL', 'SETUSER', 'cart', 'reset', 'on', '>secret', ...rights])
    await admin.sendCommand(['ACL', 'LOG', 'RESET'])
    const client = await party.connect(redis, { username: 'cart', password: 'secret' })
    expect(await verdictOf(new Store({ client }))).to.equal('new')
    expect(await admin.sendCommand(['ACL', 'LOG'])).to.deep.equal([])
    expect(await verdictOf(new Store({ client, prefix: 'orders:' }))).to.equal('ERR_REPLAY_STORE_UNAVAILABLE')
    expect((await errorOf(() => client.flushAll())).message).to.contain('NOPERM')
  })

  it('asks with one script, which holds nothing of the presentation', async () => {
    const asked: string[] = []
    const client = {
      eval: async (script: string, { keys, arguments: values }: { keys: string[]; arguments: string[] }) => {
        expect(script).to.equal(REPLAY_SCRIPT)
        asked.push(...keys, ...values)
        return 'new'
      },
    }
    await new Store({ client, skewSeconds: 2 }).remember(
      entry({ kid: 'the-kid', jti: 'the-jti', issuedAt: 1000, until: 1064 }),
    )
    expect(asked.slice(2)).to.deep.equal(['1000000', '1064000', '2000'])
    expect(asked.join()).not.to.match(/the-|shop/)
  })

  it('refuses options that are none: ERR_OPTION', async () => {
    const client = { eval: async () => 'new' }
    const wrong: object[] = [
      {},
      { client: {} },
      { client: null },
      { client, prefix: '' },
      { client, prefix: 7 },
      { client, skewSeconds: -1 },
      { client, skewSeconds: 61 },
      { client, skewSeconds: 0.5 },
      { client, timeoutSeconds: 0 },
      { client, timeoutSeconds: 61 },
      { client, timeoutSeconds: Number.NaN },
      { client, timeoutSeconds: '1' },
      { client, ttl: 1 },
    ]
    for (const options of wrong) {
      expect(await refusalOf(() => new Store(options as { client: typeof client }))).to.equal('ERR_OPTION')
    }
    for (const timeoutSeconds of [0.001, 60]) expect(() => new Store({ client, timeoutSeconds })).not.to.throw()
  })
})
