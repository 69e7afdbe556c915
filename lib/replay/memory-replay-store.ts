import { hash } from 'node:crypto'
import { type Clock, systemClock } from '../clock.js'
import { OptionError, ReplayStoreFull, ReplayStoreYoung } from '../errors.js'
import { MAX_REPLAY_ENTRIES, REPLAY_SHARE_PER_CALLER } from '../limits/requests.js'
import { checkInteger, checkOptions } from '../options.js'
import type { ReplayEntry, ReplayStore } from './replay-store.js'
import { SecondQueue } from './second-queue.js'

/** How a memory replay store is set up. */
export interface MemoryReplayStoreOptions {
  /** Tells when the store starts; read once. Give it the service's clock. */
  readonly clock?: Clock | undefined
  /** Presentations remembered at one time, at most. */
  readonly maxEntries?: number | undefined
  /** The share of them that the presentations of one caller may take: above 0, at most 1. */
  readonly sharePerCaller?: number | undefined
}

/** What is forgotten in one second. */
interface Bucket {
  readonly digests: string[]
  readonly countByCaller: Map<string, number>
}

const OPTIONS = ['clock', 'maxEntries', 'sharePerCaller'] as const
// A Set holds 2 ** 24 entries.
const ENTRIES = { least: 1, most: 16_000_000, otherwise: MAX_REPLAY_ENTRIES }

/**
 * A replay store in the memory of one process. It forgets what is past its time and nothing else: when it is full, or one
 * caller has filled his share, it refuses (ERR_REPLAY_STORE_FULL). It does not know what was accepted before it
 * started, or what it has forgotten already, and refuses that too (ERR_REPLAY_STORE_YOUNG). Some 90 bytes an entry.
 */
export class MemoryReplayStore implements ReplayStore {
  readonly #startedAt: number
  readonly #maxEntries: number
  readonly #maxEntriesPerCaller: number
  readonly #seen = new Set<string>()
  readonly #countByCaller = new Map<string, number>()
  readonly #buckets = new Map<number, Bucket>()
  readonly #seconds = new SecondQueue()
  /** Nothing up to this second is remembered any more, even if the clock is set back. */
  #forgottenUntil = Number.NEGATIVE_INFINITY

  constructor(options: MemoryReplayStoreOptions = {}) {
    checkOptions('MemoryReplayStore', options, OPTIONS)
    const { clock = systemClock, sharePerCaller = REPLAY_SHARE_PER_CALLER } = options
    if (!(sharePerCaller > 0 && sharePerCaller <= 1)) {
      throw new OptionError('MemoryReplayStore: `sharePerCaller` must be above 0 and at most 1')
    }
    this.#startedAt = Math.floor(clock())
    this.#maxEntries = checkInteger('MemoryReplayStore: `maxEntries`', options.maxEntries, ENTRIES)
    this.#maxEntriesPerCaller = Math.max(1, Math.floor(this.#maxEntries * sharePerCaller))
  }

  /** How many presentations are remembered. */
  get size(): number {
    return this.#seen.size
  }

  /** Synchronous, hence atomic. */
  remember(entry: ReplayEntry, now: number): 'new' | 'seen' {
    this.#forgetBefore(now)
    const digest = digestOf(entry)
    if (this.#seen.has(digest)) return 'seen'
    this.#checkAge(entry, now)
    this.#checkRoom(entry.caller)
    this.#add(digest, entry)
    return 'new'
  }

  #checkAge({ issuedAt, until }: ReplayEntry, now: number): void {
    // Written so that NaN is refused.
    const isOurs = issuedAt >= this.#startedAt && until >= now && until > this.#forgottenUntil
    if (!isOurs) throw new ReplayStoreYoung('the presentation is older than the memory of the replay store: wrap anew')
  }

  #checkRoom(caller: string): void {
    if (this.#seen.size >= this.#maxEntries) throw new ReplayStoreFull('the replay store is full')
    if ((this.#countByCaller.get(caller) ?? 0) >= this.#maxEntriesPerCaller) {
      throw new ReplayStoreFull('the caller has filled his share of the replay store')
    }
  }

  #add(digest: string, { caller, until }: ReplayEntry): void {
    const bucket = this.#bucketOf(Math.ceil(until))
    bucket.digests.push(digest)
    bucket.countByCaller.set(caller, (bucket.countByCaller.get(caller) ?? 0) + 1)
    this.#countByCaller.set(caller, (this.#countByCaller.get(caller) ?? 0) + 1)
    this.#seen.add(digest)
  }

  #bucketOf(second: number): Bucket {
    const known = this.#buckets.get(second)
    if (known !== undefined) return known
    const bucket: Bucket = { digests: [], countByCaller: new Map() }
    this.#buckets.set(second, bucket)
    this.#seconds.add(second)
    return bucket
  }

  #forgetBefore(now: number): void {
    for (let second = this.#seconds.first; second !== undefined && second < now; second = this.#seconds.first) {
      this.#seconds.drop()
      this.#forget(this.#bucketOf(second))
      this.#buckets.delete(second)
      this.#forgottenUntil = Math.max(this.#forgottenUntil, second)
    }
  }

  #forget({ digests, countByCaller }: Bucket): void {
    for (const digest of digests) this.#seen.delete(digest)
    for (const [caller, count] of countByCaller) {
      const left = (this.#countByCaller.get(caller) ?? 0) - count
      if (left > 0) this.#countByCaller.set(caller, left)
      else this.#countByCaller.delete(caller)
    }
  }
}

/** Unlike what anybody chooses, in a string of one byte a character. */
function digestOf({ kid, jti }: ReplayEntry): string {
  return hash('sha256', `${kid} ${jti}`, 'binary')
}
