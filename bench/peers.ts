import { printHeaderLimits } from './header-limits.js'
import { biscuits } from './peers/biscuit.js'
import type { Contender, Prepared } from './peers/contender.js'
import { printDecisions } from './peers/decisions.js'
import { forwardedTokens } from './peers/forwarded-token.js'
import { installedPeers } from './peers/installed.js'
import { macaroon } from './peers/macaroon.js'
import { countersign, naive } from './peers/nested-tokens.js'
import { USER_CHARACTERS } from './peers/user.js'
import { median, type Pair, printTable, timePair } from './table.js'

const DEPTHS = [1, 3, 5, 10, 16]
const MAX_DEPTH = 16
const WARM_UP_ROUNDS = 5
const SAMPLES_A_TURN = 15
const SETTLING_SAMPLES = 5

interface Measured {
  readonly depth: number
  readonly name: string
  readonly bytes: number
  readonly times: Times
}

interface Running {
  readonly name: string
  readonly prepared: Prepared
  readonly verify: Pair
  readonly extend: Pair
}

/** Medians in microseconds. */
interface Times {
  readonly verify: number
  readonly rawVerify: number
  readonly extend: number | undefined
  readonly rawExtend: number | undefined
}

/** countersign beside other ways to tell a service on whose behalf it is called, and its policies beside those of others. */
export async function printPeers(samples: number): Promise<void> {
  printTable('peers', ['package', 'version'], Object.entries(installedPeers() ?? {}))
  const contenders = [countersign, naive, ...(await biscuits()), macaroon(), ...forwardedTokens()]
  printTable(
    'what is verified',
    ['scheme', 'proves', 'does not prove'],
    contenders.map(({ name, proves, doesNotProve }) => [name, proves, doesNotProve]),
  )
  const measured: Measured[] = []
  for (const depth of DEPTHS) measured.push(...(await measureDepth(contenders, depth, samples)))
  printTimes('verify beside peers', measured, ({ verify, rawVerify }) => [verify, rawVerify])
  printTimes('add a hop beside peers', measured, ({ extend, rawExtend }) => [extend, rawExtend])
  await printSizes(contenders)
  await printDecisions(samples)
}

/**
 * Every contender in turn, each beside its raw cryptography. A turn has some samples, the first of which do not count: what the one before
 * left in the processor's caches is not what a service finds that does one thing all day. Who begins changes with every round.
 */
async function measureDepth(contenders: readonly Contender[], depth: number, samples: number): Promise<Measured[]> {
  const rounds = WARM_UP_ROUNDS + Math.ceil(samples / SAMPLES_A_TURN)
  const turn = SETTLING_SAMPLES + SAMPLES_A_TURN
  const running: Running[] = []
  for (const { name, prepare } of contenders) {
    const bytes = running[0]?.prepared.bytes ?? 0
    const prepared = await prepare({ depth, samples: rounds * turn, bytes })
    running.push({ name, prepared, verify: { ours: [], raw: [] }, extend: { ours: [], raw: [] } })
  }
  for (let round = 0; round < rounds; round += 1) {
    const first = round % running.length
    for (const contender of [...running.slice(first), ...running.slice(0, first)]) {
      for (let sample = 0; sample < turn; sample += 1) {
        const isMeasured = round >= WARM_UP_ROUNDS && sample >= SETTLING_SAMPLES
        await take(contender, round * turn + sample, isMeasured)
      }
    }
  }
  for (const { prepared } of running) await prepared.stop?.()
  return running.map(({ name, prepared, verify, extend }) => ({
    depth,
    name,
    bytes: prepared.bytes,
    times: {
      verify: median(verify.ours),
      rawVerify: median(verify.raw),
      extend: prepared.extend && median(extend.ours),
      rawExtend: prepared.extend && median(extend.raw),
    },
  }))
}

async function take({ prepared, verify, extend }: Running, sample: number, isMeasured: boolean): Promise<void> {
  const { rawVerify, extend: add, rawExtend } = prepared
  await timePair(sample, () => prepared.verify(sample), rawVerify, isMeasured ? verify : undefined)
  if (add && rawExtend) await timePair(sample, add, rawExtend, isMeasured ? extend : undefined)
}

function printTimes(
  what: string,
  measured: readonly Measured[],
  pick: (times: Times) => readonly [number | undefined, number | undefined],
): void {
  const rows = measured.map(({ depth, name, bytes, times }) => {
    const ours = measured.find(other => other.depth === depth && other.name === countersign.name)
    const [time, raw] = pick(times)
    const [oursTime] = ours === undefined ? [] : pick(ours.times)
    return [depth, name, bytes, fixed(time, 1), fixed(raw, 1), ratio(time, raw), ratio(oursTime, time)]
  })
  const head = ['hops', 'scheme', 'bytes', 'us', 'its raw crypto us', 'ratio', 'countersign to it']
  printTable(`${what} (user of ${USER_CHARACTERS} characters)`, head, rows)
}

function fixed(number: number | undefined, digits: number): string {
  return number === undefined ? '-' : number.toFixed(digits)
}

function ratio(one: number | undefined, other: number | undefined): string {
  return one === undefined || other === undefined ? '-' : (one / other).toFixed(2)
}

/** Bytes at every depth, and what fits into the headers of servers. */
async function printSizes(contenders: readonly Contender[]): Promise<void> {
  const nested = contenders.filter(({ name }) => !name.endsWith('forwarded'))
  const sizes = nested.map(({ name }) => ({ name, bytes: [] as number[] }))
  for (let depth = 1; depth <= MAX_DEPTH; depth += 1) {
    for (const [index, { prepare }] of nested.entries()) {
      const { bytes, stop } = await prepare({ depth, samples: 1, bytes: 0 })
      sizes[index]?.bytes.push(bytes)
      await stop?.()
    }
  }
  printTable(
    `bytes beside peers (user of ${USER_CHARACTERS} characters)`,
    ['hops', ...sizes.map(({ name }) => name)],
    DEPTHS.map(depth => [depth, ...sizes.map(({ bytes }) => bytes[depth - 1] ?? '-')]),
  )
  printHeaderLimits(`user of ${USER_CHARACTERS} characters`, sizes)
}
