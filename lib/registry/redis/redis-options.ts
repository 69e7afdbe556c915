import { OptionError } from '../../errors.js'
import { checkOptions } from '../../options.js'
import { checkServer, SERVER_OPTIONS, type ServerOptions, type ServerTarget } from '../server-url.js'

/** How to reach a Redis server, and as whom: `redis://user:password@host:port`, or `rediss://` for TLS. */
export interface RedisOptions extends ServerOptions {
  /** What all keys begin with, and with a dot instead of the slash the names of its users; `countersign/` if absent. */
  readonly prefix?: string | undefined
}

/** The options, checked. */
export interface RedisTarget extends ServerTarget {
  readonly prefix: string
}

/** The names of RedisOptions' members. */
export const REDIS_OPTIONS = [...SERVER_OPTIONS, 'prefix'] as const

const DEFAULT_PREFIX = 'countersign/'
// No dot, so that no two registries of one server have users in common, and nothing that a key pattern understands.
const PREFIX = /^[A-Za-z0-9][A-Za-z0-9:_/-]{0,62}\/$/
const PORTS = new Map([
  ['redis', 6379],
  ['rediss', 6379],
])

/** Refuses what is wrong (ERR_OPTION). */
export function checkRedisOptions(what: string, options: RedisOptions): RedisTarget {
  const { prefix, ...server } = checkOptions(what, options, REDIS_OPTIONS)
  const target = checkServer(what, server, PORTS)
  if (target.database !== '' && target.database !== '0') {
    throw new OptionError(`${what}: \`url\` must name no database but 0: the access control of redis knows none`)
  }
  const tls = target.scheme === 'rediss' ? (target.tls ?? {}) : target.tls
  return { ...target, tls, prefix: checkPrefix(what, prefix) }
}

/** The prefix, or the one that is used if none is given. */
export function checkPrefix(what: string, prefix: unknown = DEFAULT_PREFIX): string {
  if (typeof prefix !== 'string' || !PREFIX.test(prefix)) {
    throw new OptionError(
      `${what}: \`prefix\` must be letters, digits, colons, dashes and slashes, and end with a slash`,
    )
  }
  return prefix
}
