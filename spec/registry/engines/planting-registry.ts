import type { KeyRegistry, Publication, RegistryEntry, RegistryWatch } from '../../../lib/model/registry.js'
import type { ChangeListener } from '../../../lib/registry/listeners.js'
import type { EngineUnderTest } from './engine.js'

/** A registry that only reads, for services that must publish: what they publish is planted in its store. */
export class PlantingRegistry implements KeyRegistry {
  readonly #registry: KeyRegistry
  readonly #engine: EngineUnderTest

  constructor(registry: KeyRegistry, engine: EngineUnderTest) {
    this.#registry = registry
    this.#engine = engine
  }

  async publish({ service, kid, registration }: Publication): Promise<void> {
    await this.#engine.plant(service, kid, registration)
  }

  find(service: string, kid: string): Promise<RegistryEntry | undefined> {
    return this.#registry.find(service, kid)
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
