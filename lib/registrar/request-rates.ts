import { LRUCache } from 'lru-cache'
import { RateExceeded } from '../errors.js'
import { MAX_COUNTED_CALLERS } from '../limits/registrars.js'

interface Bucket {
  left: number
  /** Seconds of a clock that is never set. */
  filledAt: number
}

/** How many requests each caller may make: so many in a burst, and as many a minute. What is remembered is bounded. */
export class RequestRates {
  readonly #what: string
  readonly #perMinute: number
  readonly #buckets = new LRUCache<string, Bucket>({ max: MAX_COUNTED_CALLERS })

  constructor(what: string, perMinute: number) {
    this.#what = what
    this.#perMinute = perMinute
  }

  /** Counts a request, or what costs as much as several. Throws ERR_RATE_EXCEEDED. */
  take(caller: string, cost = 1): void {
    const now = performance.now() / 1000
    const bucket = this.#buckets.get(caller) ?? { left: this.#perMinute, filledAt: now }
    const refill = ((now - bucket.filledAt) * this.#perMinute) / 60
    const left = Math.min(this.#perMinute, bucket.left + refill)
    const isEnough = left >= Math.min(cost, this.#perMinute)
    this.#buckets.set(caller, { left: isEnough ? left - cost : left, filledAt: now })
    if (!isEnough) throw new RateExceeded(`more than ${this.#perMinute} requests a minute of one ${this.#what}`)
  }
}
