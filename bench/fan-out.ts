import { rawVerifications } from './raw.js'
import { at, presentationsAroundOne, request, startLine, stopLine } from './services.js'
import { median, printTable, timePair } from './table.js'

const DEPTHS = [2, 5, 10, 15]
const WARM_UP = 200

/** New hops around one inner chain that the receiver has seen before, beside one raw verification of the newest hop. */
export async function printFanOut(samples: number): Promise<void> {
  for (const algorithm of ['ES256', 'EdDSA'] as const) {
    const rows: string[][] = []
    let shallow = Number.NaN
    for (const depth of DEPTHS) {
      const { ours, raw } = await measure(depth, algorithm, samples)
      if (depth === DEPTHS[0]) shallow = ours
      rows.push([
        String(depth),
        ours.toFixed(0),
        raw.toFixed(0),
        (ours / raw).toFixed(2),
        '<= 1.30',
        (ours / shallow).toFixed(2),
        '<= 1.35',
      ])
    }
    const head = ['hops', 'countersign us', 'one raw us', 'ratio', 'target', 'to 2 hops', 'target']
    printTable(`verify a new hop around a chain seen before (${algorithm})`, head, rows)
  }
}

async function measure(depth: number, algorithm: 'ES256' | 'EdDSA', samples: number) {
  const line = await startLine(algorithm)
  const receiver = at(line, depth)
  const presentations = await presentationsAroundOne(line, depth, WARM_UP + samples)
  const prepared = presentations.map(presentation => {
    const [raw = () => {}] = rawVerifications(presentation, algorithm)
    return { presentation, raw }
  })
  const times = { ours: [] as number[], raw: [] as number[] }
  for (const [sample, { presentation, raw }] of prepared.entries()) {
    const unwrap = () => receiver.unwrap(presentation, { operation: 'checkout', request })
    await timePair(sample, unwrap, raw, sample < WARM_UP ? undefined : times)
  }
  await stopLine(line)
  return { ours: median(times.ours), raw: median(times.raw) }
}
