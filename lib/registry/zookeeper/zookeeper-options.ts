import type { ConnectionOptions } from 'node:tls'
import { OptionError } from '../../errors.js'
import { checkOptions } from '../../options.js'
import { checkPrefix } from './layout.js'
import type { ZooKeeperAddress } from './zookeeper-connection.js'

/** How to reach an ensemble, and as whom. */
export interface ZooKeeperOptions {
  /** Each as `host:port`, or `host` for port 2181: any of the ensemble. */
  readonly servers: readonly string[]
  /** A name and a password of ZooKeeper's digest scheme: a service's own name. Without TLS they travel as they are. */
  readonly user?: string | undefined
  readonly password?: string | undefined
  /** The node below which everything is kept; `/countersign` if absent. */
  readonly prefix?: string | undefined
  /** With an object, perhaps an empty one, the connection is made by `node:tls` with these options. */
  readonly tls?: ConnectionOptions | undefined
}

/** The options, checked. */
export interface ZooKeeperTarget {
  readonly prefix: string
  /** Never empty. */
  readonly addresses: readonly ZooKeeperAddress[]
}

const OPTIONS = ['servers', 'user', 'password', 'prefix', 'tls'] as const
const SERVER = /^(?<host>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::(?<port>[1-9][0-9]{0,4}))?$/
const DEFAULT_PORT = 2181

/** Refuses what is wrong (ERR_OPTION). */
export function checkZooKeeperOptions(what: string, options: ZooKeeperOptions): ZooKeeperTarget {
  const { servers, user, password, prefix, tls } = checkOptions(what, options, OPTIONS)
  if (!Array.isArray(servers) || servers.length === 0)
    throw new OptionError(`${what}: \`servers\` must be a list of at least one`)
  const credentials = credentialsOf(what, user, password)
  if (tls !== undefined && (typeof tls !== 'object' || tls === null))
    throw new OptionError(`${what}: \`tls\` must be an object`)
  const addresses = servers.map(server => ({ ...addressOf(what, server), credentials, tls }))
  return { prefix: checkPrefix(what, prefix), addresses }
}

function addressOf(what: string, server: unknown): { readonly host: string; readonly port: number } {
  const { host, port = DEFAULT_PORT } = (typeof server === 'string' ? SERVER.exec(server)?.groups : undefined) ?? {}
  if (host === undefined || Number(port) > 65_535) {
    throw new OptionError(`${what}: each of \`servers\` must be \`host:port\``)
  }
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) }
}

function credentialsOf(what: string, user: unknown, password: unknown): string | undefined {
  if (user === undefined && password === undefined) return undefined
  if (typeof user !== 'string' || user === '' || user.includes(':')) {
    throw new OptionError(`${what}: \`user\` must be a text without a colon`)
  }
  if (typeof password !== 'string' || password === '') throw new OptionError(`${what}: \`password\` must be a text`)
  return `${user}:${password}`
}
