import type { KeyRegistry, ReplayStore, Service, ServiceOptions } from '../../lib/index.js'
import { FRESH_SECONDS, type Role } from './cast.js'
import { AUDIENCE, ISSUER, ISSUER_KEY } from './initial.js'
import { serviceKey } from './keyring.js'
import type { Subject } from './subject.js'

/** An instance of an honest service, and the name of the store that remembers what it accepted. */
export interface Instance {
  readonly role: Role
  readonly kid: string
  readonly service: Service
  readonly store: string
  readonly memory: ReplayStore
}

/** What all of them share. */
export interface Surroundings {
  readonly subject: Subject
  readonly registry: KeyRegistry
  readonly skewSeconds: number
  /** The name that some policies ask for. */
  readonly first: string
  readonly nowOf: (role: Role) => number
}

/** The honest services of a cast, each with one instance or two. */
export class HonestServices {
  readonly #instances = new Map<string, Instance[]>()

  constructor(private readonly surroundings: Surroundings) {}

  async start(role: Role): Promise<readonly Instance[]> {
    const shared = this.#makeMemory(role)
    const instances: Instance[] = []
    for (let at = 0; at < role.instances; at += 1) {
      const isShared = role.replay === 'shared'
      const store = `${role.name} ${isShared ? 'all' : at}`
      instances.push(await this.#startInstance(role, at, store, isShared ? shared : this.#makeMemory(role)))
    }
    this.#instances.set(role.name, instances)
    return instances
  }

  find(name: string, at: number): Instance | undefined {
    const instances = this.#instances.get(name)
    return instances?.[at % instances.length]
  }

  /** Starts an instance anew, in the place of the old one. A memory of its own begins anew; a shared one outlives it. */
  async restart({ role, service, store, memory }: Instance): Promise<void> {
    const instances = this.#instances.get(role.name) ?? []
    const at = instances.findIndex(instance => instance.service === service)
    await service.stop()
    const next = role.replay === 'shared' ? memory : this.#makeMemory(role)
    instances[at] = await this.#startInstance(role, at, store, next)
  }

  async stop(): Promise<void> {
    for (const instances of this.#instances.values()) for (const { service } of instances) await service.stop()
  }

  async #startInstance(role: Role, at: number, store: string, memory: ReplayStore): Promise<Instance> {
    const { kid, privateJwk } = serviceKey(role.name, role.algorithm, at)
    const key = privateJwk as NonNullable<ServiceOptions['key']>
    const { Service } = this.surroundings.subject.library
    return { role, kid, store, memory, service: await Service.start({ ...this.#options(role), key, replay: memory }) }
  }

  #makeMemory(role: Role): ReplayStore {
    const { subject, nowOf } = this.surroundings
    return new subject.library.MemoryReplayStore({ clock: () => nowOf(role) })
  }

  #options(role: Role): ServiceOptions {
    const { subject, registry, skewSeconds, first, nowOf } = this.surroundings
    const issuer = { issuer: ISSUER, audience: AUDIENCE, algorithms: ['ES256'] as const }
    const accept = [subject.library.jwtIssuer({ ...issuer, jwks: { keys: [{ ...ISSUER_KEY.publicJwk }] } })]
    return {
      name: role.name,
      registry,
      policy: subject.policy(role.policy, first),
      edges: role.edges,
      initialToken: role.accepts === 'user' ? undefined : { accept, ...(role.accepts === 'both' && { user: true }) },
      limits: {
        skewSeconds,
        depthHops: role.depthHops,
        presentationSecondsFor: FRESH_SECONDS,
        unknownKeyLookupsPerSecond: role.lookups,
      },
      clock: () => nowOf(role),
      log: () => undefined,
    }
  }
}
