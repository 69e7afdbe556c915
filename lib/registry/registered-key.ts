import { withinCertificates } from '../jws/key-certificates.js'
import type { SigningKey } from '../jws/signing-key.js'
import { HOP_LIFETIME_SECONDS, MAX_HOP_LIFETIME_SECONDS, SKEW_SECONDS } from '../limits/chains.js'
import { MAX_REGISTRATION_SECONDS, RENEWAL_SHARE } from '../limits/keys.js'
import type { KeyRegistry } from '../model/registry.js'
import { checkInteger } from '../options.js'
import { publishKey } from './key-publication.js'

/** A key to sign with, and the window in which it is registered, in seconds since the epoch. */
export interface RegisteredKey {
  readonly key: SigningKey
  readonly notBefore: number
  readonly expiresAt: number
}

/** The same, and when it was published. */
export interface PublishedKey extends RegisteredKey {
  readonly publishedAt: number
}

/** How a service's key is registered. */
export interface RegistrationOptions {
  readonly service: string
  readonly registry: KeyRegistry
  /** A key that the user brought, which keeps its kid; generated and replaced if absent. */
  readonly key?: SigningKey | undefined
  /** Seconds that a registration lives: 1 to 86,400, which is the default. */
  readonly registrationSeconds?: number | undefined
  /** The longest life of this service's hops, in seconds: 1 to 3600, default 300. */
  readonly hopLifetimeSeconds?: number | undefined
}

/** Refuses numbers that are out of bounds (ERR_OPTION). */
export function checkRegistrationOptions(options: RegistrationOptions): void {
  registrationSecondsOf(options)
  hopLifetimeSecondsOf(options)
}

/**
 * Publishes a new key, or the brought one again: back so far that its hops in flight stay inside the window, and no further than its
 * certificates are valid.
 */
export async function register(options: RegistrationOptions, key: SigningKey, now: number): Promise<PublishedKey> {
  const { service, registry } = options
  const publishedAt = Math.floor(now)
  const notBefore = options.key === undefined ? publishedAt : Math.max(0, publishedAt - hopLifetimeSecondsOf(options))
  const expiresAt = Math.min(publishedAt + registrationSecondsOf(options), notBefore + MAX_REGISTRATION_SECONDS)
  const window = withinCertificates(key.certificates, { notBefore, expiresAt }, now)
  await publishKey(key, { service, ...window }, registry)
  return Object.freeze({ key, ...window, publishedAt })
}

/** After a share of its life, or where the clock was set back behind its beginning. */
export function isDue(registered: PublishedKey, now: number): boolean {
  const { publishedAt, expiresAt } = registered
  return now >= publishedAt + RENEWAL_SHARE * (expiresAt - publishedAt) || hasNotBegun(registered, now)
}

/** Whether the clock was set back behind its beginning. */
export function hasNotBegun({ publishedAt }: PublishedKey, now: number): boolean {
  return now < publishedAt - SKEW_SECONDS
}

function registrationSecondsOf({ registrationSeconds }: RegistrationOptions): number {
  const bounds = { least: 1, most: MAX_REGISTRATION_SECONDS, otherwise: MAX_REGISTRATION_SECONDS }
  return checkInteger('`registrationSeconds`', registrationSeconds, bounds)
}

function hopLifetimeSecondsOf({ hopLifetimeSeconds }: RegistrationOptions): number {
  const bounds = { least: 1, most: MAX_HOP_LIFETIME_SECONDS, otherwise: HOP_LIFETIME_SECONDS }
  return checkInteger('`hopLifetimeSeconds`', hopLifetimeSeconds, bounds)
}
