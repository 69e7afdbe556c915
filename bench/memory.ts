import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { at, onTheWire, presentationOf, presentationsAroundOne, request, startLine, stopLine } from './services.js'
import { printTable } from './table.js'

const DEPTHS = [2, 5, 10, 15]
const CHAINS = 1000
const expected = { operation: 'checkout', request }
const HOUR_SECONDS = 3600

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

/** The heap that a remembered chain takes, which came once or more often, and what a receiver holds after an hour of chains that it never saw before. */
export async function printMemory(soakCalls: number): Promise<void> {
  const rows: string[][] = []
  for (const depth of DEPTHS) {
    const [once, twice] = [await heapPerChain(depth, 1), await heapPerChain(depth, 2)]
    rows.push([String(depth), String(once), String(twice), '<= 4096'])
  }
  const head = ['hops', 'bytes, came once', 'bytes, came twice', 'target']
  printTable('heap per remembered chain, the entries of its calls in the replay store included', head, rows)
  await printSoak(soakCalls)
}

async function heapPerChain(depth: number, times: number): Promise<number> {
  const line = await startLine('ES256')
  const presentations: string[] = []
  while (presentations.length < 2 * CHAINS * times) {
    presentations.push(...(await presentationsAroundOne(line, depth, times)))
  }
  const receive = async (part: readonly string[]) => {
    for (const presentation of part) await at(line, depth).unwrap(presentation, expected)
    return await heapUsed()
  }
  const before = await receive(presentations.slice(0, CHAINS * times))
  const after = await receive(presentations.slice(CHAINS * times))
  await stopLine(line)
  // Used once more: the texts themselves were in memory all the time.
  if (presentations.length !== 2 * CHAINS * times) throw new Error('presentations got lost')
  return Math.round((after - before) / CHAINS)
}

/** An hour by the services' clock, in as many calls as there is time for. */
async function printSoak(calls: number): Promise<void> {
  const clock = { now: Math.floor(Date.now() / 1000) }
  const line = await startLine('ES256', { clock: () => Math.floor(clock.now) })
  const rows: string[][] = []
  const parts = 6
  for (let part = 0; part <= parts; part += 1) {
    for (let call = 0; call < calls / parts; call += 1) {
      clock.now += HOUR_SECONDS / calls
      await at(line, 3).unwrap(onTheWire(await presentationOf(line, 3)), expected)
    }
    const heap = await heapUsed()
    if (part > 0) rows.push([String((part * 60) / parts), (heap / 2 ** 20).toFixed(2)])
  }
  await stopLine(line)
  printTable(
    `heap of 17 services after minutes of distinct chains (${calls} calls in an hour of their clock)`,
    ['minutes', 'MB'],
    rows,
  )
}

async function heapUsed(): Promise<number> {
  await new Promise(setImmediate)
  collectGarbage()
  return process.memoryUsage().heapUsed
}
