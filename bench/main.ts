// What hops cost: bytes by depth, and microseconds beside the raw crypto calls and beside the same scheme written naively with
// jose, in one run. Ratios travel between machines, absolute numbers do not. `--quick` measures less; a name measures one section;
// `--peers` measures other libraries beside; `--json FILE`, `--svg FOLDER` and `--docs` keep what was printed.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { printBytes } from './bytes.js'
import { printFanOut } from './fan-out.js'
import { printGarbage } from './garbage.js'
import { printMemory } from './memory.js'
import { pageWith } from './page.js'
import { installedPeers } from './peers/installed.js'
import { printPeers } from './peers.js'
import { plotsOf } from './plots.js'
import { printPolicies } from './policies.js'
import { type Results, thisMachine } from './results.js'
import { warmUp } from './services.js'
import { type Table, takePrintedTables } from './table.js'
import { printThroughput } from './throughput.js'
import { printVerification } from './verification.js'
import { printWrap } from './wrapping.js'

const PAGE = new URL('../docs/performance.md', import.meta.url)

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    peers: { type: 'boolean', default: false },
    json: { type: 'string' },
    svg: { type: 'string' },
    docs: { type: 'boolean', default: false },
  },
})
const { quick: isQuick } = options
const [chosen] = positionals
const samples = isQuick ? 150 : 600

const sections: Readonly<Record<string, () => Promise<void>>> = {
  bytes: printBytes,
  verification: () => printVerification(samples),
  'fan-out': () => printFanOut(samples),
  wrap: () => printWrap(samples),
  garbage: printGarbage,
  policies: () => printPolicies(samples),
  throughput: () => printThroughput(isQuick ? { rounds: 2, seconds: 1 } : { rounds: 5, seconds: 2 }),
  memory: () => printMemory(isQuick ? 3600 : 36_000),
  peers: () => printPeers(samples),
}

if (chosen !== undefined && !Object.hasOwn(sections, chosen)) {
  throw new Error(`no section \`${chosen}\`; there are ${Object.keys(sections).join(', ')}`)
}
if (chosen !== undefined && options.docs) throw new Error('`--docs` is written from a run of all sections')
const isWithPeers = options.peers || chosen === 'peers'
if (isWithPeers && installedPeers() === undefined) throw new Error('the peers are not installed: npm ci --prefix bench')

const machine = thisMachine()
console.log(`node ${machine.node}, ${machine.cores} cores, ${machine.processor}; medians of ${samples} samples\n`)
await warmUp()
const tables: Record<string, readonly Table[]> = {}
for (const [name, print] of Object.entries(sections)) {
  if (name === 'peers' && !isWithPeers) continue
  if (chosen !== undefined && chosen !== name) continue
  await print()
  tables[name] = takePrintedTables()
}
if (chosen === undefined && !isWithPeers) console.log('other libraries beside: npm ci --prefix bench, then --peers')
keep({ command: commandLine(), ...machine, samples, sections: tables })

/** Writes what was asked for, the page last: it shows the plots. */
function keep(results: Results): void {
  if (options.json !== undefined) write(options.json, `${JSON.stringify(results, undefined, 2)}\n`)
  if (options.svg !== undefined) {
    for (const [file, plot] of plotsOf(results)) write(join(options.svg, file), plot)
  }
  if (options.docs) writeFileSync(PAGE, pageWith(readFileSync(PAGE, 'utf8'), results))
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

function commandLine(): string {
  const given = process.argv.slice(2)
  return ['npm run bench', ...(given.length > 0 ? ['--', ...given] : [])].join(' ')
}
