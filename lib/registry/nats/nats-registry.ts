import { KeyRevoked } from '../../errors.js'
import { LISTED_AT_A_TIME } from '../../limits/registries.js'
import type { KeyRegistry, Publication, RegistryEntry, RegistryWatch } from '../../model/registry.js'
import { ArmedWatch } from '../armed-watch.js'
import { LastingConnection } from '../lasting-connection.js'
import type { ChangeListener } from '../listeners.js'
import { checkPlace, checkService, type Place } from '../place.js'
import { checkPublication } from '../publication.js'
import { BucketChanges } from './bucket-changes.js'
import { exists, type Held, listHeld, readText } from './bucket-contents.js'
import { NatsConnection } from './nats-connection.js'
import { checkNatsOptions, type NatsOptions } from './nats-options.js'
import type { BucketSubjects } from './subjects.js'

export type { NatsOptions } from './nats-options.js'
export { type NatsSetupOptions, setupNats } from './nats-setup.js'

/**
 * A registry in a JetStream key-value bucket of NATS, version 2.9 or later. `setupNats` gives the server's configuration, in which each service
 * has an account that reaches its own subjects only, and makes the bucket, in which nothing can be purged.
 */
export class NatsRegistry implements KeyRegistry {
  readonly #subjects: BucketSubjects
  readonly #connection: LastingConnection<NatsConnection>
  readonly #changes: BucketChanges
  readonly #watch: ArmedWatch<NatsConnection>

  constructor(options: NatsOptions) {
    const target = checkNatsOptions('NatsRegistry', options)
    this.#subjects = target.subjects
    this.#connection = new LastingConnection(() => NatsConnection.open(target))
    this.#changes = new BucketChanges(this.#subjects, change => this.#watch.tell(change))
    this.#watch = new ArmedWatch(this.#connection, connection => this.#changes.arm(connection))
  }

  async publish(publication: Publication): Promise<void> {
    checkPublication(publication)
    const connection = await this.#connection.get()
    await this.#refuseRevoked(connection, publication)
    await connection.ask(this.#subjects.registration(publication), publication.registration)
    // Revoked meanwhile: the tombstone, on a subject of its own, wins in any case, and the publisher is told.
    await this.#refuseRevoked(connection, publication)
  }

  async find(service: string, kid: string): Promise<RegistryEntry | undefined> {
    checkPlace(service, kid)
    return this.#read(await this.#connection.get(), { service, kid })
  }

  async revoke(service: string, kid: string): Promise<void> {
    checkPlace(service, kid)
    const connection = await this.#connection.get()
    await connection.ask(this.#subjects.tombstone({ service, kid }), '')
  }

  async list(service?: string): Promise<readonly RegistryEntry[]> {
    if (service !== undefined) checkService(service)
    const connection = await this.#connection.get()
    const filter = service === undefined ? this.#subjects.all : this.#subjects.allOf(service)
    const held = [...(await listHeld(connection, this.#subjects, filter))]
    const entries: RegistryEntry[] = []
    while (held.length > 0) {
      const reads = held.splice(0, LISTED_AT_A_TIME).map(one => this.#readHeld(connection, one))
      entries.push(...(await Promise.all(reads)).filter(entry => entry !== undefined))
    }
    return entries
  }

  watch(listener: ChangeListener): Promise<RegistryWatch> {
    return this.#watch.add(listener)
  }

  async close(): Promise<void> {
    this.#watch.close()
    this.#changes.end()
    await this.#connection.close()
  }

  async #read(connection: NatsConnection, place: Place): Promise<RegistryEntry | undefined> {
    const registration = await readText(connection, this.#subjects, this.#subjects.registration(place))
    // The tombstone last, so that none is missed that was there when the registration was read.
    const revoked = await exists(connection, this.#subjects, this.#subjects.tombstone(place))
    const { service, kid } = place
    if (registration !== undefined) return Object.freeze({ service, kid, registration, revoked })
    return revoked ? Object.freeze({ service, kid, revoked }) : undefined
  }

  /** What the list of names says need not be asked for. */
  async #readHeld(
    connection: NatsConnection,
    { place, isRegistered, isRevoked }: Held,
  ): Promise<RegistryEntry | undefined> {
    const { service, kid } = place
    const subject = this.#subjects.registration(place)
    const registration = isRegistered ? await readText(connection, this.#subjects, subject) : undefined
    if (registration !== undefined) return Object.freeze({ service, kid, registration, revoked: isRevoked })
    return isRevoked ? Object.freeze({ service, kid, revoked: true }) : undefined
  }

  async #refuseRevoked(connection: NatsConnection, { service, kid }: Place): Promise<void> {
    if (await exists(connection, this.#subjects, this.#subjects.tombstone({ service, kid }))) {
      throw new KeyRevoked(`the key \`${kid}\` of \`${service}\` was revoked`)
    }
  }
}
