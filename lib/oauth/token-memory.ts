import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { LookupsExhausted } from '../errors.js'
import { MAX_ACTIVE_TOKENS, MAX_INACTIVE_TOKENS } from '../limits/tokens.js'
import { isWithin } from '../registry/elapsed.js'
import { LookupLimiter, type LookupSlot } from '../registry/lookup-limiter.js'

/** What an authorization server said of a token. */
export interface Finding<T> {
  /** What is worth remembering of a token that is good; undefined for one that is not. */
  readonly good: T | undefined
  /** For how long it may be remembered, by what the server says. */
  readonly seconds: number
}

/** How much is remembered, and for how long. */
export interface MemoryLimits {
  readonly goodSeconds: number
  readonly badSeconds: number
  /** Questions about tokens that turn out to be bad, each second. */
  readonly badPerSecond: number
}

interface Remembered<T> {
  readonly good: T | undefined
  readonly since: number
  readonly seconds: number
}

/**
 * Remembers what an authorization server said of tokens, by their digests. One question for a token at a time. Good and bad ones do
 * not share room, and questions that are in vain are limited: who floods with tokens that he made up neither drives out the good ones nor
 * has the server asked without end.
 */
export class TokenMemory<T> {
  readonly #limits: MemoryLimits
  readonly #ask: (token: string, now: number) => Promise<Finding<T>>
  readonly #limiter: LookupLimiter
  readonly #good = new LRUCache<string, Remembered<T>>({ max: MAX_ACTIVE_TOKENS })
  readonly #bad = new LRUCache<string, Remembered<T>>({ max: MAX_INACTIVE_TOKENS })
  readonly #asking = new Map<string, Promise<T | undefined>>()

  constructor(limits: MemoryLimits, ask: (token: string, now: number) => Promise<Finding<T>>) {
    this.#limits = limits
    this.#ask = ask
    this.#limiter = new LookupLimiter(limits.badPerSecond)
  }

  /** What is known of a token, or asked for now; undefined for a bad one. Throws ERR_LOOKUPS_EXHAUSTED, and what the question throws. */
  async find(token: string, now: number): Promise<T | undefined> {
    const digest = hash('sha256', token, 'base64url')
    const known = this.#good.get(digest) ?? this.#bad.get(digest)
    if (known !== undefined && isWithin(known.seconds, known.since, now)) return known.good
    return await (this.#asking.get(digest) ?? this.#askOnce(digest, token, now))
  }

  #askOnce(digest: string, token: string, now: number): Promise<T | undefined> {
    const asking = this.#question(digest, token, now).finally(() => this.#asking.delete(digest))
    this.#asking.set(digest, asking)
    return asking
  }

  async #question(digest: string, token: string, now: number): Promise<T | undefined> {
    const slot = this.#takeSlot(digest, now)
    const finding = await this.#ask(token, now)
    if (slot !== undefined && finding.good !== undefined) this.#limiter.giveBack(slot)
    this.#remember(digest, finding, now)
    return finding.good
  }

  /** A token that was good before needs none: whoever floods cannot keep it out. */
  #takeSlot(digest: string, now: number): LookupSlot | undefined {
    if (this.#good.has(digest)) return undefined
    const slot = this.#limiter.take(now)
    if (slot !== undefined) return slot
    throw new LookupsExhausted('too many tokens that are not good were asked about in this second')
  }

  #remember(digest: string, { good, seconds }: Finding<T>, now: number): void {
    const { goodSeconds, badSeconds } = this.#limits
    const kept = Math.min(seconds, good === undefined ? badSeconds : goodSeconds)
    const [room, otherRoom] = good === undefined ? [this.#bad, this.#good] : [this.#good, this.#bad]
    otherRoom.delete(digest)
    // What will not be used again is not kept, only that it was.
    room.set(digest, { good: kept > 0 ? good : undefined, since: now, seconds: kept })
  }
}
