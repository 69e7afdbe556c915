import { SKEW_SECONDS } from '../limits/chains.js'
import { KEY_RETRY_SECONDS } from '../limits/keys.js'
import type { Registration } from '../model/registration.js'
import { isWithin } from './elapsed.js'

/** The registry did not answer: why, when it was asked, and after how many seconds that was clear. */
export interface ReadFailure {
  readonly cause: unknown
  readonly asked: number
  readonly elapsed: number
}

/** A key that was found in the registry, and when. Times are seconds of the callers' clock. */
export class KnownKey {
  readonly registration: Registration
  readonly #confirmedAt: number
  #due = false
  #failure: ReadFailure | undefined

  constructor(registration: Registration, confirmedAt: number) {
    this.registration = registration
    this.#confirmedAt = confirmedAt
  }

  /** Whether it may be used without asking the registry again. */
  isFresh(freshSeconds: number, now: number): boolean {
    return !this.#due && isWithin(freshSeconds, this.#confirmedAt, now)
  }

  /** Whether it may be used while the registry cannot answer. Callers may be a little out of order, not further. */
  isUsable(staleSeconds: number, now: number): boolean {
    const age = now - this.#confirmedAt
    return age >= -SKEW_SECONDS && age < staleSeconds && now < this.registration.expiresAt
  }

  /** Why the registry did not answer a moment ago; undefined if it may be asked again. */
  recentFailure(now: number): ReadFailure | undefined {
    if (this.#failure === undefined) return undefined
    const { asked, elapsed } = this.#failure
    return isWithin(elapsed + KEY_RETRY_SECONDS, asked, now) ? this.#failure : undefined
  }

  /** Whether the registry failed to answer when it was last asked. */
  get hasFailed(): boolean {
    return this.#failure !== undefined
  }

  /** The registry is not asked again for a moment. */
  fail(failure: ReadFailure): void {
    this.#failure = failure
  }

  /** Something may have changed: the registry is asked at the next use. What may be used meanwhile stays as it was. */
  expire(): void {
    this.#due = true
    this.#failure = undefined
  }
}
