import { OptionError } from '../../errors.js'
import { checkOptions } from '../../options.js'
import type { EtcdFetch } from './gateway-exchange.js'

/** How to reach a cluster, and as whom. */
export interface EtcdOptions {
  /** The client URLs of some or all members, such as `https://etcd-1.internal:2379`: tried in turn. */
  readonly endpoints: readonly string[]
  /** A user of etcd, a service's own: its name. Without TLS its password travels as it is. */
  readonly username?: string | undefined
  readonly password?: string | undefined
  /** What every key begins with; `countersign/` if absent. Ends with a slash. */
  readonly prefix?: string | undefined
  /**
   * Instead of the platform's fetch: for a certificate authority of your own. It must not follow redirects when told so. The process
   * lives for as long as its connections say.
   */
  readonly fetch?: EtcdFetch | undefined
}

/** The options, checked. */
export interface EtcdTarget {
  /** Without a slash at the end; never empty. */
  readonly endpoints: readonly string[]
  readonly account: EtcdAccount | undefined
  readonly prefix: string
  readonly fetch: EtcdFetch | undefined
}

/** Who asks. */
export interface EtcdAccount {
  readonly name: string
  readonly password: string
}

/** The names of EtcdOptions' members. */
export const ETCD_OPTIONS = ['endpoints', 'username', 'password', 'prefix', 'fetch'] as const

const DEFAULT_PREFIX = 'countersign/'
const PREFIX = /^[A-Za-z0-9._/-]{0,255}\/$/
const MAX_ENDPOINTS = 9

/** Refuses what is wrong (ERR_OPTION), and quotes nothing of it: a URL may hold a password. */
export function checkEtcdOptions(what: string, options: EtcdOptions): EtcdTarget {
  const { endpoints, username, password, prefix = DEFAULT_PREFIX, fetch } = checkOptions(what, options, ETCD_OPTIONS)
  if (!Array.isArray(endpoints) || endpoints.length === 0 || endpoints.length > MAX_ENDPOINTS) {
    throw new OptionError(`${what}: \`endpoints\` must be a list of 1 to ${MAX_ENDPOINTS} URLs`)
  }
  if (typeof prefix !== 'string' || !PREFIX.test(prefix)) {
    throw new OptionError(`${what}: \`prefix\` must match [A-Za-z0-9._/-]{0,255}/`)
  }
  if (fetch !== undefined && typeof fetch !== 'function') throw new OptionError(`${what}: \`fetch\` must be a function`)
  const urls = endpoints.map(endpoint => checkEndpoint(what, endpoint))
  return { endpoints: urls, account: checkAccount(what, username, password), prefix, fetch }
}

function checkEndpoint(what: string, endpoint: unknown): string {
  const url = typeof endpoint === 'string' && URL.canParse(endpoint) ? new URL(endpoint) : undefined
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new OptionError(`${what}: each of \`endpoints\` must be an http or https URL`)
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '' || url.pathname !== '/') {
    throw new OptionError(`${what}: each of \`endpoints\` must be a URL of a host and a port, and nothing else`)
  }
  return url.origin
}

function checkAccount(what: string, name: unknown, password: unknown): EtcdAccount | undefined {
  if (name === undefined && password === undefined) return undefined
  if (typeof name !== 'string' || name === '') throw new OptionError(`${what}: \`username\` must be a text`)
  if (typeof password !== 'string' || password === '') throw new OptionError(`${what}: \`password\` must be a text`)
  return { name, password }
}
