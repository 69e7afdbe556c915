// What grows with services, instances, calls and depth: arithmetic, and a seeded simulation of what one instance remembers. Prints the
// same on every machine, save what bench/engines.ts measured on one. `--docs` rewrites docs/scale.md.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { MAX_PRESENTATION_CHARACTERS } from '../lib/limits/chains.js'
import { KEY_FRESH_SECONDS, MAX_CACHED_KEYS } from '../lib/limits/keys.js'
import { blocksWith } from './page.js'
import {
  BYTES_BESIDE_HOPS,
  BYTES_PER_HOP,
  FORMULAS,
  headerBytesPerSecond,
  type Load,
  loadOf,
} from './scale/arithmetic.js'
import { type Hits, simulate } from './scale/cache-simulation.js'
import { makeCallGraph } from './scale/call-graph.js'
import { showTable, type Table } from './table.js'

const SIZES = [100, 1000, 10_000]
const INSTANCES = 20
const STARTS_PER_DAY = 1
const CALLS_PER_SECOND = 100
const STICKINESS = [0, 0.5, 1]
const DEPTHS = [1, 3, 5, 10, 15]
const USERS = [0, 200, 800]
const KILO = 1024
const TRIED_SIZES = [5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000]
/** What `keyFreshSeconds` may be raised to. */
const LONGEST_FRESH_SECONDS = 600
const INSTALLATION = {
  instances: INSTANCES,
  startsPerDay: STARTS_PER_DAY,
  callsPerSecondAndInstance: CALLS_PER_SECOND,
}

interface Simulated {
  readonly services: number
  readonly receiver: 'ordinary' | 'popular'
  readonly stickiness: number
  readonly hits: Hits
}

/** Every table of the page on scale, by the name of its block. */
export function scaleTables(engines: Table): Readonly<Record<string, readonly Table[]>> {
  const simulated = simulateAll()
  return {
    formulas: [{ title: 'formulas', head: ['what', 'how'], rows: FORMULAS }],
    arithmetic: [arithmeticTable(simulated)],
    caches: [cachesTable(simulated)],
    headers: [headersTable()],
    engines: [engines, limitsTable(engines)],
  }
}

/** What bench/engines.ts measured last. */
export function measuredEngines(): Table {
  return JSON.parse(readFileSync(new URL('results/engines.json', import.meta.url), 'utf8'))
}

function simulateAll(): readonly Simulated[] {
  return SIZES.flatMap(services => {
    const graph = makeCallGraph(services)
    return (['ordinary', 'popular'] as const).flatMap(receiver =>
      STICKINESS.map(stickiness => {
        const traffic = { graph, receiver: graph[receiver], instances: INSTANCES, callsPerSecond: CALLS_PER_SECOND }
        const hits = simulate({ ...traffic, stickiness, freshSeconds: KEY_FRESH_SECONDS })
        return { services, receiver, stickiness, hits }
      }),
    )
  })
}

function arithmeticTable(simulated: readonly Simulated[]): Table {
  const loads = SIZES.map(services => {
    const ordinary = simulated.find(one => one.services === services && one.receiver === 'ordinary')
    return loadOf({
      ...INSTALLATION,
      services,
      lookupsPerSecondAndInstance: ordinary?.hits.lookupsPerSecond ?? Number.NaN,
    })
  })
  const row = (what: string, pick: (load: Load) => number) => [what, ...loads.map(load => toText(pick(load)))]
  return {
    title: `services of ${INSTANCES} instances, each started ${STARTS_PER_DAY} time a day, each called ${CALLS_PER_SECOND} times a second`,
    head: ['', ...SIZES.map(services => `${toText(services)} services`)],
    rows: [
      row('processes', load => load.processes),
      row('registrations kept', load => load.registrations),
      row('registry writes/s', load => load.writesPerSecond),
      row('notifications/s, to all', load => load.notificationsPerSecond),
      row('reads/s by (service, kid)', load => load.readsPerSecond),
      row('streams/s (etcd)', load => load.streamsPerSecond),
      row('entries listed/s (PostgreSQL, Redis)', load => load.listedPerSecond),
      row('replay operations/s of one service', load => load.replayOperationsPerSecondAndService),
      row('replay entries of one service', load => load.replayEntriesPerService),
    ],
  }
}

function cachesTable(simulated: readonly Simulated[]): Table {
  const rows = simulated.map(({ services, receiver, stickiness, hits }) => [
    toText(services),
    receiver,
    percent(stickiness),
    hits.meanDepth.toFixed(2),
    toText(hits.keys),
    percent(hits.keyHitShare),
    hits.lookupsPerSecond.toFixed(2),
    percent(hits.chainHitShare),
  ])
  const head = [
    'services',
    'receiver',
    'sticky',
    'mean hops',
    'keys met',
    'key hits',
    'look-ups/s',
    'inner chains seen before',
  ]
  const title = `one instance, called ${CALLS_PER_SECOND} times a second (room for ${toText(MAX_CACHED_KEYS)} keys)`
  return { title, head, rows }
}

function headersTable(): Table {
  const rows = DEPTHS.map(hops => [
    String(hops),
    ...USERS.map(user => {
      const bytes = BYTES_BESIDE_HOPS + user + BYTES_PER_HOP * hops
      const perSecond = headerBytesPerSecond(CALLS_PER_SECOND, hops, user) / KILO
      return bytes > MAX_PRESENTATION_CHARACTERS ? 'too long' : `${toText(bytes)} (${perSecond.toFixed(0)})`
    }),
  ])
  const head = ['hops', ...USERS.map(user => (user === 0 ? 'a job' : `a user of ${user} characters`))]
  return { title: `bytes of a presentation (in brackets: KB/s at ${CALLS_PER_SECOND} calls a second)`, head, rows }
}

/** The largest installation, of those that are tried, that one server carries by each of the things that grow. */
function limitsTable({ rows: engines }: Table): Table {
  const [usual, longer] = [loadsWith(KEY_FRESH_SECONDS), loadsWith(LONGEST_FRESH_SECONDS)]
  const rows = engines.map(([engine = '', writes, reads, listed, told]) => [
    engine,
    largest('readsPerSecond', reads, usual),
    largest('readsPerSecond', reads, longer),
    largest('notificationsPerSecond', told, usual),
    /^(postgres|redis) /.test(engine) ? largest('listedPerSecond', listed, usual) : '-',
    largest('writesPerSecond', writes, usual),
  ])
  const lookups = [KEY_FRESH_SECONDS, LONGEST_FRESH_SECONDS].map(seconds => `look-ups, fresh for ${seconds} s`)
  const head = ['engine', ...lookups, 'changes told', 'listings', 'publications']
  const tried = TRIED_SIZES.map(toText).join(', ')
  return {
    title: `services of ${INSTANCES} instances that one server, asked as above, carries (tried: ${tried})`,
    head,
    rows,
  }
}

function loadsWith(freshSeconds: number): ReadonlyMap<number, Load> {
  return new Map(
    TRIED_SIZES.map(services => {
      const graph = makeCallGraph(services)
      const traffic = { graph, receiver: graph.ordinary, instances: INSTANCES, callsPerSecond: CALLS_PER_SECOND }
      const { lookupsPerSecond } = simulate({ ...traffic, stickiness: 0, freshSeconds })
      return [services, loadOf({ ...INSTALLATION, services, lookupsPerSecondAndInstance: lookupsPerSecond })]
    }),
  )
}

function largest(what: keyof Load, measured = '', loads: ReadonlyMap<number, Load>): string {
  const carried = [...loads].filter(([, load]) => load[what] <= Number(measured)).map(([services]) => services)
  return carried.length === 0 ? `below ${TRIED_SIZES[0]}` : toText(Math.max(...carried))
}

/** With commas; small numbers to three digits. */
function toText(number: number): string {
  const rounded = number < 100 ? Number(number.toPrecision(3)) : Math.round(number)
  return rounded.toLocaleString('en', { maximumFractionDigits: 4 })
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const page = new URL('../docs/scale.md', import.meta.url)
  const tables = scaleTables(measuredEngines())
  for (const table of Object.values(tables).flat()) showTable(table)
  if (process.argv.includes('--docs')) writeFileSync(page, blocksWith(readFileSync(page, 'utf8'), tables))
}
