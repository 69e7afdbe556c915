import type { Sql } from 'postgres'
import { MAX_REGISTRATION_CHARACTERS } from '../../limits/keys.js'
import { MAX_LISTED_KEYS_PER_SERVICE } from '../../limits/registries.js'
import { isServiceName } from '../../model/names.js'
import type { Publication, RegistryEntry } from '../../model/registry.js'
import type { Listing } from '../listing-watch.js'
import { isKid, type Place, pathOf } from '../place.js'
import { secondsToKeep } from '../retention.js'

// One character more than is allowed: what was cut does not verify.
const READ_CHARACTERS = MAX_REGISTRATION_CHARACTERS + 1

interface Row {
  readonly service: string
  readonly kid: string
  readonly registration: string | null
  readonly revoked: boolean
}

interface StampedRow extends Place {
  readonly stamp: string
}

/** The name of the table in a schema. */
export function tableIn(schema: string): string {
  return `${schema}.registration`
}

/** Writes a registration over an earlier one, unless there is a tombstone: then nothing, and the answer is no. */
export async function putRow(sql: Sql, table: string, publication: Publication): Promise<boolean> {
  const { service, kid, registration, expiresAt } = publication
  const rows = await sql`
    insert into ${sql(table)} as stored (service, kid, registration, forget_at)
    values (${service}, ${kid}, ${registration}, now() + make_interval(secs => ${secondsToKeep(expiresAt)}))
    on conflict (service, kid) do update set registration = excluded.registration, forget_at = excluded.forget_at
    where not stored.revoked
    returning true`
  return rows.length === 1
}

/** Makes a tombstone of what there is, or of nothing. */
export async function revokeRow(sql: Sql, table: string, { service, kid }: Place): Promise<void> {
  await sql`
    insert into ${sql(table)} as stored (service, kid, revoked, forget_at)
    values (${service}, ${kid}, true, 'infinity')
    on conflict (service, kid) do update set revoked = true, forget_at = 'infinity'
    where not stored.revoked`
}

/** Removes a service's rows that were kept long enough. Those that another instance is removing are left to it. */
export async function forgetRows(sql: Sql, table: string, service: string): Promise<void> {
  await sql`
    delete from ${sql(table)} where service = ${service} and kid in (
      select kid from ${sql(table)} where service = ${service} and not revoked and forget_at < now() for update skip locked
    )`
}

export async function findRow(sql: Sql, table: string, { service, kid }: Place): Promise<RegistryEntry | undefined> {
  const [row] = await sql<Row[]>`
    select service, kid, left(registration, ${READ_CHARACTERS}::int) as registration, revoked
    from ${sql(table)} where service = ${service} and kid = ${kid}`
  return row === undefined ? undefined : entryOf(row)
}

/** Everything, or everything of one service: so many keys of each that who fills his own place harms nobody else. */
export async function listRows(sql: Sql, table: string, service?: string): Promise<readonly RegistryEntry[]> {
  const rows = await sql<Row[]>`
    select service, kid, left(registration, ${READ_CHARACTERS}::int) as registration, revoked
    from (
      select *, row_number() over (partition by service order by kid) as place
      from ${sql(table)} where ${service ?? null}::text is null or service = ${service ?? null}
    ) as numbered
    where place <= ${MAX_LISTED_KEYS_PER_SERVICE}`
  return rows.filter(isPlace).map(entryOf)
}

/** What there is, with the number of the transaction that wrote it. */
export async function stampRows(sql: Sql, table: string): Promise<Listing> {
  const rows = await sql<StampedRow[]>`
    select service, kid, stamp
    from (
      select service, kid, xmin::text as stamp, row_number() over (partition by service order by kid) as place
      from ${sql(table)}
    ) as numbered
    where place <= ${MAX_LISTED_KEYS_PER_SERVICE}`
  return new Map(rows.map(({ service, kid, stamp }) => [pathOf(service, kid), stamp]))
}

function isPlace({ service, kid }: Row): boolean {
  return isServiceName(service) && isKid(kid)
}

function entryOf({ service, kid, registration, revoked }: Row): RegistryEntry {
  return Object.freeze({ service, kid, ...(registration === null ? {} : { registration }), revoked })
}
