import { naiveTokenOf, naiveVerify } from './naive.js'
import { type RawCall, rawVerifications } from './raw.js'
import { type Algorithm, at, onTheWire, presentationOf, request, startLine, stopLine } from './services.js'
import { median, microseconds, printTable, timePair } from './table.js'

const DEPTHS = [1, 3, 5, 10, 15]
const WARM_UP = 200

/** Whole chains that the receiver has never seen, one at a time, beside the sum of the raw verifications and beside the naive scheme. */
export async function printVerification(samples: number): Promise<void> {
  for (const algorithm of ['ES256', 'EdDSA'] as const) {
    const rows: string[][] = []
    for (const depth of DEPTHS) rows.push(await measure(depth, algorithm, samples))
    const head = ['hops', 'countersign us', 'raw us', 'ratio', 'target', 'naive jose us', 'ratio']
    printTable(`verify a chain never seen before (${algorithm})`, head, rows)
  }
}

async function measure(depth: number, algorithm: Algorithm, samples: number): Promise<string[]> {
  const line = await startLine(algorithm)
  const receiver = at(line, depth)
  const naive = await naiveTokenOf(Math.min(depth, 10))
  const prepared: { presentation: string; raw: readonly RawCall[] }[] = []
  for (let sample = 0; sample < WARM_UP + samples; sample += 1) {
    const presentation = onTheWire(await presentationOf(line, depth))
    prepared.push({ presentation, raw: rawVerifications(presentation, algorithm) })
  }
  const times = { ours: [] as number[], raw: [] as number[] }
  for (const [sample, { presentation, raw }] of prepared.entries()) {
    const unwrap = () => receiver.unwrap(presentation, { operation: 'checkout', request })
    await timePair(sample, unwrap, () => raw.forEach(call => void call()), sample < WARM_UP ? undefined : times)
  }
  const naiveTimes: number[] = []
  for (let sample = 0; sample < samples / 4; sample += 1) naiveTimes.push(await microseconds(() => naiveVerify(naive)))
  await stopLine(line)
  const [ours, raw, slow] = [median(times.ours), median(times.raw), median(naiveTimes)]
  const naiveCells = depth <= 10 && algorithm === 'ES256' ? [slow.toFixed(0), (slow / raw).toFixed(2)] : ['-', '-']
  return [
    String(depth),
    ours.toFixed(0),
    raw.toFixed(0),
    (ours / raw).toFixed(2),
    targetOf(depth, algorithm),
    ...naiveCells,
  ]
}

function targetOf(depth: number, algorithm: Algorithm): string {
  if (depth !== 5) return '-'
  return algorithm === 'ES256' ? '<= 1.15' : '<= 1.10'
}
