import { LRUCache } from 'lru-cache'
import { KeyRevoked, KeyUnknown, type TokenError } from '../errors.js'
import { MAX_UNKNOWN_KEYS, UNKNOWN_KEY_SECONDS } from '../limits/keys.js'
import { isWithin } from './elapsed.js'
import type { Place } from './place.js'

/** Makes the error that refuses a key, anew for everyone who asks: each places it at a hop of its own. */
export type Refusal = () => TokenError

type TokenErrorClass = new (message: string) => TokenError

/** The registry answered that there is no such key. */
export function refuseUnknown({ service, kid }: Place): Refusal {
  return () => new KeyUnknown(`no registered key \`${kid}\` of \`${service}\``)
}

/** The registry has a tombstone. */
export function refuseRevoked({ service, kid }: Place): Refusal {
  return () => new KeyRevoked(`the key \`${kid}\` of \`${service}\` was revoked`)
}

/** What the registry has does not verify: the same code and message again, and nothing else of the error is kept. */
export function refuseInvalid(error: TokenError): Refusal {
  const { message } = error
  const Kind = error.constructor as TokenErrorClass
  return () => new Kind(message)
}

/** Keys refused a moment ago, by path: few, and not for long. */
export class RecentRefusals {
  readonly #refusals = new LRUCache<string, { readonly refusal: Refusal; readonly since: number }>({
    max: MAX_UNKNOWN_KEYS,
  })

  find(path: string, now: number): Refusal | undefined {
    const recent = this.#refusals.get(path)
    return recent !== undefined && isWithin(UNKNOWN_KEY_SECONDS, recent.since, now) ? recent.refusal : undefined
  }

  remember(path: string, refusal: Refusal, now: number): void {
    this.#refusals.set(path, { refusal, since: now })
  }

  forget(path: string): void {
    this.#refusals.delete(path)
  }

  get size(): number {
    return this.#refusals.size
  }
}
