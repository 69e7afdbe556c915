import type { ConnectionOptions } from 'node:tls'
import { OptionError } from '../errors.js'

/** How to reach a server of an engine, and as whom. */
export interface ServerOptions {
  /** `<scheme>://host:port`, which may name a user, a password and a database too. */
  readonly url: string
  /** Instead of those in the URL, where no character has to be escaped. */
  readonly user?: string | undefined
  readonly password?: string | undefined
  /** With an object, perhaps an empty one, the connection is made by `node:tls` with these options. */
  readonly tls?: ConnectionOptions | undefined
}

/** A server, and who asks it. */
export interface ServerTarget {
  readonly scheme: string
  readonly host: string
  readonly port: number
  readonly user: string | undefined
  readonly password: string | undefined
  /** What the URL has after its first slash. */
  readonly database: string
  readonly tls: ConnectionOptions | undefined
}

/** The names of ServerOptions' members. */
export const SERVER_OPTIONS = ['url', 'user', 'password', 'tls'] as const

/**
 * Refuses what is wrong (ERR_OPTION), and quotes nothing: a URL may hold a password. Parameters in it are refused, since drivers
 * take some of them for permission not to check a certificate.
 */
export function checkServer(
  what: string,
  options: ServerOptions,
  defaultPorts: ReadonlyMap<string, number>,
): ServerTarget {
  const url = parseUrl(what, options.url)
  const scheme = url.protocol.slice(0, -1)
  const defaultPort = defaultPorts.get(scheme)
  if (defaultPort === undefined || url.hostname === '') {
    throw new OptionError(`${what}: \`url\` must begin with ${[...defaultPorts.keys()].join(':// or ')}:// and a host`)
  }
  if (url.search !== '' || url.hash !== '')
    throw new OptionError(`${what}: \`url\` must have no parameters: use \`tls\``)
  const { tls } = options
  if (tls !== undefined && (typeof tls !== 'object' || tls === null)) {
    throw new OptionError(`${what}: \`tls\` must be an object`)
  }
  return {
    scheme,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? defaultPort : Number(url.port),
    user: oneOf(what, 'user', options.user, decode(what, url.username)),
    password: oneOf(what, 'password', options.password, decode(what, url.password)),
    database: decode(what, url.pathname.slice(1)),
    tls,
  }
}

function parseUrl(what: string, url: unknown): URL {
  try {
    return new URL(String(url))
  } catch {
    throw new OptionError(`${what}: \`url\` is no URL`)
  }
}

function decode(what: string, text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new OptionError(`${what}: \`url\` is not encoded as a URL is`)
  }
}

function oneOf(what: string, name: string, option: unknown, inUrl: string): string | undefined {
  if (option === undefined) return inUrl === '' ? undefined : inUrl
  if (typeof option !== 'string' || option === '') throw new OptionError(`${what}: \`${name}\` must be a text`)
  if (inUrl !== '') throw new OptionError(`${what}: \`${name}\` is in \`url\` already`)
  return option
}
