// What hops cost: bytes by depth, and microseconds beside the sum of the raw crypto calls and beside the same scheme written
// naively with jose, in one run. Ratios travel between machines, absolute numbers do not.
import { cpus } from 'node:os'
import { printBytes } from './bytes.js'
import { warmUp } from './services.js'
import { printVerification } from './verification.js'
import { printWrap } from './wrapping.js'

const samples = Number(process.argv[2] ?? 300)

console.log(
  `node ${process.version}, ${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}; medians of ${samples} samples\n`,
)
await printBytes()
await warmUp()
await printVerification(samples)
await printWrap(samples)
