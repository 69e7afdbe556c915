// What hops cost: bytes by depth, and microseconds beside the raw crypto calls and beside the same scheme written naively with
// jose, in one run. Ratios travel between machines, absolute numbers do not. `--quick` measures less; a name measures one section.
import { cpus } from 'node:os'
import { printBytes } from './bytes.js'
import { printFanOut } from './fan-out.js'
import { printGarbage } from './garbage.js'
import { printMemory } from './memory.js'
import { printPolicies } from './policies.js'
import { warmUp } from './services.js'
import { printThroughput } from './throughput.js'
import { printVerification } from './verification.js'
import { printWrap } from './wrapping.js'

const isQuick = process.argv.includes('--quick')
const [chosen] = process.argv.slice(2).filter(argument => !argument.startsWith('--'))
const samples = isQuick ? 150 : 600

const sections: Readonly<Record<string, () => Promise<void>>> = {
  bytes: printBytes,
  verification: () => printVerification(samples),
  'fan-out': () => printFanOut(samples),
  wrap: () => printWrap(samples),
  garbage: printGarbage,
  policies: () => printPolicies(samples),
  throughput: () => printThroughput(isQuick ? { rounds: 2, requests: 1500 } : { rounds: 6, requests: 4000 }),
  memory: () => printMemory(isQuick ? 3600 : 36_000),
}

if (chosen !== undefined && !Object.hasOwn(sections, chosen)) {
  throw new Error(`no section \`${chosen}\`; there are ${Object.keys(sections).join(', ')}`)
}
console.log(
  `node ${process.version}, ${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}; medians of ${samples} samples\n`,
)
await warmUp()
for (const [name, print] of Object.entries(sections)) {
  if (chosen === undefined || chosen === name) await print()
}
