import { LRUCache } from 'lru-cache'
import { KeyMap } from '../key-map.js'
import { MAX_CACHED_KEYS, MAX_CACHED_KEYS_PER_SERVICE } from '../limits/keys.js'
import type { KnownKey } from './known-key.js'
import { type Place, pathOf, placeOf } from './place.js'

/** How many keys may be known. */
export interface KnownKeysBounds {
  readonly keys: number
  readonly keysPerService: number
}

const BOUNDS: KnownKeysBounds = { keys: MAX_CACHED_KEYS, keysPerService: MAX_CACHED_KEYS_PER_SERVICE }

/**
 * The keys that were found in a registry: the ones that were used least recently make room. A service that registers more than its
 * share drives out its own, the first one found first, and never another's.
 */
export class KnownKeys {
  readonly #keys: LRUCache<string, KnownKey>
  readonly #keysPerService: number
  readonly #paths = new KeyMap<string>()

  constructor({ keys, keysPerService }: KnownKeysBounds = BOUNDS) {
    this.#keysPerService = keysPerService
    this.#keys = new LRUCache({
      max: keys,
      dispose: (_, path, reason) => {
        const { service, kid } = placeOf(path)
        if (reason !== 'set') this.#paths.delete(service, kid)
      },
    })
  }

  get({ service, kid }: Place): KnownKey | undefined {
    const path = this.#paths.get(service, kid)
    return path === undefined ? undefined : this.#keys.get(path)
  }

  /** Instead of what was known of the same key. */
  set({ service, kid }: Place, known: KnownKey): void {
    const path = this.#paths.get(service, kid) ?? this.#makePath(service, kid)
    this.#keys.set(path, known)
  }

  delete({ service, kid }: Place): void {
    const path = this.#paths.get(service, kid)
    if (path !== undefined) this.#keys.delete(path)
  }

  #makePath(service: string, kid: string): string {
    const paths = this.#paths.of(service)
    const [first] = paths.values()
    if (first !== undefined && paths.size >= this.#keysPerService) this.#keys.delete(first)
    const path = pathOf(service, kid)
    this.#paths.set(service, kid, path)
    return path
  }
}
