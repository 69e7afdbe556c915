import { type ChildProcess, fork } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { FileRegistry, Service } from '../../lib/index.js'
import { makeDirectory, removeDirectory } from '../registry/temporary-directory.js'
import { RedisServer, requireRedisServer } from './redis-server.js'

const SCRIPT = fileURLToPath(new URL('replica.ts', import.meta.url))
const REPLICAS = 4
const PRESENTATIONS = 20_000
// A new store refuses what may have been accepted before its birth: 5 seconds of skew, and the second that `iat` is cut to.
const YOUTH_SECONDS = 6

describe('four processes that share a name and a Redis', function () {
  this.timeout(120_000)
  this.slow(60_000)

  const directory = makeDirectory()
  const replicas: ChildProcess[] = []
  let redis: RedisServer | undefined
  let shop: Service | undefined

  before(async function () {
    requireRedisServer(this)
    redis = await RedisServer.start()
    shop = await Service.start({ name: 'shop', registry: new FileRegistry(directory) })
  })

  after(async () => {
    for (const replica of replicas) replica.kill('SIGKILL')
    await shop?.stop()
    await redis?.stop()
    removeDirectory(directory)
  })

  const startReplica = async (url: string): Promise<ChildProcess> => {
    const env = { ...process.env, NODE_V8_COVERAGE: undefined }
    const replica = fork(SCRIPT, [directory, url], { execArgv: ['--import', 'tsx'], env })
    replicas.push(replica)
    await once(replica, 'message')
    return replica
  }

  const mint = async (sender: Service): Promise<string[]> => {
    const presentations: string[] = []
    while (presentations.length < PRESENTATIONS) {
      presentations.push(await sender.wrap({ audience: 'cart', operation: 'read', job: true }))
    }
    return presentations
  }

  it('accept 20,000 presentations, each sent twice at random, exactly once: ERR_PRESENTATION_REPLAYED', async () => {
    if (redis === undefined || shop === undefined) throw new Error('nothing was started')
    const { url } = redis
    await Promise.all(Array.from({ length: REPLICAS }, () => startReplica(url)))
    await delay(YOUTH_SECONDS * 1000)
    const presentations = await mint(shop)

    // Both copies of a presentation get about the same place in line, so that they arrive at about the same moment.
    const lines = replicas.map((): number[] => [])
    for (const index of presentations.keys()) {
      for (let copy = 0; copy < 2; copy += 1) lines[randomInt(REPLICAS)]?.push(index)
    }
    const answers = await Promise.all(
      replicas.map(async (replica, number) => {
        replica.send(lines[number]?.map(index => presentations[index]) ?? [])
        const [outcomes] = await once(replica, 'message')
        return outcomes as string[]
      }),
    )

    const timesAccepted = presentations.map(() => 0)
    const countByOutcome = new Map<string, number>()
    for (const [number, outcomes] of answers.entries()) {
      for (const [place, outcome] of outcomes.entries()) {
        countByOutcome.set(outcome, (countByOutcome.get(outcome) ?? 0) + 1)
        const index = lines[number]?.[place] ?? -1
        if (outcome === 'accepted') timesAccepted[index] = (timesAccepted[index] ?? 0) + 1
      }
    }
    expect(Object.fromEntries(countByOutcome)).to.deep.equal({
      accepted: PRESENTATIONS,
      ERR_PRESENTATION_REPLAYED: PRESENTATIONS,
    })
    expect(timesAccepted.every(times => times === 1)).to.equal(true)
  })
})
