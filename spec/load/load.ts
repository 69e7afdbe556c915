import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Crowd } from './crowd.js'
import { Line } from './line.js'
import { LINE, type Name } from './message.js'
import { QuickLibrary } from './quick-library.js'
import { type Figures, Tally } from './tally.js'

/** Users at one time. */
const CROWD = 16
/** What a replay store remembers is forgotten after this: 3 s of freshness, and twice 1 s of skew. */
const FORGOTTEN_SECONDS = 6
/** So much of the time services are restarted; in the rest memory is measured. */
const RESTART_SHARE = 0.6

/** What a load showed. */
export interface LoadReport extends Figures {
  readonly restarts: number
  /** Answers as expected in a second. */
  readonly rate: number
  /** Keys that each service had. */
  readonly keys: Readonly<Record<Name, number>>
  /** Bytes in use after minus before, for each service; before was after its last restart. */
  readonly growth: Readonly<Record<Name, number>>
  /** Answers as expected between the two. */
  readonly measured: number
  readonly warnings: readonly string[]
}

/** Puts four services under load for some seconds: keys rotate every second, and services are restarted one after the other. */
export async function runLoad(seconds: number): Promise<LoadReport> {
  return await withLine(undefined, (line, library) => load(line, library, seconds))
}

/** The same for a moment, without restarts, where one service bleeds. */
export async function runBleeding(bleeding: Name, milliseconds: number): Promise<Figures> {
  return await withLine(bleeding, async line => {
    const tally = new Tally()
    const crowd = new Crowd(line.port, CROWD, outcome => tally.add(outcome))
    await askWith(crowd, delay(milliseconds))
    crowd.leave()
    return tally.figures(line.refusals, line.downtimes)
  })
}

async function withLine<T>(
  bleeding: Name | undefined,
  work: (line: Line, library: QuickLibrary) => Promise<T>,
): Promise<T> {
  const library = new QuickLibrary()
  try {
    const line = await Line.start(library, bleeding)
    return await work(line, library).finally(() => line.stop())
  } finally {
    library.remove()
  }
}

async function load(line: Line, library: QuickLibrary, seconds: number): Promise<LoadReport> {
  const tally = new Tally()
  const crowd = new Crowd(line.port, CROWD, outcome => tally.add(outcome))
  await askWith(crowd, restartInTurn(line, seconds * RESTART_SHARE * 1000))
  const before = await heapsAtRest(line, crowd)
  const answered = tally.answered
  await askWith(crowd, delay(seconds * (1 - RESTART_SHARE) * 1000))
  const after = await heapsAtRest(line, crowd)
  crowd.leave()
  const figures = tally.figures(line.refusals, line.downtimes)
  return {
    ...figures,
    restarts: line.downtimes.length,
    rate: Math.round(figures.answered / seconds),
    keys: byName(name => readdirSync(join(library.registry, name)).length),
    growth: byName(name => (after.get(name) ?? 0) - (before.get(name) ?? 0)),
    measured: tally.answered - answered,
    warnings: line.warnings,
  }
}

/** Asks for as long as something else takes. */
async function askWith(crowd: Crowd, work: Promise<void>): Promise<void> {
  let isOver = false
  const asking = crowd.askUntil(() => isOver)
  await work.finally(() => {
    isOver = true
  })
  await asking
}

/** Each service at least once, by both signals in turn. */
async function restartInTurn(line: Line, milliseconds: number): Promise<void> {
  const start = performance.now()
  const pause = milliseconds / 20
  for (let round = 0; round < LINE.length || performance.now() - start < milliseconds; round += 1) {
    await delay(pause)
    const name = LINE[(round + 1) % LINE.length] ?? 'shop'
    await line.restart(name, Math.floor(round / LINE.length + round) % 2 === 0 ? 'SIGKILL' : 'SIGTERM')
  }
}

/** What is left when everything that has its time is past it: the next request has a replay store forget. */
async function heapsAtRest(line: Line, crowd: Crowd): Promise<ReadonlyMap<Name, number>> {
  await delay(FORGOTTEN_SECONDS * 1000)
  await crowd.askOnce()
  return await line.heaps()
}

function byName(numberOf: (name: Name) => number): Readonly<Record<Name, number>> {
  const [shop, cart, inventory, suppliers] = LINE
  return {
    shop: numberOf(shop),
    cart: numberOf(cart),
    inventory: numberOf(inventory),
    suppliers: numberOf(suppliers),
  }
}
