import { generateKeyPair } from 'jose'
import { naiveTokenOf, naiveWrap } from './naive.js'
import { rawSigning } from './raw.js'
import { type Algorithm, at, presentationOf, request, startLine, stopLine } from './services.js'
import { median, microseconds, printTable, timePair } from './table.js'

const DEPTHS = [1, 3, 5, 10, 15]
const WARM_UP = 500

/** One more hop around a call, beside one raw signature and beside the naive scheme. `hops` counts the new one. */
export async function printWrap(samples: number): Promise<void> {
  for (const algorithm of ['ES256', 'EdDSA'] as const) {
    const rows: string[][] = []
    for (const depth of DEPTHS) rows.push(await measure(depth, algorithm, samples))
    printTable(
      `wrap (${algorithm})`,
      ['hops', 'countersign us', 'raw us', 'ratio', 'target', 'naive jose us', 'ratio'],
      rows,
    )
  }
}

async function measure(depth: number, algorithm: Algorithm, samples: number): Promise<string[]> {
  const line = await startLine(algorithm)
  const sender = at(line, depth - 1)
  const source = await sourceAt(depth - 1)
  const raw = rawSigning(await presentationOf(line, depth), algorithm)
  const naive = depth > 1 ? (await naiveTokenOf(Math.min(depth - 1, 9))).token : undefined
  const { privateKey } = await generateKeyPair('ES256')
  const hop = { audience: `s${depth}`, operation: 'checkout', request }
  const times = { ours: [] as number[], raw: [] as number[] }
  for (let sample = 0; sample < WARM_UP + samples; sample += 1) {
    await timePair(sample, () => sender.wrap({ ...hop, ...source }), raw, sample < WARM_UP ? undefined : times)
  }
  const naiveTimes: number[] = []
  for (let sample = 0; sample < samples / 4; sample += 1) {
    naiveTimes.push(await microseconds(() => naiveWrap(depth - 1, naive, privateKey)))
  }
  await stopLine(line)
  const [ours, rawTime, slow] = [median(times.ours), median(times.raw), median(naiveTimes)]
  const naiveCells = depth <= 10 && algorithm === 'ES256' ? [slow.toFixed(0), (slow / rawTime).toFixed(2)] : ['-', '-']
  return [String(depth), ours.toFixed(0), rawTime.toFixed(0), (ours / rawTime).toFixed(2), '<= 1.35', ...naiveCells]

  /** What the sender continues: nothing but a job at the origin, else the call that it received. */
  async function sourceAt(index: number) {
    if (index === 0) return { job: true as const }
    const presentation = await presentationOf(line, index)
    return { parent: await sender.unwrap(presentation, { operation: 'checkout', request }) }
  }
}
