import { randomInt } from 'node:crypto'
import { MAX_SEEN_CHAINS } from '../limits/chains.js'
import type { Place } from '../registry/place.js'

/** Digests have so many words of 32 bits. */
const DIGEST_WORDS = 8
/** A digest stands in one of so many places, and nowhere else. */
const WAYS = 4
const THUMBPRINT_CHARACTERS = 6
/** Keys share so many places for doubts: one doubt too many costs a verification. */
const DOUBTS = 16_384

/**
 * That all signatures in a text verified, of the many texts that may never come again: the SHA-256 of each, and no more. They stand in one
 * piece of memory of a fixed size, through which no garbage collection looks; what ends first makes room.
 */
export class SeenChains {
  readonly #sets: number
  readonly #digests: Int32Array
  readonly #expiresAt: Float64Array
  readonly #begunAt: Float64Array
  /** The moments in which keys were last in doubt. */
  readonly #doubts = new Float64Array(DOUBTS)
  /** Nobody can make a key whose doubts are another's. */
  readonly #multiplier = 2 * randomInt(2 ** 31) + 1
  #moment = 0

  /** For so many texts: a multiple of four. */
  constructor(chains = MAX_SEEN_CHAINS) {
    this.#sets = chains / WAYS
    this.#digests = new Int32Array(DIGEST_WORDS * chains)
    this.#expiresAt = new Float64Array(chains)
    this.#begunAt = new Float64Array(chains)
  }

  /** Counts doubts: what began now has seen those before it. */
  get moment(): number {
    return this.#moment
  }

  /** Remembers a text until its first hop ends, in seconds since the epoch, and the moment before its verification began. */
  put(digest: string, expiresAt: number, begunAt: number): void {
    const place = this.#placeFor(digest)
    for (let word = 0; word < DIGEST_WORDS; word += 1) this.#digests[DIGEST_WORDS * place + word] = wordOf(digest, word)
    this.#expiresAt[place] = expiresAt
    this.#begunAt[place] = begunAt
  }

  /** The moment before its verification began; undefined for a text that is not remembered, or is over. */
  find(digest: string, now: number): number | undefined {
    const first = this.#firstPlace(digest)
    for (let place = first; place < first + WAYS; place += 1) {
      if (this.#endOf(place) > now && this.#holds(place, digest)) return this.#begunAt[place]
    }
    return undefined
  }

  /** From now on nothing vouches for what a service signed with a key, up to now. */
  doubt(place: Place): void {
    this.#moment += 1
    this.#doubts[this.#doubtOf(place)] = this.#moment
  }

  /** Whether a key was in doubt since a moment. */
  isDoubted(place: Place, since: number): boolean {
    return (this.#doubts[this.#doubtOf(place)] ?? 0) > since
  }

  /** A thumbprint's first characters tell it from nearly all others. */
  #doubtOf({ service, kid }: Place): number {
    const name = kid.slice(0, THUMBPRINT_CHARACTERS) + service
    let hash = 0
    for (let at = 0; at < name.length; at += 1) hash = Math.imul(hash + name.charCodeAt(at) + 1, this.#multiplier)
    return (hash >>> 8) % DOUBTS
  }

  #placeFor(digest: string): number {
    const first = this.#firstPlace(digest)
    let chosen = first
    for (let place = first; place < first + WAYS; place += 1) {
      if (this.#holds(place, digest)) return place
      if (this.#endOf(place) < this.#endOf(chosen)) chosen = place
    }
    return chosen
  }

  #firstPlace(digest: string): number {
    return WAYS * ((wordOf(digest, DIGEST_WORDS - 1) >>> 0) % this.#sets)
  }

  #holds(place: number, digest: string): boolean {
    for (let word = 0; word < DIGEST_WORDS; word += 1) {
      if (this.#digests[DIGEST_WORDS * place + word] !== wordOf(digest, word)) return false
    }
    return true
  }

  #endOf(place: number): number {
    return this.#expiresAt[place] ?? 0
  }
}

/** Of a digest with one character for each byte. */
function wordOf(digest: string, word: number): number {
  const at = 4 * word
  const low = digest.charCodeAt(at) | (digest.charCodeAt(at + 1) << 8)
  return low | (digest.charCodeAt(at + 2) << 16) | (digest.charCodeAt(at + 3) << 24)
}
