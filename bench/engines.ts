// What real registry engines do on this machine, one after the other, over loopback: publications, look-ups, listings, and changes told to many
// watchers. Each engine is started, set up as docs/registries.md says, and removed. Writes bench/results/engines.json, from which
// bench/scale.ts takes its table.
import { mkdirSync, writeFileSync } from 'node:fs'
import { generateSigningKey } from '../lib/jws/signing-key.js'
import type { KeyRegistry, Publication } from '../lib/model/registry.js'
import { signRegistration } from '../lib/registry/registration.js'
import type { EngineUnderTest } from '../spec/registry/engines/engine.js'
import { startEtcdEngine } from '../spec/registry/engines/etcd-engine.js'
import { NatsEngine } from '../spec/registry/engines/nats-engine.js'
import { preparePostgres } from '../spec/registry/engines/postgres-engine.js'
import { prepareRedis } from '../spec/registry/engines/redis-engine.js'
import { ZooKeeperEngine } from '../spec/registry/engines/zookeeper-engine.js'
import { eventually } from '../spec/registry/eventually.js'
import { thisMachine } from './results.js'
import { printTable, takePrintedTables } from './table.js'

const isQuick = process.argv.includes('--quick')
const PUBLICATIONS = isQuick ? 100 : 500
const LOOKUPS = isQuick ? 500 : 5000
const WATCHERS = 20
const CHANGES = isQuick ? 20 : 100
const AT_A_TIME = 16
const SERVICE = 'cart'
const LIFE_SECONDS = 3600

const ENGINES: Readonly<Record<string, () => Promise<EngineUnderTest>>> = {
  etcd: startEtcdEngine,
  postgres: preparePostgres,
  redis: prepareRedis,
  zookeeper: () => ZooKeeperEngine.begin(),
  nats: () => NatsEngine.begin(),
}

async function measure(name: string, start: () => Promise<EngineUnderTest>): Promise<string[]> {
  const engine = await start()
  const open: KeyRegistry[] = []
  try {
    const connect = () => {
      const registry = engine.connectAs(SERVICE)
      open.push(registry)
      return registry
    }
    const registry = connect()
    const publications = await sequence(PUBLICATIONS + CHANGES, makePublication)
    const published = publications.slice(0, PUBLICATIONS)
    const changes = publications.slice(PUBLICATIONS)
    const writes = await perSecond(published, publication => registry.publish(publication))
    const lookups = Array.from({ length: LOOKUPS }, (_, index) => published[index % published.length]?.kid ?? '')
    const reads = await perSecond(lookups, kid => registry.find(SERVICE, kid))
    const listings = await perSecond([SERVICE], () => registry.list(SERVICE))
    const told = await changesTold(Array.from({ length: WATCHERS }, connect), changes, registry)
    return [
      `${name} ${/\d[\d.]*/.exec(engine.server.version)?.[0]}`,
      writes.toFixed(0),
      reads.toFixed(0),
      (listings * PUBLICATIONS).toFixed(0),
      told.toFixed(0),
    ]
  } finally {
    await Promise.all(open.map(registry => registry.close()))
    await engine.server.remove()
  }
}

/** Changes of different keys, published one after the other, until every watcher has heard of each. */
async function changesTold(
  watchers: readonly KeyRegistry[],
  changes: readonly Publication[],
  writer: KeyRegistry,
): Promise<number> {
  const awaited = watchers.map(() => new Set(changes.map(({ kid }) => kid)))
  await Promise.all(watchers.map((watcher, index) => watcher.watch(({ kid }) => void awaited[index]?.delete(kid))))
  const startedAt = performance.now()
  for (const change of changes) await writer.publish(change)
  const isHeard = async () => awaited.every(kids => kids.size === 0)
  await eventually(isHeard)
  return (watchers.length * changes.length * 1000) / (performance.now() - startedAt)
}

async function perSecond<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  const waiting = items.values()
  const workers = Array.from({ length: AT_A_TIME }, async () => {
    for (const item of waiting) await work(item)
  })
  await Promise.all(workers)
  return (items.length * 1000) / (performance.now() - startedAt)
}

async function makePublication(): Promise<Publication> {
  const key = await generateSigningKey('ES256')
  const notBefore = Math.floor(Date.now() / 1000)
  const expiresAt = notBefore + LIFE_SECONDS
  const registration = await signRegistration(key, { service: SERVICE, notBefore, expiresAt })
  return { service: SERVICE, kid: key.kid, registration, expiresAt }
}

async function sequence<T>(count: number, make: () => Promise<T>): Promise<readonly T[]> {
  const made: T[] = []
  while (made.length < count) made.push(await make())
  return made
}

const rows: string[][] = []
for (const [name, start] of Object.entries(ENGINES)) rows.push(await measure(name, start))
const { node, cores, processor } = thisMachine()
printTable(
  `one client over loopback, ${AT_A_TIME} questions at a time; changes told to ${WATCHERS} watchers (Node.js ${node}, ${cores} cores, ${processor})`,
  ['engine', 'publications/s', 'look-ups/s', 'entries listed/s', 'changes told/s'],
  rows,
)
const file = new URL('results/engines.json', import.meta.url)
mkdirSync(new URL('.', file), { recursive: true })
writeFileSync(file, `${JSON.stringify(takePrintedTables()[0], undefined, 2)}\n`)
