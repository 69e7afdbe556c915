import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'chai'
import { parsePolicy } from '../../lib/index.js'
import type { RedisReplayStore } from '../../lib/replay/redis-replay-store.js'
import { ServiceParty, shopPolicy } from '../http/service-party.js'
import { errorOf, refusalOf } from '../jws/refusal.js'
import { RedisParty } from './redis-party.js'
import { RedisServer, requireRedisServer } from './redis-server.js'

const nobody = parsePolicy(`
for-each-of-the-following:
- enforce-the-first-matching-rule:
  - any-token: true
    must-be-rejected: true
`)

// One machine has one clock: nothing to allow for but the second that `iat` is cut to.
const SKEW_SECONDS = 0
const nextSecond = () => delay(1100)

describe('services that share a Redis', function () {
  this.timeout(30_000)
  this.slow(10_000)

  const connections = new RedisParty()
  const party = new ServiceParty()
  let redis: RedisServer | undefined
  let replay: RedisReplayStore

  before(async function () {
    requireRedisServer(this)
    redis = await RedisServer.start()
    replay = await connections.makeStore(redis, { skewSeconds: SKEW_SECONDS })
    await nextSecond()
  })

  after(async () => {
    connections.stop()
    await party.stop()
    await redis?.stop()
  })

  it('do not use up a call that a policy denies: ERR_POLICY_REJECTED, then accepted, then ERR_PRESENTATION_REPLAYED', async () => {
    const shop = await party.start('shop')
    const strict = await party.start('cart', { replay, policy: nobody })
    const open = await party.start('cart', { replay, policy: shopPolicy })
    const presentation = await shop.wrap({ audience: 'cart', operation: 'read', job: true })
    const codes: string[] = []
    for (const cart of [strict, strict, open, open, strict]) {
      codes.push(await refusalOf(() => cart.unwrap(presentation, { operation: 'read' })))
    }
    const denied = 'ERR_POLICY_REJECTED'
    expect(codes).to.deep.equal([denied, denied, 'accepted', 'ERR_PRESENTATION_REPLAYED', denied])
  })

  it('refuse with 503 while Redis is stopped, killed and back with nothing, and accept nothing twice', async () => {
    if (redis === undefined) throw new Error('nothing was started')
    const shop = await party.start('shop')
    const cart = await party.start('cart', { replay })
    const wrap = () => shop.wrap({ audience: 'cart', operation: 'read', job: true })
    const codeOf = (presentation: string) => refusalOf(() => cart.unwrap(presentation, { operation: 'read' }))
    const used = await wrap()
    expect(await codeOf(used)).to.equal('accepted')
    expect(await codeOf(used)).to.equal('ERR_PRESENTATION_REPLAYED')

    redis.pause()
    const late = await wrap()
    expect(await codeOf(late)).to.equal('ERR_REPLAY_STORE_UNAVAILABLE')
    redis.resume()
    expect(await codeOf(late)).to.equal('ERR_PRESENTATION_REPLAYED')

    await redis.kill()
    const waiting = await wrap()
    for (const presentation of [used, late, waiting]) {
      const error = await errorOf(() => cart.unwrap(presentation, { operation: 'read' }))
      expect(error).to.include({ code: 'ERR_REPLAY_STORE_UNAVAILABLE', status: 503 })
    }

    await redis.run()
    await connections.reconnect()
    for (const presentation of [used, late, waiting]) {
      const error = await errorOf(() => cart.unwrap(presentation, { operation: 'read' }))
      expect(error).to.include({ code: 'ERR_REPLAY_STORE_YOUNG', status: 503 })
    }
    await nextSecond()
    const fresh = await wrap()
    expect(await codeOf(fresh)).to.equal('accepted')
    expect(await codeOf(fresh)).to.equal('ERR_PRESENTATION_REPLAYED')
  })
})
