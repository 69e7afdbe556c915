import type { KeyRegistry, Publication, RegistryEntry, RegistryWatch } from '../../lib/index.js'

/** A registry as services see it: it may be down, and does not answer then. Publishing and watching go on. */
export class FlakyRegistry implements KeyRegistry {
  isDown = false
  readonly #failures = new Set<number>()

  constructor(
    readonly registry: KeyRegistry,
    readonly clock: () => number,
  ) {}

  /** Whether somebody asked in vain in this second or the one before: for so long nobody asks again. */
  hasFailedLately(now: number): boolean {
    return this.isDown || this.#failures.has(now) || this.#failures.has(now - 1)
  }

  async find(service: string, kid: string): Promise<RegistryEntry | undefined> {
    if (!this.isDown) return await this.registry.find(service, kid)
    this.#failures.add(this.clock())
    throw new Error('the registry is down')
  }

  publish(publication: Publication): Promise<void> {
    return this.registry.publish(publication)
  }

  revoke(service: string, kid: string): Promise<void> {
    return this.registry.revoke(service, kid)
  }

  list(service?: string): Promise<readonly RegistryEntry[]> {
    return this.registry.list(service)
  }

  watch(listener: Parameters<KeyRegistry['watch']>[0]): Promise<RegistryWatch> {
    return this.registry.watch(listener)
  }

  close(): Promise<void> {
    return this.registry.close()
  }
}
