import { LRUCache } from 'lru-cache'
import { MAX_CACHED_KEYS, MAX_CACHED_KEYS_PER_SERVICE } from '../limits.js'
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
  readonly #pathsOf = new Map<string, Set<string>>()

  constructor({ keys, keysPerService }: KnownKeysBounds = BOUNDS) {
    this.#keysPerService = keysPerService
    this.#keys = new LRUCache({
      max: keys,
      dispose: (known, path, reason) => {
        if (reason !== 'set') this.#unlist(known, path)
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
    if (!this.#keys.has(path)) this.#makeRoom(known.registration.service)
    this.#keys.set(path, known)
    const { service } = known.registration
    const paths = this.#pathsOf.get(service)
    if (paths === undefined) this.#pathsOf.set(service, new Set([path]))
    else paths.add(path)
  }

  delete(path: string): void {
    this.#keys.delete(path)
  }

  #makeRoom(service: string): void {
    const paths = this.#pathsOf.get(service)
    if (paths === undefined || paths.size < this.#keysPerService) return
    const [first] = paths
    if (first !== undefined) this.#keys.delete(first)
  }

  #unlist({ registration }: KnownKey, path: string): void {
    const paths = this.#pathsOf.get(registration.service)
    paths?.delete(path)
    if (paths?.size === 0) this.#pathsOf.delete(registration.service)
  }
}
