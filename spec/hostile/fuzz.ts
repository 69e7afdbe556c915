import { readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { BlockCoverage } from './block-coverage.js'
import { type Campaign, type Failure, fuzz, judge, type Plan } from './fuzzer.js'
import { measureHeapGrowth } from './heap.js'
import type { Target } from './target.js'

// Hostile bytes for every parser (README.md beside this file). Counting begins before the library is loaded.

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '60' },
    inputs: { type: 'string', default: 'Infinity' },
    target: { type: 'string' },
    replay: { type: 'string' },
    unguided: { type: 'boolean', default: false },
    compare: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
})

/** The most that the heap may grow over so many inputs: what a cache may keep, and no more. */
const HEAP_INPUTS = 300
const HEAP_GROWTH_BYTES = 8 * 2 ** 20

interface Row {
  readonly target: string
  readonly inputs: number
  readonly kept: number
  readonly blocks: number
  /** Where both were tried: the same number of inputs, with nothing kept. */
  readonly blocksUnguided: number | undefined
  readonly accepted: number
  readonly outcomes: readonly string[]
  readonly slowestMilliseconds: number
  readonly slowestCharacters: number
  readonly heapGrowthBytes: number
  readonly failure: string | undefined
}

const { seed } = values
const [seconds, inputs] = [number('seconds'), number('inputs')]
const coverage = new BlockCoverage()
const { TARGETS } = await import('./targets.js')
const { Witness } = await import('./witness.js')
const witness = new Witness()
const rows: Row[] = []
// One after the other: what one target does in the background is not what another reached.
for (const start of TARGETS) {
  const target = await start()
  if (values.replay !== undefined) await replay(target, values.replay)
  else if (isChosen(target)) rows.push(await attack(target))
  await target.close()
}
witness.close()
coverage.stop()
if (rows.length === 0 && values.replay === undefined) throw new TypeError(`--target: there is no ${values.target}`)
if (values.replay === undefined)
  process.stdout.write(values.json ? `${JSON.stringify(rows)}\n` : rows.map(toText).join(''))
if (rows.some(({ failure }) => failure !== undefined)) process.exitCode = 1

function isChosen({ name }: Target): boolean {
  return values.target === undefined || name === values.target
}

async function attack(target: Target): Promise<Row> {
  const plan: Plan = { seed, inputs, seconds: seconds / (values.target === undefined ? TARGETS.length : 1) }
  // What is made when it is first needed is reached by whoever comes first: by neither of the two that are compared.
  if (values.compare) await fuzz(target, { ...plan, inputs: 0 }, witness)
  coverage.startOver()
  const guide = values.unguided ? undefined : coverage
  const campaign = await fuzz(target, { ...plan, guide }, witness)
  const reached = coverage.startOver()
  if (values.compare) await fuzz(target, { ...plan, inputs: campaign.inputs, seconds: Infinity }, witness)
  const reachedBlindly = coverage.startOver()
  const growth = campaign.failure ? 0 : await measureHeapGrowth(target, campaign.corpus, seed, HEAP_INPUTS)
  return toRow(target, campaign, {
    blocks: coverage.countBlocks(reached),
    blocksUnguided: values.compare ? coverage.countBlocks(reachedBlindly) : undefined,
    growth,
  })
}

function toRow(
  target: Target,
  { inputs, corpus, outcomes, slowest, failure }: Campaign,
  { blocks, blocksUnguided, growth }: { blocks: number; blocksUnguided: number | undefined; growth: number },
): Row {
  return {
    target: target.name,
    inputs,
    kept: corpus.length - target.corpus.length,
    blocks,
    blocksUnguided,
    accepted: outcomes.get('accepted') ?? outcomes.get('200') ?? 0,
    outcomes: [...outcomes.keys()].sort(),
    slowestMilliseconds: slowest.milliseconds,
    slowestCharacters: slowest.characters,
    heapGrowthBytes: growth,
    failure: failureText(target, failure, growth),
  }
}

function failureText(target: Target, failure: Failure | undefined, growth: number): string | undefined {
  if (failure !== undefined) {
    const { number, reason, input } = failure
    return `input ${number} of seed ${seed}: ${reason}; see it again: --replay ${keep(target, input)}`
  }
  return growth > HEAP_GROWTH_BYTES ? `the heap grew by ${growth} bytes in ${HEAP_INPUTS} inputs` : undefined
}

/** Writes an input where it can be tried again. */
function keep(target: Target, input: string): string {
  const file = join(tmpdir(), `countersign-${process.pid}.json`)
  writeFileSync(file, JSON.stringify({ target: target.name, input }))
  return file
}

async function replay(target: Target, file: string): Promise<void> {
  const { target: name, input } = JSON.parse(readFileSync(file, 'utf8'))
  if (name !== target.name) return
  const { outcome, milliseconds, reason } = await judge(target, input, witness)
  process.stdout.write(`${outcome}, ${milliseconds.toFixed(1)} ms${reason === undefined ? '' : `: ${reason}`}\n`)
  if (reason !== undefined) process.exitCode = 1
}

function toText(row: Row): string {
  const { target, inputs, kept, blocks, blocksUnguided, accepted, outcomes, failure } = row
  const unguided = blocksUnguided === undefined ? '' : ` (${blocksUnguided} unguided)`
  const slowest = `slowest ${row.slowestMilliseconds.toFixed(1)} ms (${row.slowestCharacters} characters)`
  const heap = `heap +${(row.heapGrowthBytes / 1024).toFixed(0)} KiB`
  const share = `${((100 * accepted) / inputs).toFixed(1)} % accepted, ${outcomes.length} outcomes`
  const line = `${target}: ${inputs} inputs, ${kept} kept, ${blocks} blocks${unguided}, ${share}, ${slowest}, ${heap}\n`
  return failure === undefined ? line : `${line}  FAILED ${failure}\n`
}

function number(name: 'seconds' | 'inputs'): number {
  const value = Number(values[name])
  if (!(value > 0)) throw new TypeError(`--${name}: expected a number above 0`)
  return value
}
