import { hash, type KeyObject } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { MAX_VERIFIED_TOKENS } from '../limits/tokens.js'

/**
 * The tokens whose signature verified, each under one key object: the same token comes with every call of a user. Nothing else is
 * remembered (invariant 22): claims and times are judged anew, and the key is the one that the issuer has now.
 */
export class VerifiedTokens {
  readonly #keys: LRUCache<string, KeyObject>

  constructor(most: number = MAX_VERIFIED_TOKENS) {
    this.#keys = new LRUCache({ max: most })
  }

  /** How many are remembered. */
  get size(): number {
    return this.#keys.size
  }

  /** Whether this very text verified under this very key. */
  has(token: string, key: KeyObject): boolean {
    return this.#keys.get(digestOf(token)) === key
  }

  remember(token: string, key: KeyObject): void {
    this.#keys.set(digestOf(token), key)
  }
}

function digestOf(token: string): string {
  return hash('sha256', token, 'binary')
}
