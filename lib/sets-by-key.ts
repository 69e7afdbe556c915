/** Sets of texts, one for each key that has any: each in the order in which they were added. */
export class SetsByKey {
  readonly #sets = new Map<string, Set<string>>()

  /** The texts of a key. They may be deleted while they are read. */
  of(key: string): ReadonlySet<string> {
    return this.#sets.get(key) ?? NONE
  }

  add(key: string, text: string): void {
    const set = this.#sets.get(key)
    if (set === undefined) this.#sets.set(key, new Set([text]))
    else set.add(text)
  }

  delete(key: string, text: string): void {
    const set = this.#sets.get(key)
    set?.delete(text)
    if (set?.size === 0) this.#sets.delete(key)
  }
}

const NONE: ReadonlySet<string> = new Set()
