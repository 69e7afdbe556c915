import type { DissectedHop } from '../forge/dissection.js'

interface Kept {
  readonly issuedAt: number
  /** Headers of the hops that had this seal: more than one if a corrupted service signs anew under an old one. */
  readonly headers: Set<string>
}

/** What was accepted, by the store that has to remember it. */
export class Accepted {
  readonly #stores = new Map<string, Map<string, Kept>>()

  add(store: string, { header, encodedHeader }: DissectedHop): void {
    const kept = this.#of(store)
    const known = kept.get(sealOf(header))
    if (known === undefined) kept.set(sealOf(header), { issuedAt: header.iat, headers: new Set([encodedHeader]) })
    else known.headers.add(encodedHeader)
  }

  /** Whether a hop was accepted: this very one, whatever its signature looked like. */
  has(store: string, { header, encodedHeader }: DissectedHop): boolean {
    return this.#of(store).get(sealOf(header))?.headers.has(encodedHeader) === true
  }

  /** Whether a hop was accepted that had the same seal. */
  hasSealOf(store: string, { header }: DissectedHop): boolean {
    return this.#of(store).has(sealOf(header))
  }

  /**
   * A store in memory starts anew. docs/wire-format.md, invariant 12: it refuses what was issued before the second that it started
   * in. What was issued in that second or, by a clock that is ahead, later may be accepted once more.
   */
  forget(store: string, startedAt: number): void {
    for (const [seal, { issuedAt }] of this.#of(store)) if (issuedAt >= startedAt) this.#of(store).delete(seal)
  }

  #of(store: string): Map<string, Kept> {
    const known = this.#stores.get(store) ?? new Map<string, Kept>()
    this.#stores.set(store, known)
    return known
  }
}

function sealOf({ kid, jti }: DissectedHop['header']): string {
  return `${kid} ${jti}`
}
