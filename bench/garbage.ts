import crypto, { randomBytes } from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { MemoryRegistry, type Service } from '../dist/index.js'
import { rawVerifications } from './raw.js'
import { at, onTheWire, presentationOf, request, startLine, stopLine } from './services.js'
import { median, microseconds, printTable } from './table.js'

const DEPTHS = [1, 5, 15]
// A stranger's unknown keys are looked up at most so often in a second: fewer, so that each is.
const SAMPLES = 80

/** What a stranger's presentations cost who names a known caller or an unknown one, however deep they claim to be. */
export async function printGarbage(): Promise<void> {
  const rows: string[][] = []
  for (const depth of DEPTHS) {
    rows.push(await measure(`${depth} hops, wrong signature`, depth, breakSignature))
    rows.push(await measure(`${depth} hops, unknown key`, depth, renameKey))
  }
  const head = ['presentation', 'verifies', 'target', 'look-ups', 'target', 'us', 'of one raw verify']
  printTable("a stranger's presentation (ES256)", head, rows)
}

async function measure(title: string, depth: number, spoil: (presentation: string) => string): Promise<string[]> {
  const registry = new CountingRegistry()
  const line = await startLine('ES256', { registry, log: () => {} })
  const receiver: Service = at(line, depth)
  const expected = { operation: 'checkout', request }
  await receiver.unwrap(await presentationOf(line, depth), expected)
  const prepared: string[] = []
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    prepared.push(onTheWire(spoil(await presentationOf(line, depth))))
  }
  const [raw = () => {}] = rawVerifications(prepared[0] ?? '', 'ES256')
  const rawTimes: number[] = []
  const times: number[] = []
  registry.lookups = 0
  const verifies = await countVerifies(async () => {
    for (const presentation of prepared) {
      times.push(await microseconds(() => receiver.unwrap(presentation, expected).catch(() => {})))
    }
  })
  for (let sample = 0; sample < SAMPLES; sample += 1) rawTimes.push(await microseconds(raw))
  const lookups = registry.lookups
  await stopLine(line)
  const each = (count: number) => (count / SAMPLES).toFixed(2)
  const [ours, one] = [median(times), median(rawTimes)]
  return [title, each(verifies), '<= 1', each(lookups), '<= 1', ours.toFixed(0), (ours / one).toFixed(2)]
}

class CountingRegistry extends MemoryRegistry {
  lookups = 0

  override find(service: string, kid: string) {
    this.lookups += 1
    return super.find(service, kid)
  }
}

/** Calls of `crypto.verify` while something runs, on this thread or for the pool. */
async function countVerifies(run: () => Promise<void>): Promise<number> {
  const { verify } = crypto
  let count = 0
  crypto.verify = ((...args: Parameters<typeof verify>) => {
    count += 1
    return verify(...args)
  }) as typeof verify
  syncBuiltinESMExports()
  try {
    await run()
  } finally {
    crypto.verify = verify
    syncBuiltinESMExports()
  }
  return count
}

/** The newest hop with the signature of nobody. */
function breakSignature(presentation: string): string {
  return presentation.replace(/\.\.[^~]{86}/, `..${randomBytes(64).toString('base64url')}`)
}

/** The newest hop under a kid that nobody has registered. */
function renameKey(presentation: string): string {
  return presentation.replace(/~([^.]+)\.\./, (_, header: string) => {
    const members = JSON.parse(Buffer.from(header, 'base64url').toString())
    const text = JSON.stringify({ ...members, kid: randomBytes(32).toString('base64url') })
    return `~${Buffer.from(text).toString('base64url')}..`
  })
}
