import type { KeyRegistry, Publication, RegistryEntry, RegistryWatch } from '../../model/registry.js'
import { LastingConnection } from '../lasting-connection.js'
import type { ChangeListener } from '../listeners.js'
import { ListingWatch } from '../listing-watch.js'
import { checkPlace, checkService } from '../place.js'
import { checkPublication } from '../publication.js'
import { refuseRevoked } from '../refusal.js'
import { PostgresConnection } from './postgres-connection.js'
import { checkPostgresOptions, type PostgresOptions } from './postgres-options.js'
import { findRow, forgetRows, listRows, putRow, revokeRow, stampRows, tableIn } from './registration-table.js'

export type { PostgresOptions } from './postgres-options.js'
export { type PostgresSetupOptions, setupPostgres } from './postgres-setup.js'

/**
 * A registry in a table of a PostgreSQL database, version 14 or later, which `setupPostgres` makes with a role for each service: its row-level
 * security lets a service write its own rows only, and takes no tombstone back. One connection, which notifications come over too: connect
 * directly, or through a pooler that gives whole sessions.
 */
export class PostgresRegistry implements KeyRegistry {
  readonly #table: string
  readonly #connection: LastingConnection<PostgresConnection>
  readonly #watch: ListingWatch<PostgresConnection>

  constructor(options: PostgresOptions) {
    const target = checkPostgresOptions('PostgresRegistry', options)
    const table = tableIn(target.schema)
    this.#table = table
    this.#connection = new LastingConnection(() => PostgresConnection.open(target, path => this.#watch.hear(path)))
    this.#watch = new ListingWatch(this.#connection, {
      listen: async connection => {
        await connection.ask(sql => sql`listen ${sql(target.schema)}`)
      },
      list: connection => connection.ask(sql => stampRows(sql, table)),
    })
  }

  async publish(publication: Publication): Promise<void> {
    checkPublication(publication)
    const connection = await this.#connection.get()
    const isPut = await connection.ask(sql => putRow(sql, this.#table, publication))
    if (!isPut) throw refuseRevoked(publication)()
    // A failure is made up for by the next publication.
    await connection.ask(sql => forgetRows(sql, this.#table, publication.service)).catch(() => undefined)
  }

  async find(service: string, kid: string): Promise<RegistryEntry | undefined> {
    checkPlace(service, kid)
    const connection = await this.#connection.get()
    return connection.ask(sql => findRow(sql, this.#table, { service, kid }))
  }

  async revoke(service: string, kid: string): Promise<void> {
    checkPlace(service, kid)
    const connection = await this.#connection.get()
    await connection.ask(sql => revokeRow(sql, this.#table, { service, kid }))
  }

  async list(service?: string): Promise<readonly RegistryEntry[]> {
    if (service !== undefined) checkService(service)
    const connection = await this.#connection.get()
    return connection.ask(sql => listRows(sql, this.#table, service))
  }

  watch(listener: ChangeListener): Promise<RegistryWatch> {
    return this.#watch.add(listener)
  }

  async close(): Promise<void> {
    this.#watch.close()
    await this.#connection.close()
  }
}
