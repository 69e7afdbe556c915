import { UsageError } from './command.js'

/** Where a registry is, and who asks: what `--registry` says, taken apart. */
export interface RegistryAddress {
  readonly scheme: string
  /** Each as `host` or `host:port`; none for a registry that is no server. */
  readonly hosts: readonly string[]
  readonly user: string | undefined
  readonly password: string | undefined
  /** What stands behind the hosts, without slashes around it: a prefix, a database; or the path of a file. */
  readonly path: string
  /** Whether TLS is wanted, whatever the scheme. */
  readonly isSecured: boolean
}

/** Schemes of registries without a server: what follows is a path. */
const LOCAL = /^(?<scheme>file|jwks):(?:\/\/(?=\/))?(?<path>.+)$/
// The last @ before a slash ends the account: what is unusual in a password must be percent-encoded, and is refused here.
const SERVER =
  /^(?<scheme>[a-z]+):\/\/(?:(?<account>[^/?#\s]*)@)?(?<hosts>[A-Za-z0-9.,:_[\]-]+)(?:\/(?<path>[^?#@\s]*))?$/
const SHAPE = '<engine>://[user[:password]@]host[:port][,host[:port]...][/prefix], file:<directory> or jwks:<file>'

/** Takes an address apart. Throws UsageError, which quotes nothing of it but its scheme: it may hold a password. */
export function parseAddress(text: string): RegistryAddress {
  const local = LOCAL.exec(text)?.groups
  if (local !== undefined) return localAddress(local.scheme ?? '', local.path ?? '')
  const server = SERVER.exec(text)?.groups
  if (server === undefined) throw new UsageError(`the registry's address is not ${SHAPE}${hintFor(text)}`)
  const { scheme = '', account, hosts = '', path = '' } = server
  const [, user, password] = /^([^:]*)(?::(.*))?$/s.exec(account ?? '') ?? []
  return {
    scheme,
    hosts: hosts.split(','),
    user: decode(user),
    password: decode(password),
    path: path.replace(/\/$/, ''),
    isSecured: false,
  }
}

function localAddress(scheme: string, path: string): RegistryAddress {
  if (path.startsWith('//')) throw new UsageError(`the registry's address has a host: \`${scheme}:\` wants a path`)
  return { scheme, hosts: [], user: undefined, password: undefined, path, isSecured: false }
}

/** A directory is what one writes first. */
function hintFor(text: string): string {
  return /^[./~\w-]+$/.test(text) ? '; a directory is `file:./registry`' : ''
}

function decode(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined
  try {
    return decodeURIComponent(text)
  } catch {
    throw new UsageError("the user and password in the registry's address are not percent-encoded")
  }
}
