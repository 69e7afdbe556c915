import type { Clock } from '../clock.js'
import {
  CountersignError,
  KeyRevoked,
  KeyUnknown,
  OptionError,
  RegistrationInvalid,
  RegistryUnavailable,
  TokenError,
} from '../errors.js'
import { generateSigningKey, type SigningKey } from '../jws/signing-key.js'
import {
  HOP_LIFETIME_SECONDS,
  MAX_HOP_LIFETIME_SECONDS,
  MAX_REGISTRATION_SECONDS,
  REGISTRY_TIMEOUT_SECONDS,
  RENEWAL_CHECK_SECONDS,
  RENEWAL_SHARE,
  SKEW_SECONDS,
} from '../limits.js'
import type { Algorithm } from '../model/algorithm.js'
import type { KeyRegistry } from '../model/registry.js'
import { checkInteger } from '../options.js'
import { withDeadline } from './deadline.js'
import { isWithin } from './elapsed.js'
import { publishKey } from './key-publication.js'
import { checkService } from './place.js'
import { verifyUnpinned } from './registrar/unpinned.js'

/** What a service's key is made of. */
export interface ServiceKeyOptions {
  readonly service: string
  readonly registry: KeyRegistry
  /** A key that the user brought, which keeps its kid; generated and replaced if absent. */
  readonly key?: SigningKey | undefined
  /** Of a generated key: `ES256` if absent. */
  readonly algorithm?: Algorithm | undefined
  /** Seconds that a registration lives: 1 to 86,400, which is the default. */
  readonly registrationSeconds?: number | undefined
  /** The longest life of this service's hops, in seconds: 1 to 3600, default 300. */
  readonly hopLifetimeSeconds?: number | undefined
  readonly clock: Clock
  /** Hears why a renewal failed, and that the registry had lost or damaged the registration. */
  readonly onError: (error: CountersignError) => void
}

/** A key to sign with, and the window in which it is registered, in seconds since the epoch. */
export interface RegisteredKey {
  readonly key: SigningKey
  readonly notBefore: number
  readonly expiresAt: number
}

interface Registered extends RegisteredKey {
  readonly publishedAt: number
}

/**
 * The key of a running service. A generated key is replaced long before its registration ends: the new one is published
 * first, and the old registration stays for the chains in flight. A brought key is registered anew.
 */
export class ServiceKey {
  readonly #options: ServiceKeyOptions
  readonly #timer: NodeJS.Timeout
  #registered: Registered
  #renewal: Promise<void> | undefined
  #inspection: Promise<void> | undefined
  #attemptedAt: number
  #candidate: SigningKey | undefined
  #toldRevoked = false
  #stopped = false

  private constructor(options: ServiceKeyOptions, registered: Registered) {
    this.#options = options
    this.#registered = registered
    this.#attemptedAt = Number.NEGATIVE_INFINITY
    this.#timer = setInterval(() => this.#check(), RENEWAL_CHECK_SECONDS * 1000)
    this.#timer.unref()
  }

  /**
   * Registers a service's key, and keeps it registered until `stop`. Throws ERR_REGISTRY_UNAVAILABLE,
   * ERR_SIGNING_KEY_UNUSABLE and, for a brought key that has a tombstone, ERR_KEY_REVOKED; wrong options: ERR_OPTION.
   */
  static async start(options: ServiceKeyOptions): Promise<ServiceKey> {
    checkServiceKeyOptions(options)
    const key = options.key ?? (await generateSigningKey(options.algorithm ?? 'ES256'))
    return new ServiceKey(options, await register(options, key, options.clock()))
  }

  /** The key to sign with. If its renewal is due, that begins now, and nobody waits for it. */
  current(now: number): RegisteredKey {
    if (!isWithin(RENEWAL_CHECK_SECONDS, this.#attemptedAt, now)) this.#renewIfDue(now)
    return this.#registered
  }

  /** Ends renewal, after one that is under way. The registration stays until it expires: chains are in flight. */
  async stop(): Promise<void> {
    this.#stopped = true
    clearInterval(this.#timer)
    await this.#renewal
    await this.#inspection
  }

  #check(): void {
    try {
      const now = this.#options.clock()
      this.#renewIfDue(now)
      this.#inspection ??= this.#inspect(now).finally(() => {
        this.#inspection = undefined
      })
    } catch (error) {
      report(error, this.#options.onError)
    }
  }

  #renewIfDue(now: number): void {
    if (!isDue(this.#registered, now)) return
    this.#attemptedAt = now
    this.#startRenewal(now)
  }

  #startRenewal(now: number): void {
    if (this.#stopped || this.#renewal !== undefined) return
    // After an inspection that is under way, which may be publishing what this replaces.
    this.#renewal = Promise.resolve(this.#inspection)
      .then(() => this.#renew(now))
      .finally(() => {
        this.#renewal = undefined
      })
  }

  /**
   * What was published must still be there, and whole: a registry that lost or damaged it would refuse this service until its
   * next renewal. A generated key that was revoked is replaced at once. A registry that does not answer has lost nothing.
   */
  async #inspect(now: number): Promise<void> {
    const { service, registry, key: brought, onError } = this.#options
    const registered = this.#registered
    const find = withDeadline(REGISTRY_TIMEOUT_SECONDS, async () => registry.find(service, registered.key.kid))
    const entry = await find.catch(() => 'unanswered' as const)
    if (entry === 'unanswered' || this.#stopped || this.#renewal !== undefined) return
    if (this.#registered !== registered) return
    if (entry?.revoked) {
      if (brought === undefined) this.#startRenewal(now)
      else this.#tellRevoked()
      return
    }
    try {
      const loss = await this.#findLoss(entry?.registration)
      if (loss === undefined) return
      await publishKey(registered.key, { service, ...registered }, registry)
      onError(loss)
    } catch (error) {
      report(error, onError)
    }
  }

  /** What became of the registration in the registry, if it does not serve any more. */
  async #findLoss(registration: string | undefined): Promise<TokenError | undefined> {
    const { service } = this.#options
    if (registration === undefined) {
      return new KeyUnknown(`the registry had lost the registration of \`${service}\`: published again`)
    }
    try {
      await verifyUnpinned(registration, { service, kid: this.#registered.key.kid })
      return undefined
    } catch (error) {
      if (!(error instanceof TokenError)) throw error
      return new RegistrationInvalid(`the registration of \`${service}\` was damaged in the registry: published again`)
    }
  }

  /** Only its owner can replace a key that he brought. He hears of it once. */
  #tellRevoked(): void {
    if (this.#toldRevoked) return
    this.#toldRevoked = true
    report(new KeyRevoked(`the key of \`${this.#options.service}\` was revoked: bring another`), this.#options.onError)
  }

  /**
   * Until a renewal succeeds, signing goes on with the registration that there is. A new key that could not be published is
   * tried again: a registry that is slow would otherwise collect keys that nobody uses.
   */
  async #renew(now: number): Promise<void> {
    const { key: brought, algorithm, onError } = this.#options
    try {
      this.#candidate ??= brought ?? (await generateSigningKey(algorithm ?? 'ES256'))
      this.#registered = await register(this.#options, this.#candidate, now)
      this.#candidate = undefined
    } catch (error) {
      if (error instanceof KeyRevoked) this.#candidate = undefined
      report(error, onError)
    }
  }
}

function checkServiceKeyOptions({ service, key, algorithm, ...numbers }: ServiceKeyOptions): void {
  checkService(service)
  if (key !== undefined && algorithm !== undefined && key.algorithm !== algorithm) {
    throw new OptionError('`algorithm` is for a generated key: a `key` has its own')
  }
  registrationSecondsOf(numbers)
  hopLifetimeSecondsOf(numbers)
}

/** Publishes a new key, or the brought one again: back so far that its hops in flight stay inside the window. */
async function register(options: ServiceKeyOptions, key: SigningKey, now: number): Promise<Registered> {
  const { service, registry } = options
  const publishedAt = Math.floor(now)
  const notBefore = options.key === undefined ? publishedAt : Math.max(0, publishedAt - hopLifetimeSecondsOf(options))
  const expiresAt = Math.min(publishedAt + registrationSecondsOf(options), notBefore + MAX_REGISTRATION_SECONDS)
  await publishKey(key, { service, notBefore, expiresAt }, registry)
  return Object.freeze({ key, notBefore, expiresAt, publishedAt })
}

/** After a share of its life, or where the clock was set back behind its beginning. */
function isDue({ publishedAt, expiresAt }: Registered, now: number): boolean {
  return now >= publishedAt + RENEWAL_SHARE * (expiresAt - publishedAt) || now < publishedAt - SKEW_SECONDS
}

function registrationSecondsOf({ registrationSeconds }: Pick<ServiceKeyOptions, 'registrationSeconds'>): number {
  const bounds = { least: 1, most: MAX_REGISTRATION_SECONDS, otherwise: MAX_REGISTRATION_SECONDS }
  return checkInteger('`registrationSeconds`', registrationSeconds, bounds)
}

function hopLifetimeSecondsOf({ hopLifetimeSeconds }: Pick<ServiceKeyOptions, 'hopLifetimeSeconds'>): number {
  const bounds = { least: 1, most: MAX_HOP_LIFETIME_SECONDS, otherwise: HOP_LIFETIME_SECONDS }
  return checkInteger('`hopLifetimeSeconds`', hopLifetimeSeconds, bounds)
}

/** Nobody waits for a renewal: what the listener throws would end the process. */
function report(error: unknown, onError: (error: CountersignError) => void): void {
  try {
    onError(error instanceof CountersignError ? error : new RegistryUnavailable('the renewal failed', { cause: error }))
  } catch {
    // Its own affair.
  }
}
