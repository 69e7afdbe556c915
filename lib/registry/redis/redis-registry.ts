import type { KeyRegistry, Publication, RegistryEntry, RegistryWatch } from '../../model/registry.js'
import { LastingConnection } from '../lasting-connection.js'
import type { ChangeListener } from '../listeners.js'
import { type Listing, ListingWatch } from '../listing-watch.js'
import { checkPlace, checkService, pathOf } from '../place.js'
import { checkPublication } from '../publication.js'
import { refuseRevoked } from '../refusal.js'
import { KEYSPACE, readKey } from './layout.js'
import { RedisConnection } from './redis-connection.js'
import { checkRedisOptions, type RedisOptions } from './redis-options.js'
import { leaveTombstone, listPlaces, putRegistration, readEntries, readEntry } from './registry-keys.js'

export type { RedisOptions } from './redis-options.js'
export { type RedisSetupOptions, setupRedis } from './redis-setup.js'

/**
 * A registry in a Redis server, version 7 or later, database 0. `setupRedis` makes a user for each service, who writes below his own
 * name only, and takes no tombstone back. What Redis forgets (a crash without `appendfsync always`, a failover) it forgets here too.
 */
export class RedisRegistry implements KeyRegistry {
  readonly #prefix: string
  readonly #connection: LastingConnection<RedisConnection>
  /** For transactions: before 7.2 Redis puts the events that one causes into the middle of its answer, where nobody can read it. */
  readonly #publishing: LastingConnection<RedisConnection>
  readonly #watch: ListingWatch<RedisConnection>

  constructor(options: RedisOptions) {
    const target = checkRedisOptions('RedisRegistry', options)
    this.#prefix = target.prefix
    this.#connection = new LastingConnection(() => RedisConnection.open(target))
    this.#publishing = new LastingConnection(() => RedisConnection.open(target))
    this.#watch = new ListingWatch(this.#connection, {
      listen: connection => this.#listen(connection),
      list: connection => this.#stampPlaces(connection),
    })
  }

  async publish(publication: Publication): Promise<void> {
    checkPublication(publication)
    const connection = await this.#publishing.get()
    const isPut = await putRegistration(connection, this.#prefix, publication)
    if (!isPut) throw refuseRevoked(publication)()
  }

  async find(service: string, kid: string): Promise<RegistryEntry | undefined> {
    checkPlace(service, kid)
    const connection = await this.#connection.get()
    return connection.ask(client => readEntry(client, this.#prefix, { service, kid }))
  }

  async revoke(service: string, kid: string): Promise<void> {
    checkPlace(service, kid)
    const connection = await this.#connection.get()
    await connection.ask(client => leaveTombstone(client, this.#prefix, { service, kid }))
  }

  async list(service?: string): Promise<readonly RegistryEntry[]> {
    if (service !== undefined) checkService(service)
    const connection = await this.#connection.get()
    const places = await listPlaces(connection, this.#prefix, service)
    return readEntries(connection, this.#prefix, places.values())
  }

  watch(listener: ChangeListener): Promise<RegistryWatch> {
    return this.#watch.add(listener)
  }

  async close(): Promise<void> {
    this.#watch.close()
    await Promise.all([this.#connection.close(), this.#publishing.close()])
  }

  async #listen(connection: RedisConnection): Promise<void> {
    const hear = (_event: string, channel: string) => {
      const place = readKey(this.#prefix, channel.slice(KEYSPACE.length))
      if (place !== undefined) this.#watch.hear(pathOf(place.service, place.kid))
    }
    await connection.ask(client => client.pSubscribe(`${KEYSPACE}${this.#prefix}*`, hear))
  }

  /** Names say what came and went, not what was replaced: after a new connection, which may have missed that, every stamp is new. */
  async #stampPlaces(connection: RedisConnection): Promise<Listing> {
    const places = await listPlaces(connection, this.#prefix)
    return new Map([...places].map(([path, { revoked }]) => [path, `${connection.name} ${revoked}`]))
  }
}
