import { OptionError } from '../../errors.js'
import { checkOptions } from '../../options.js'
import { checkServer, SERVER_OPTIONS, type ServerOptions, type ServerTarget } from '../server-url.js'

/** How to reach a PostgreSQL server, and as whom: `postgres://user:password@host:port/database`. */
export interface PostgresOptions extends ServerOptions {
  /** The schema that holds the registry, and with a dot begins the names of its roles; `countersign` if absent. */
  readonly schema?: string | undefined
}

/** The options, checked. */
export interface PostgresTarget extends ServerTarget {
  readonly user: string
  readonly schema: string
}

/** The names of PostgresOptions' members. */
export const POSTGRES_OPTIONS = [...SERVER_OPTIONS, 'schema'] as const

const DEFAULT_SCHEMA = 'countersign'
// No dot, so that no two registries of one server have roles in common.
const SCHEMA = /^[a-z][a-z0-9_]{0,30}$/
const PORTS = new Map([
  ['postgres', 5432],
  ['postgresql', 5432],
])

/** Refuses what is wrong (ERR_OPTION). */
export function checkPostgresOptions(what: string, options: PostgresOptions): PostgresTarget {
  const { schema, ...server } = checkOptions(what, options, POSTGRES_OPTIONS)
  const target = checkServer(what, server, PORTS)
  const { user } = target
  if (user === undefined) throw new OptionError(`${what}: \`user\` must be given, or be in \`url\``)
  if (target.database === '') throw new OptionError(`${what}: \`url\` must end with a database`)
  return { ...target, user, schema: checkSchema(what, schema) }
}

/** The schema, or the one that is used if none is given. */
export function checkSchema(what: string, schema: unknown = DEFAULT_SCHEMA): string {
  if (typeof schema !== 'string' || !SCHEMA.test(schema)) {
    throw new OptionError(`${what}: \`schema\` must match [a-z][a-z0-9_]{0,30}`)
  }
  return schema
}
