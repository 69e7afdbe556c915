import { LRUCache } from 'lru-cache'
import { MAX_DEPTH_HOPS, MAX_SEEN_CHAINS } from '../../lib/limits/chains.js'
import { MAX_CACHED_KEYS } from '../../lib/limits/keys.js'
import type { CallGraph } from './call-graph.js'
import { drawer, seededRandom } from './random.js'

/** What one instance is sent. */
export interface Traffic {
  readonly graph: CallGraph
  readonly receiver: number
  readonly instances: number
  readonly callsPerSecond: number
  /** The share of a caller's calls that go to one and the same instance; the others go to any. */
  readonly stickiness: number
  /** For how long a key is used without asking again. */
  readonly freshSeconds: number
}

/** What its memories made of it. */
export interface Hits {
  readonly meanDepth: number
  /** Keys that it met. */
  readonly keys: number
  /** Of the keys that were needed, those that need not be asked for. */
  readonly keyHitShare: number
  readonly lookupsPerSecond: number
  /** Of the chains behind a newest hop, those that were verified before. */
  readonly chainHitShare: number
}

/** A chain goes on one hop further back with this probability, where there is a caller. */
const DEEPER = 0.7
/** How many calls one call causes at one and the same service: most one, some a few, a few many. */
const FAN_OUT = [
  { calls: 1, share: 0.7 },
  { calls: 3, share: 0.2 },
  { calls: 10, share: 0.1 },
]
/** How long calls arrive before and while they are counted, as shares of the time that a key is fresh. */
const WARM_UP_SHARE = 1.5
const COUNTED_SHARE = 2.5
const SEED = 7

/** The key cache and the memory of verified chains of one instance under calls through a graph. Seeded. */
export function simulate({ graph, receiver, instances, callsPerSecond, stickiness, freshSeconds }: Traffic): Hits {
  const random = seededRandom(SEED)
  const drawFanOut = drawer(
    FAN_OUT.map(({ share }) => share),
    random,
  )
  const askedAt = new LRUCache<number, number>({ max: MAX_CACHED_KEYS })
  const chains = new LRUCache<number, true>({ max: MAX_SEEN_CHAINS })
  const met = new Set<number>()
  const count = { calls: 0, hops: 0, keys: 0, keyHits: 0, inner: 0, chainHits: 0 }
  const [warmUpSeconds, countedSeconds] = [WARM_UP_SHARE * freshSeconds, COUNTED_SHARE * freshSeconds]
  const calls = callsPerSecond * (warmUpSeconds + countedSeconds)
  let chain = 0
  let repeats = 0
  let path: readonly number[] = []
  for (let call = 0; call < calls; call += 1) {
    const now = call / callsPerSecond
    if (repeats > 0) repeats -= 1
    else {
      path = drawPath()
      chain += 1
      repeats = arrivals() - 1
    }
    const isMeasured = now >= warmUpSeconds
    const isKnown = path.length > 1 && chains.get(chain) === true
    if (path.length > 1) chains.set(chain, true)
    if (isMeasured) {
      count.calls += 1
      count.hops += path.length
      if (path.length > 1) count.inner += 1
      if (isKnown) count.chainHits += 1
    }
    for (const key of path) {
      const isFresh = now < (askedAt.get(key) ?? Number.NEGATIVE_INFINITY) + freshSeconds
      if (!isFresh) askedAt.set(key, now)
      met.add(key)
      if (!isMeasured) continue
      count.keys += 1
      if (isFresh) count.keyHits += 1
    }
  }
  return {
    meanDepth: count.hops / count.calls,
    keys: met.size,
    keyHitShare: count.keyHits / count.keys,
    lookupsPerSecond: (count.keys - count.keyHits) / countedSeconds,
    chainHitShare: count.chainHits / count.inner,
  }

  /** The keys along a chain, nearest caller first: each an instance's own. */
  function drawPath(): readonly number[] {
    const keys: number[] = []
    let service = graph.drawCaller(receiver)
    while (service !== undefined && keys.length < MAX_DEPTH_HOPS - 1) {
      keys.push(service * instances + Math.floor(random() * instances))
      service = random() < DEEPER ? graph.drawCaller(service) : undefined
    }
    return keys
  }

  /** How many of one call's calls to us arrive at this very instance, given that one does. */
  function arrivals(): number {
    const { calls: others } = FAN_OUT[drawFanOut()] ?? { calls: 1 }
    const here = stickiness + (1 - stickiness) / instances
    let arrived = 1
    for (let other = 1; other < others; other += 1) if (random() < here) arrived += 1
    return arrived
  }
}
