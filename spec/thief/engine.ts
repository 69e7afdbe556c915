import { KeyRevoked } from '../../lib/errors.js'
import type { KeyRegistry, RegistryChange, RegistryEntry } from '../../lib/model/registry.js'

interface Stored {
  readonly registration?: string
  readonly revoked: boolean
}

/** A registry's engine, and what its owner can do with it behind everybody's back. */
export class Engine implements KeyRegistry {
  readonly #stored = new Map<string, Stored>()
  readonly #listeners = new Set<(change: RegistryChange) => void>()

  /** Stores what its owner likes, where he likes; without anything, it is gone. */
  put(service: string, kid: string, stored: Stored | undefined): void {
    if (stored === undefined) this.#stored.delete(`${service}/${kid}`)
    else this.#stored.set(`${service}/${kid}`, stored)
    for (const listener of this.#listeners) listener({ service, kid })
  }

  publish: KeyRegistry['publish'] = async ({ service, kid, registration }) => {
    if (this.#stored.get(`${service}/${kid}`)?.revoked) throw new KeyRevoked('the key was revoked')
    this.put(service, kid, { registration, revoked: false })
  }

  find: KeyRegistry['find'] = async (service, kid) => {
    const stored = this.#stored.get(`${service}/${kid}`)
    return stored && { service, kid, ...stored }
  }

  revoke: KeyRegistry['revoke'] = async (service, kid) => {
    this.put(service, kid, { ...this.#stored.get(`${service}/${kid}`), revoked: true })
  }

  list: KeyRegistry['list'] = async (): Promise<readonly RegistryEntry[]> => []

  watch: KeyRegistry['watch'] = async listener => {
    this.#listeners.add(listener)
    return { close: async () => void this.#listeners.delete(listener) }
  }

  close: KeyRegistry['close'] = async () => undefined
}
