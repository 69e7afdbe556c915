import type { KeyObject } from 'node:crypto'
import { IssuerUnavailable } from '../errors.js'
import { OUT_OF_ORDER_SECONDS, RETRY_AFTER_SECONDS } from '../limits/requests.js'
import {
  JWKS_COOLDOWN_SECONDS,
  JWKS_FRESH_SECONDS,
  JWKS_STALE_SECONDS,
  JWKS_TIMEOUT_SECONDS,
} from '../limits/tokens.js'
import { fetchJwks, type JwksFetch } from './jwks-document.js'
import type { IssuerKeys, KeySearch, KeySet } from './key-set.js'

/** Where an issuer publishes its keys, and how to get them. */
export interface RemoteJwksOptions {
  readonly uri: string
  readonly fetch: JwksFetch
  readonly timeoutSeconds?: number
}

/**
 * The keys of an issuer that publishes them. One fetch at a time, made only when a token needs it: when there is no fresh set, or
 * when the set does not have the token's key, then at most once in JWKS_COOLDOWN_SECONDS. While the issuer cannot be
 * reached, an earlier set serves for JWKS_STALE_SECONDS.
 */
export class RemoteJwks implements IssuerKeys {
  readonly #load: () => Promise<KeySet>
  #set: KeySet | undefined
  #fetchedAt = Number.NEGATIVE_INFINITY
  #attemptedAt = Number.NEGATIVE_INFINITY
  /** Why the last attempt failed, if it did. */
  #failure: { readonly cause: unknown } | undefined
  #attempt: Promise<void> | undefined

  constructor({ uri, fetch, timeoutSeconds = JWKS_TIMEOUT_SECONDS }: RemoteJwksOptions) {
    this.#load = () => fetchJwks(fetch, uri, timeoutSeconds)
  }

  async find(search: KeySearch, now: number): Promise<KeyObject | undefined> {
    if (distance(now, this.#fetchedAt) >= JWKS_FRESH_SECONDS) {
      await this.#refresh(now, this.#usableSet(now) === undefined ? RETRY_AFTER_SECONDS : JWKS_COOLDOWN_SECONDS)
    }
    const known = this.#currentSet(now).pick(search)
    if (known !== undefined) return known
    await this.#refresh(now, JWKS_COOLDOWN_SECONDS)
    const found = this.#currentSet(now).pick(search)
    // A key that nobody could be asked for is not an unknown one (invariant 17).
    if (found === undefined && this.#failure !== undefined) throw this.#unavailable()
    return found
  }

  #usableSet(now: number): KeySet | undefined {
    return distance(now, this.#fetchedAt) < JWKS_STALE_SECONDS ? this.#set : undefined
  }

  #currentSet(now: number): KeySet {
    const set = this.#usableSet(now)
    if (set === undefined) throw this.#unavailable()
    return set
  }

  /** Joins the attempt under way, or makes one if the last was at least `pause` seconds ago. Never rejects. */
  async #refresh(now: number, pause: number): Promise<void> {
    if (this.#attempt === undefined) {
      // A call that waited for its body comes late, and must not have the issuer asked again.
      const since = now - this.#attemptedAt
      if (since < pause && since > -OUT_OF_ORDER_SECONDS) return
      this.#attemptedAt = now
      this.#attempt = this.#fetch(now)
    }
    await this.#attempt
  }

  async #fetch(now: number): Promise<void> {
    try {
      this.#set = await this.#load()
      this.#fetchedAt = now
      this.#failure = undefined
    } catch (cause) {
      this.#failure = { cause }
    } finally {
      this.#attempt = undefined
    }
  }

  #unavailable(): IssuerUnavailable {
    return new IssuerUnavailable('the key set of the issuer cannot be fetched', { cause: this.#failure?.cause })
  }
}

/** Seconds between two instants, whichever comes first: a clock that is set back must not keep a set alive. */
function distance(now: number, then: number): number {
  return Math.abs(now - then)
}
