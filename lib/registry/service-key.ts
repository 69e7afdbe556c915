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
import { REGISTRY_TIMEOUT_SECONDS, RENEWAL_CHECK_SECONDS } from '../limits/keys.js'
import type { Algorithm } from '../model/algorithm.js'
import { withDeadline } from './deadline.js'
import { isWithin } from './elapsed.js'
import { publishKey } from './key-publication.js'
import { checkService } from './place.js'
import {
  checkRegistrationOptions,
  isDue,
  type PublishedKey,
  type RegisteredKey,
  type RegistrationOptions,
  register,
} from './registered-key.js'
import { verifyUnpinned } from './registrar/unpinned.js'
import { afterSettling, atOnce, type Successor, type Takeover } from './succession.js'

/** What a service's key is made of. */
export interface ServiceKeyOptions extends RegistrationOptions {
  /** Of a generated key: `ES256` if absent. */
  readonly algorithm?: Algorithm | undefined
  readonly clock: Clock
  /** Hears why a renewal failed, and that the registry had lost or damaged the registration. */
  readonly onError: (error: CountersignError) => void
  /** Hears which key signs from now on: the first one, and each that takes over. */
  readonly onUse?: ((key: RegisteredKey) => void) | undefined
}

/**
 * The key of a running service. A generated key is replaced long before its registration ends: the new one is published, the old one
 * signs until verifiers can know the new one, and its registration stays for the chains in flight. A brought key is registered anew,
 * and its new window is used as late.
 */
export class ServiceKey {
  readonly #options: ServiceKeyOptions
  readonly #timer: NodeJS.Timeout
  #registered: PublishedKey
  #successor: Successor | undefined
  #renewal: Promise<void> | undefined
  #inspection: Promise<void> | undefined
  #attemptedAt: number
  #candidate: SigningKey | undefined
  #toldRevoked = false
  #stopped = false

  private constructor(options: ServiceKeyOptions, registered: PublishedKey) {
    this.#options = options
    this.#registered = registered
    this.#attemptedAt = Number.NEGATIVE_INFINITY
    this.#timer = setInterval(() => this.#check(), RENEWAL_CHECK_SECONDS * 1000)
    this.#timer.unref()
    this.#tellUse()
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
    this.#succeedIfDue(now)
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
      this.#succeedIfDue(now)
      this.#renewIfDue(now)
      this.#inspection ??= this.#inspect(now).finally(() => {
        this.#inspection = undefined
      })
    } catch (error) {
      report(error, this.#options.onError)
    }
  }

  /** What was published last. */
  get #newest(): PublishedKey {
    return this.#successor?.published ?? this.#registered
  }

  #succeedIfDue(now: number): void {
    if (this.#successor === undefined || now < this.#successor.signsFrom) return
    this.#registered = this.#successor.published
    this.#successor = undefined
    this.#tellUse()
  }

  #renewIfDue(now: number): void {
    if (!isDue(this.#newest, now)) return
    this.#attemptedAt = now
    this.#startRenewal(now, afterSettling)
  }

  #startRenewal(now: number, takeover: Takeover): void {
    if (this.#stopped || this.#renewal !== undefined) return
    // After an inspection that is under way, which may be publishing what this replaces.
    this.#renewal = Promise.resolve(this.#inspection)
      .then(() => this.#renew(now, takeover))
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
    const registered = this.#newest
    const find = withDeadline(REGISTRY_TIMEOUT_SECONDS, async () => registry.find(service, registered.key.kid))
    const entry = await find.catch(() => 'unanswered' as const)
    if (entry === 'unanswered' || this.#stopped || this.#renewal !== undefined) return
    if (this.#newest !== registered) return
    if (entry?.revoked) {
      if (brought === undefined) this.#startRenewal(now, atOnce)
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
      await verifyUnpinned(registration, { service, kid: this.#newest.key.kid })
      return undefined
    } catch (error) {
      if (!(error instanceof TokenError)) throw error
      return new RegistrationInvalid(`the registration of \`${service}\` was damaged in the registry: published again`)
    }
  }

  #tellUse(): void {
    try {
      this.#options.onUse?.(this.#registered)
    } catch (error) {
      report(error, this.#options.onError)
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
  async #renew(now: number, takeover: Takeover): Promise<void> {
    const { key: brought, algorithm, onError } = this.#options
    const startedAt = performance.now()
    try {
      this.#candidate ??= brought ?? (await generateSigningKey(algorithm ?? 'ES256'))
      const published = await register(this.#options, this.#candidate, now)
      this.#candidate = undefined
      // The registry may have taken its time.
      const settlesFrom = now + (performance.now() - startedAt) / 1000
      this.#successor = { published, signsFrom: takeover(this.#registered, settlesFrom) }
      this.#succeedIfDue(settlesFrom)
    } catch (error) {
      if (error instanceof KeyRevoked) this.#candidate = undefined
      report(error, onError)
    }
  }
}

function checkServiceKeyOptions(options: ServiceKeyOptions): void {
  const { service, key, algorithm } = options
  checkService(service)
  if (key !== undefined && algorithm !== undefined && key.algorithm !== algorithm) {
    throw new OptionError('`algorithm` is for a generated key: a `key` has its own')
  }
  checkRegistrationOptions(options)
}

/** Nobody waits for a renewal: what the listener throws would end the process. */
function report(error: unknown, onError: (error: CountersignError) => void): void {
  try {
    onError(error instanceof CountersignError ? error : new RegistryUnavailable('the renewal failed', { cause: error }))
  } catch {
    // Its own affair.
  }
}
