import { isIP } from 'node:net'
import type { Clock } from '../clock.js'
import { OptionError } from '../errors.js'
import type { BroughtKey } from '../jws/signing-key.js'
import { MAX_DELEGATION_SECONDS } from '../limits/keys.js'
import {
  ADDRESS_REQUESTS_PER_MINUTE,
  DELEGATION_MARGIN_SECONDS,
  SERVICE_WRITES_PER_MINUTE,
} from '../limits/registrars.js'
import type { KeyRegistry } from '../model/registry.js'
import { checkInteger, checkOptions } from '../options.js'
import type { AuditLog } from './audit.js'
import type { Authenticator } from './authenticator.js'
import type { DelegationOption } from './held-delegation.js'

/** What `startRegistrar` takes. A member that is not listed here is refused. */
export interface RegistrarOptions {
  /** Where registrations are kept. The registrar needs the right to write in every service's name; nobody else does. `stop` leaves it open. */
  readonly registry: KeyRegistry
  /** The key that certifies: a private JWK, a KeyObject or `{ publicJwk, sign }`. For nothing else. */
  readonly key: BroughtKey
  /** What an offline root lets this key do. Without it, verifiers pin the key itself. */
  readonly delegation?: DelegationOption | undefined
  /** The ways to authenticate, at least one. */
  readonly authenticate: readonly Authenticator[]
  /** Where it listens. */
  readonly listen: ListenOption
  /**
   * The URL that clients know it by, which is whom their credentials are for: scheme, host and port. May be left out where it listens on a
   * loopback address.
   */
  readonly url?: string | undefined
  readonly limits?: RegistrarLimitOptions | undefined
  /** Hears of everything that was asked, reading aside. Lines of JSON on standard output if absent. */
  readonly log?: AuditLog | undefined
  /** Tells seconds since the epoch. */
  readonly clock?: Clock | undefined
}

/** Where a registrar listens. */
export interface ListenOption {
  /** An address or a name of this machine: `127.0.0.1` if absent. */
  readonly host?: string | undefined
  /** 0 takes one that is free. */
  readonly port: number
  /** Without it connections are not encrypted: on a loopback address, or behind a proxy that ends TLS. */
  readonly tls?: ListenTls | undefined
}

/** The registrar's certificate, and whose certificates of clients it takes. PEM. */
export interface ListenTls {
  readonly key: string | Buffer
  readonly cert: string | Buffer
  /** The authorities that issue certificates of clients: for `clientCertificate`. */
  readonly ca?: string | Buffer | readonly (string | Buffer)[] | undefined
}

/** Numbers that a registrar may set for itself. */
export interface RegistrarLimitOptions {
  /** Requests from one address: 1 to 1,000,000, default 1200. Behind a proxy all come from one. */
  readonly addressRequestsPerMinute?: number | undefined
  /** Registrations and revocations of one service: 1 to 1,000,000, default 120. */
  readonly serviceWritesPerMinute?: number | undefined
  /** `/health/ready` fails when the delegation ends in less: default 90,000, an hour more than registrations live. */
  readonly delegationMarginSeconds?: number | undefined
}

/** All of them. */
export interface RegistrarLimits {
  readonly addressRequestsPerMinute: number
  readonly serviceWritesPerMinute: number
  readonly delegationMarginSeconds: number
}

const WHAT = 'startRegistrar'
const OPTIONS = ['registry', 'key', 'delegation', 'authenticate', 'listen', 'url', 'limits', 'log', 'clock'] as const
const LIMITS = ['addressRequestsPerMinute', 'serviceWritesPerMinute', 'delegationMarginSeconds'] as const
const METHODS = ['publish', 'find', 'revoke', 'list', 'watch'] as const
const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/
const MAX_PORT = 65_535
const MAX_PER_MINUTE = 1_000_000

/** Refuses what is wrong (ERR_OPTION), before any of it is used. */
export function checkRegistrarOptions(options: RegistrarOptions): void {
  const { registry, authenticate, listen, url, log, clock } = checkOptions(WHAT, options, OPTIONS)
  if (!METHODS.every(name => typeof registry?.[name] === 'function')) {
    throw new OptionError(`${WHAT}: \`registry\` must be a registry`)
  }
  if (!Array.isArray(authenticate) || authenticate.length === 0 || !authenticate.every(isAuthenticator)) {
    throw new OptionError(`${WHAT}: \`authenticate\` must list at least one way to authenticate`)
  }
  if (log !== undefined && typeof log !== 'function') throw new OptionError(`${WHAT}: \`log\` must be a function`)
  if (clock !== undefined && typeof clock !== 'function') throw new OptionError(`${WHAT}: \`clock\` must be a function`)
  checkListen(listen, url, authenticate)
}

/** The numbers, with their defaults. */
export function readRegistrarLimits(options: RegistrarLimitOptions = {}): RegistrarLimits {
  const what = `${WHAT}: \`limits\``
  checkOptions(what, options, LIMITS)
  const perMinute = (otherwise: number) => ({ least: 1, most: MAX_PER_MINUTE, otherwise })
  const margin = { least: 0, most: MAX_DELEGATION_SECONDS, otherwise: DELEGATION_MARGIN_SECONDS }
  const read = (name: (typeof LIMITS)[number], bounds: Parameters<typeof checkInteger>[2]) =>
    checkInteger(`${what}.${name}`, options[name], bounds)
  return {
    addressRequestsPerMinute: read('addressRequestsPerMinute', perMinute(ADDRESS_REQUESTS_PER_MINUTE)),
    serviceWritesPerMinute: read('serviceWritesPerMinute', perMinute(SERVICE_WRITES_PER_MINUTE)),
    delegationMarginSeconds: read('delegationMarginSeconds', margin),
  }
}

/** Whom credentials are for: `url`, or where it listens. */
export function audienceOf({ listen: { host = '127.0.0.1', tls }, url }: RegistrarOptions, port: number): string {
  if (url !== undefined) return new URL(url).origin
  return new URL(`${tls === undefined ? 'http' : 'https'}://${isIP(host) === 6 ? `[${host}]` : host}:${port}`).origin
}

function checkListen(listen: ListenOption, url: unknown, authenticate: readonly Authenticator[]): void {
  const { host = '127.0.0.1', port, tls } = checkOptions(`${WHAT}: \`listen\``, listen, ['host', 'port', 'tls'])
  if (typeof host !== 'string' || host === '') throw new OptionError(`${WHAT}: \`listen.host\` must be a text`)
  if (!Number.isSafeInteger(port) || port < 0 || port > MAX_PORT) {
    throw new OptionError(`${WHAT}: \`listen.port\` must be an integer from 0 to ${MAX_PORT}`)
  }
  if (tls !== undefined) checkTls(tls)
  const isLoopback = LOOPBACK.test(host)
  if (url === undefined && !isLoopback)
    throw new OptionError(`${WHAT}: \`url\` is needed: the one that clients know it by`)
  const isPrivate = url === undefined || checkUrl(url)
  if (tls === undefined && !isLoopback && !isPrivate) {
    throw new OptionError(
      `${WHAT}: without \`listen.tls\` it listens on a loopback address, or behind a proxy with an https \`url\``,
    )
  }
  if (authenticate.some(({ kind }) => kind === 'certificate') && tls?.ca === undefined) {
    throw new OptionError(`${WHAT}: \`clientCertificate\` needs \`listen.tls.ca\`: whose certificates it takes`)
  }
}

function checkTls(tls: ListenTls): void {
  const { key, cert, ca = [] } = checkOptions(`${WHAT}: \`listen.tls\``, tls, ['key', 'cert', 'ca'])
  const authorities: readonly unknown[] = Array.isArray(ca) ? ca : [ca]
  if (![key, cert, ...authorities].every(isPem)) {
    throw new OptionError(`${WHAT}: \`listen.tls\` must have a \`key\`, a \`cert\` and perhaps a \`ca\` in PEM`)
  }
}

/** Whether connections to it are encrypted. */
function checkUrl(text: unknown): boolean {
  const url = typeof text === 'string' && URL.canParse(text) ? new URL(text) : undefined
  const isOrigin = url !== undefined && (text === url.origin || text === `${url.origin}/`)
  if (!isOrigin || !['http:', 'https:'].includes(url.protocol)) {
    throw new OptionError(`${WHAT}: \`url\` must be an http or https URL of a host and a port, and nothing else`)
  }
  if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname)) {
    throw new OptionError(`${WHAT}: \`url\` must be https, or http on a loopback host`)
  }
  return url.protocol === 'https:'
}

function isPem(value: unknown): boolean {
  return (typeof value === 'string' || Buffer.isBuffer(value)) && value.includes('-----BEGIN')
}

function isAuthenticator(value: Authenticator): boolean {
  return typeof value?.authenticate === 'function' && typeof value.kind === 'string'
}
