import type { ServiceOptions } from '../../lib/index.js'
import { MemoryRegistry, parsePolicy, Service } from '../../lib/index.js'

/** A policy that accepts whatever holds. */
export const openPolicy = parsePolicy(`
for-each-of-the-following:
- enforce-the-first-matching-rule:
  - any-token: true
    must:
      come-from:
      - any-number-of-apps: true
`)

/** A policy that lets only shop call, directly. */
export const shopPolicy = parsePolicy(`
for-each-of-the-following:
- enforce-the-first-matching-rule:
  - any-token: true
    must:
      come-from:
      - app-name: { equal-to: shop }
`)

/** Services with one registry, all stopped in the end. They say nothing unless they are given a log. */
export class ServiceParty {
  readonly registry = new MemoryRegistry()
  readonly #services: Service[] = []

  /** Starts a service that lets everybody in. */
  async start(name: string, options: Partial<ServiceOptions> = {}): Promise<Service> {
    const service = await Service.start({
      name,
      registry: this.registry,
      policy: openPolicy,
      log: () => {},
      ...options,
    })
    this.#services.push(service)
    return service
  }

  async stop(): Promise<void> {
    await Promise.all(this.#services.map(service => service.stop()))
  }
}
