import { LRUCache } from 'lru-cache'
import { MAX_CACHED_KEYS, MAX_CACHED_KEYS_PER_SERVICE } from '../limits/keys.js'
import { SetsByKey } from '../sets-by-key.js'
import type { KnownKey } from './known-key.js'

/** How many keys may be known. */
export interface KnownKeysBounds {
  readonly keys: number
  readonly keysPerService: number
}

const BOUNDS: KnownKeysBounds = { keys: MAX_CACHED_KEYS, keysPerService: MAX_CACHED_KEYS_PER_SERVICE }

/**
 * The keys that were found in a registry, by path: the ones that were used least recently make room. A service that registers more than
 * its share drives out its own, never another's.
 */
export class KnownKeys {
  readonly #keys: LRUCache<string, KnownKey>
  readonly #keysPerService: number
  /** The paths of each service's keys, the one that was found first in front. */
  readonly #paths = new SetsByKey()

  constructor({ keys, keysPerService }: KnownKeysBounds = BOUNDS) {
    this.#keysPerService = keysPerService
    this.#keys = new LRUCache({
      max: keys,
      dispose: (known, path, reason) => {
        if (reason !== 'set') this.#paths.delete(known.registration.service, path)
      },
    })
  }

  get(path: string): KnownKey | undefined {
    return this.#keys.get(path)
  }

  has(path: string): boolean {
    return this.#keys.has(path)
  }

  set(path: string, known: KnownKey): void {
    const { service } = known.registration
    if (!this.#keys.has(path)) this.#makeRoom(service)
    this.#keys.set(path, known)
    this.#paths.add(service, path)
  }

  delete(path: string): void {
    this.#keys.delete(path)
  }

  #makeRoom(service: string): void {
    const paths = this.#paths.of(service)
    const [first] = paths
    if (first !== undefined && paths.size >= this.#keysPerService) this.#keys.delete(first)
  }
}
