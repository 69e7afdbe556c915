import { KeyRevoked } from '../errors.js'
import { MAX_REGISTRATION_SECONDS } from '../limits/keys.js'
import type { KeyRegistry, Publication, RegistryEntry, RegistryWatch } from '../model/registry.js'
import { type ChangeListener, Listeners } from './listeners.js'
import { checkPlace, checkService } from './place.js'
import { checkPublication } from './publication.js'

interface Stored {
  readonly entry: RegistryEntry
  /** Seconds since the epoch. */
  readonly expiresAt: number
}

/** A registry in this process's memory: for tests, and for services that live together. */
export class MemoryRegistry implements KeyRegistry {
  readonly #services = new Map<string, Map<string, Stored>>()
  readonly #listeners = new Listeners()

  async publish(publication: Publication): Promise<void> {
    checkPublication(publication)
    const { service, kid, registration, expiresAt } = publication
    const keys = this.#keysOf(service)
    if (keys.get(kid)?.entry.revoked) throw new KeyRevoked(`the key \`${kid}\` of \`${service}\` was revoked`)
    forgetExpired(keys, expiresAt)
    this.#store({ service, kid, registration, revoked: false }, expiresAt)
  }

  async find(service: string, kid: string): Promise<RegistryEntry | undefined> {
    checkPlace(service, kid)
    return this.#services.get(service)?.get(kid)?.entry
  }

  async revoke(service: string, kid: string): Promise<void> {
    checkPlace(service, kid)
    const stored = this.#services.get(service)?.get(kid)
    this.#store({ ...stored?.entry, service, kid, revoked: true }, stored?.expiresAt ?? 0)
  }

  async list(service?: string): Promise<readonly RegistryEntry[]> {
    if (service !== undefined) checkService(service)
    const services = service === undefined ? [...this.#services.values()] : [this.#services.get(service)]
    return services.flatMap(keys => [...(keys?.values() ?? [])].map(({ entry }) => entry))
  }

  async watch(listener: ChangeListener): Promise<RegistryWatch> {
    const remove = this.#listeners.add(listener)
    return { close: async () => remove() }
  }

  async close(): Promise<void> {
    this.#listeners.clear()
  }

  #keysOf(service: string): Map<string, Stored> {
    const keys = this.#services.get(service) ?? new Map<string, Stored>()
    this.#services.set(service, keys)
    return keys
  }

  #store(entry: RegistryEntry, expiresAt: number): void {
    this.#keysOf(entry.service).set(entry.kid, { entry: Object.freeze(entry), expiresAt })
    this.#listeners.tell(entry)
  }
}

/**
 * A memory has no clock. A registration that is published now began at most its whole life before it ends, so what ended
 * a life before that has long expired. Tombstones stay.
 */
function forgetExpired(keys: Map<string, Stored>, newExpiresAt: number): void {
  for (const [kid, { entry, expiresAt }] of keys) {
    if (!entry.revoked && expiresAt + 2 * MAX_REGISTRATION_SECONDS <= newExpiresAt) keys.delete(kid)
  }
}
