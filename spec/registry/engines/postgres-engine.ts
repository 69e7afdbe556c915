import postgres from 'postgres'
import { PostgresRegistry, setupPostgres } from '../../../lib/registry/postgres/postgres-registry.js'
import type { Capabilities, EngineUnderTest } from './engine.js'
import { OPERATOR, PostgresServer } from './postgres-server.js'

export const SERVICES = ['cart', 'shop', 'inventory'] as const

export const POSTGRES: Capabilities = {
  publish: 'yes',
  revoke: 'yes',
  watch: 'listed again',
  forgets: 'engine',
  accessControl: 'engine',
  forbidden: /^42501: new row violates row-level security policy for table "registration"$/,
}

/** The password of a service's role. */
export const passwordOf = (service: string) => `password-of-${service}`

/** Where a service connects. */
export const urlOf = (server: PostgresServer, service: string) =>
  server.urlOf(`countersign.${service}`, passwordOf(service))

/** Where the operator does. */
export const operatorUrl = (server: PostgresServer) => server.urlOf(OPERATOR.user, OPERATOR.password)

export const passwordsOf = (services: readonly string[]) =>
  Object.fromEntries(services.map(service => [service, passwordOf(service)]))

/** Works past the adapter. */
export async function withSql<T>(url: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  try {
    return await work(sql)
  } finally {
    await sql.end()
  }
}

/** A server with a registry for cart, shop and inventory. */
export async function preparePostgres(): Promise<EngineUnderTest & { readonly server: PostgresServer }> {
  const server = await PostgresServer.start()
  const operator = operatorUrl(server)
  await setupPostgres({ services: SERVICES, url: operator }).apply?.(passwordsOf(SERVICES))
  return {
    server,
    connect: () => new PostgresRegistry({ url: operator }),
    connectAs: service => new PostgresRegistry({ url: urlOf(server, service) }),
    plant: (service, name, text) =>
      withSql(operator, async sql => {
        // As in a table that somebody made by hand. No text of PostgreSQL has a null character.
        await sql`alter table countersign.registration drop constraint if exists registration_registration_check`
        await sql`
          insert into countersign.registration (service, kid, registration, forget_at)
          values (${service}, ${name}, ${text.replaceAll('\0', '')}, 'infinity')`
      }),
    trespass: (service, victim) =>
      withSql(urlOf(server, service), async sql => {
        const kid = 'A'.repeat(43)
        const refusal = await sql`
          insert into countersign.registration (service, kid, registration, forget_at)
          values (${victim}, ${kid}, 'theirs', 'infinity')`.then(
          () => 'written',
          error => `${error.code}: ${error.message}`,
        )
        return refusal
      }),
    clear: () => withSql(operator, async sql => void (await sql`truncate countersign.registration`)),
    secondsLeft: (service, name) =>
      withSql(operator, async sql => {
        const [kid = '', tombstone] = name.split('.')
        const [row] = await sql`
          select case when isfinite(forget_at) then extract(epoch from forget_at - now()) else 'infinity' end::float8 as seconds from countersign.registration
          where service = ${service} and kid = ${kid} and revoked = ${tombstone === 'revoked'}`
        return row?.seconds
      }),
  }
}
