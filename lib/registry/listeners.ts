import type { RegistryChange } from '../model/registry.js'

/** Hears of changes. */
export type ChangeListener = (change: RegistryChange) => void

/** Those who hear of a registry's changes: later, never within the change itself, and none disturbs another. */
export class Listeners {
  readonly #listeners = new Set<{ readonly hear: ChangeListener }>()

  /** Adds a listener, which may be there already. The result takes this one away. */
  add(hear: ChangeListener): () => void {
    const listener = { hear }
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Tells everybody who still listens when the turn comes. What a listener throws is its own affair. */
  tell(change: RegistryChange): void {
    const told = Object.freeze({ service: change.service, kid: change.kid })
    for (const listener of this.#listeners) {
      Promise.resolve()
        .then(() => (this.#listeners.has(listener) ? listener.hear(told) : undefined))
        .catch(() => undefined)
    }
  }

  get isEmpty(): boolean {
    return this.#listeners.size === 0
  }

  clear(): void {
    this.#listeners.clear()
  }
}
