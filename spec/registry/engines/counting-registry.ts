import type { KeyRegistry, Publication, RegistryEntry, RegistryWatch } from '../../../lib/model/registry.js'
import type { ChangeListener } from '../../../lib/registry/listeners.js'

/** A registry that counts the look-ups which reach it. */
export class CountingRegistry implements KeyRegistry {
  finds = 0
  readonly #registry: KeyRegistry

  constructor(registry: KeyRegistry) {
    this.#registry = registry
  }

  find(service: string, kid: string): Promise<RegistryEntry | undefined> {
    this.finds += 1
    return this.#registry.find(service, kid)
  }

  publish(publication: Publication): Promise<void> {
    return this.#registry.publish(publication)
  }

  revoke(service: string, kid: string): Promise<void> {
    return this.#registry.revoke(service, kid)
  }

  list(service?: string): Promise<readonly RegistryEntry[]> {
    return this.#registry.list(service)
  }

  watch(listener: ChangeListener): Promise<RegistryWatch> {
    return this.#registry.watch(listener)
  }

  close(): Promise<void> {
    return this.#registry.close()
  }
}
