import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import { TestReceiver } from '../chain/receiver.js'
import { EPOCH, fixed128, forgeHop, sealOf } from '../forge/hop.js'
import { forgeSigner } from '../forge/key.js'
import { Random } from '../model/random.js'

// Whether the time of a refusal tells how much of a secret was right: not a spec, since a busy machine answers at random.

/** A |t| of Welch's test below this is no evidence of a difference, even in very many samples (as in "dudect", 2017). */
const EVIDENCE = 4.5
/** The slowest samples are of the machine, not of us. */
const KEPT_SHARE = 0.9
/** Presentations of each kind. */
const POOL = 64

const { values } = parseArgs({
  options: { samples: { type: 'string', default: '20000' }, seed: { type: 'string', default: '1' } },
})
const samples = Number(values.samples)
if (!Number.isSafeInteger(samples) || samples < 100)
  throw new TypeError('--samples: expected a whole number, at least 100')

const shop = forgeSigner('shop', 'EdDSA')
const stranger = forgeSigner('shop', 'EdDSA', 'stranger')
const right = fixed128('right')
const { chain } = forgeHop({ by: shop, to: 'receiver', secret: right })
const random = new Random(values.seed)
const freshSecret = () => randomBytes(16).toString('base64url')

/** What is presented, by what is wrong with it. The question is whether the second and the third differ from the first. */
const KINDS: readonly (readonly [name: string, make: () => string])[] = [
  ['seal: nothing right', () => `${freshSecret()}~${chain}`],
  ['seal: 19 of 22 characters right', () => `${right.slice(0, 19)}${freshSecret().slice(19)}~${chain}`],
  ['seal: digest begins alike', () => `${secretNear(sealOf(right).slice(0, 2))}~${chain}`],
  ['grammar', () => `${freshSecret()}~${chain}~`],
  ['addressed to another', () => forgeHop({ by: shop, to: 'cart' }).presentation],
  ['expired', () => forgeHop({ by: shop, to: 'receiver', issuedAt: EPOCH - 400 }).presentation],
  ['key unknown', () => forgeHop({ by: stranger, to: 'receiver' }).presentation],
  ['signature', () => forgeHop({ by: shop, to: 'receiver', key: { ...stranger.key, kid: shop.key.kid } }).presentation],
]
// As many of each kind, all made before, and then laid into memory in turn: where a text lies, and how it was made, takes time too.
const pools = KINDS.map(([, make]) => Array.from({ length: POOL }, make))
const presentations = Array.from({ length: POOL }, (_, at) =>
  pools.map((pool, kind) => ({ name: KINDS[kind]?.[0] ?? '', text: Buffer.from(pool[at] ?? '').toString('latin1') })),
).flat()

const receiver = await TestReceiver.start({ signers: [shop], limits: { unknownKeyLookupsPerSecond: 100_000 } })
const times = new Map(KINDS.map(([name]): [string, number[]] => [name, []]))
for (let sample = 0; sample < samples * KINDS.length; sample += 1) {
  const { name, text } = random.pick(presentations)
  times.get(name)?.push(await timeOf(text))
}
await receiver.service.stop()

const [[base, baseTimes] = ['', []], ...others] = [...times].map(([name, all]): [string, number[]] => [
  name,
  trimmed(all),
])
process.stdout.write(`${samples} samples of each kind, in random order; microseconds of a refusal\n\n`)
process.stdout.write(`${base}: median ${median(baseTimes).toFixed(2)}\n`)
for (const [name, own] of others) {
  const difference = median(own) - median(baseTimes)
  const [t, d] = [welch(own, baseTimes), cohen(own, baseTimes)].map(value => value.toFixed(2))
  const verdict = Math.abs(Number(t)) < EVIDENCE ? 'no evidence of a difference' : 'differs'
  process.stdout.write(`${name}: median ${signed(difference)}, effect ${d}, t ${t}: ${verdict}\n`)
}
process.stdout.write(`
How to read it. The two rows about the seal must show no evidence, or a difference that comes and goes with the seed: what is
compared is a digest, in constant time, so a secret that is almost right is no better than any other. The other rows differ, and
may: an earlier or a later check refuses them, in an order that is public. The time tells a caller which check refused him, so it
tells him of keys that are registered and of what he wrote himself, but never how near a secret was. A network adds noise of many
times the size. This is one process on one machine, and no proof.
`)

async function timeOf(presentation: string): Promise<number> {
  receiver.lookups.length = 0
  receiver.events.length = 0
  const before = process.hrtime.bigint()
  await receiver.service.unwrap(presentation, { operation: 'call' }).catch(() => undefined)
  return Number(process.hrtime.bigint() - before) / 1000
}

/** A secret whose digest begins with some characters: found by trying. */
function secretNear(beginning: string): string {
  for (;;) {
    const secret = freshSecret()
    if (sealOf(secret).startsWith(beginning)) return secret
  }
}

function trimmed(all: readonly number[]): number[] {
  return all.toSorted((a, b) => a - b).slice(0, Math.floor(all.length * KEPT_SHARE))
}

function median(sorted: readonly number[]): number {
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

function mean(all: readonly number[]): number {
  return all.reduce((sum, each) => sum + each, 0) / all.length
}

function variance(all: readonly number[]): number {
  const middle = mean(all)
  return mean(all.map(each => (each - middle) ** 2))
}

function welch(one: readonly number[], other: readonly number[]): number {
  return (mean(one) - mean(other)) / Math.sqrt(variance(one) / one.length + variance(other) / other.length)
}

/** The difference in standard deviations. */
function cohen(one: readonly number[], other: readonly number[]): number {
  return (mean(one) - mean(other)) / Math.sqrt((variance(one) + variance(other)) / 2)
}

function signed(value: number): string {
  return `${value < 0 ? '' : '+'}${value.toFixed(2)}`
}
