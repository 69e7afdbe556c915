import { LookupsExhausted, RegistryUnavailable, TokenError } from '../errors.js'
import {
  KEY_FRESH_SECONDS,
  KEY_RETRY_SECONDS,
  KEY_STALE_SECONDS,
  REGISTRY_TIMEOUT_SECONDS,
  UNKNOWN_KEY_LOOKUPS_PER_SECOND,
} from '../limits/keys.js'
import { REGISTRY_GRACE_SECONDS } from '../limits/registries.js'
import type { Registration } from '../model/registration.js'
import type { KeyRegistry, RegistryChange, RegistryEntry, RegistryWatch } from '../model/registry.js'
import { isSettledWithin, withDeadline } from './deadline.js'
import { KnownKey } from './known-key.js'
import { KnownKeys } from './known-keys.js'
import { LookupLimiter, type LookupSlot } from './lookup-limiter.js'
import { ownPlace, type Place, pathOf } from './place.js'
import { RecentRefusals, type Refusal, refuseInvalid, refuseRevoked, refuseUnknown } from './refusal.js'
import { type RegistrationVerifier, verifyRegistration } from './registration.js'

/** The numbers that a key finder keeps to; those of limits.ts where absent. */
export interface KeyFinderLimits {
  /** A key is used for this long without asking again. */
  readonly freshSeconds: number
  /** A key is used for this long after it was last confirmed while the registry cannot answer. */
  readonly staleSeconds: number
  /** Look-ups that find no good key, at most. */
  readonly unknownLookupsPerSecond: number
  /** A registry that has not answered after this long cannot answer. */
  readonly timeoutSeconds: number
}

/** What a key finder is made of. */
export interface KeyFinderOptions {
  readonly registry: KeyRegistry
  readonly limits?: Partial<KeyFinderLimits> | undefined
  /** `verifyRegistration` if absent. */
  readonly verify?: RegistrationVerifier | undefined
  /** Hears that what was found of a key may hold no longer: something changed, or the registry refuses it now. */
  readonly onDoubt?: ((place: Place) => void) | undefined
  /** Hears that the registry cannot be watched. */
  readonly onError?: ((error: RegistryUnavailable) => void) | undefined
}

type Answer =
  | { readonly kind: 'found'; readonly registration: Registration }
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly isRevoked?: true }
  | { readonly kind: 'failed'; readonly cause: unknown }

const DEFAULT_LIMITS: KeyFinderLimits = {
  freshSeconds: KEY_FRESH_SECONDS,
  staleSeconds: KEY_STALE_SECONDS,
  unknownLookupsPerSecond: UNKNOWN_KEY_LOOKUPS_PER_SECOND,
  timeoutSeconds: REGISTRY_TIMEOUT_SECONDS,
}

/**
 * Finds verified keys in a registry, and remembers them: good ones for a minute, longer while the registry cannot answer;
 * unknown and refused ones for a moment. What is remembered is bounded by the keys that are registered and by small numbers.
 */
export class KeyFinder {
  readonly #registry: KeyRegistry
  readonly #verify: RegistrationVerifier
  readonly #onDoubt: (place: Place) => void
  readonly #onError: (error: RegistryUnavailable) => void
  readonly #limits: KeyFinderLimits
  readonly #limiter: LookupLimiter
  readonly #renewalLimiter: LookupLimiter
  readonly #known = new KnownKeys()
  readonly #refused = new RecentRefusals()
  readonly #reads = new Map<string, Promise<Answer>>()
  #watch: RegistryWatch | undefined
  #closed = false

  constructor(options: KeyFinderOptions) {
    const { registry, limits, verify = verifyRegistration, onDoubt = () => {}, onError = () => {} } = options
    this.#registry = registry
    this.#verify = verify
    this.#onDoubt = onDoubt
    this.#onError = onError
    this.#limits = { ...DEFAULT_LIMITS, ...limits }
    this.#limiter = new LookupLimiter(this.#limits.unknownLookupsPerSecond)
    this.#renewalLimiter = new LookupLimiter(this.#limits.unknownLookupsPerSecond)
  }

  /**
   * The registration of a service's key. Its window is not compared with `now`: invariant 10 does that. Throws
   * ERR_KEY_UNKNOWN, ERR_KEY_REVOKED, ERR_KEY_INVALID, ERR_REGISTRATION_INVALID, ERR_REGISTRATION_MISMATCH,
   * ERR_REGISTRY_UNAVAILABLE and ERR_LOOKUPS_EXHAUSTED; an error of its own for each caller.
   */
  async find(service: string, kid: string, now: number): Promise<Registration> {
    return this.findFresh(service, kid, now) ?? (await this.#ask(ownPlace(service, kid), now))
  }

  /** The same where the registry need not be asked; undefined where it must be. */
  findFresh(service: string, kid: string, now: number): Registration | undefined {
    const known = this.#known.get({ service, kid })
    return known?.isFresh(this.#limits.freshSeconds, now) ? known.registration : undefined
  }

  /**
   * The same, not from memory: for whoever has a hop outside the window of what was found earlier, which may have been renewed since.
   * Strangers can write such hops, too. So a key is not asked for again at once, nor are many in one second: then it is what was found.
   */
  async findRenewed(service: string, kid: string, now: number): Promise<Registration> {
    const place = ownPlace(service, kid)
    const known = this.#known.get(place)
    if (known === undefined || known.isFresh(KEY_RETRY_SECONDS, now)) return await this.find(service, kid, now)
    const slot = known.recentFailure(now) === undefined ? this.#renewalLimiter.take(now) : undefined
    if (slot === undefined) return await this.find(service, kid, now)
    const read = this.#reads.get(pathOf(service, kid)) ?? this.#read(place, now)
    const renewed = this.#settle(await read, place, now)
    if (renewed.expiresAt !== known.registration.expiresAt) this.#renewalLimiter.giveBack(slot)
    return renewed
  }

  /** Begins to hear of changes. Without them a revocation is seen later, so a failure is told and goes no further. */
  async watch(): Promise<void> {
    try {
      await withDeadline(this.#limits.timeoutSeconds, () => this.#listen())
    } catch (cause) {
      this.#onError(new RegistryUnavailable('the registry cannot be watched', { cause }))
    }
  }

  /** Stops hearing of changes. */
  async close(): Promise<void> {
    this.#closed = true
    const watch = this.#watch
    this.#watch = undefined
    await watch?.close()
  }

  async #ask(place: Place, now: number): Promise<Registration> {
    const path = pathOf(place.service, place.kid)
    const failure = this.#known.get(place)?.recentFailure(now)
    if (failure !== undefined) return this.#useStale(place, failure.cause, now)
    const refusal = this.#refused.find(path, now)
    if (refusal !== undefined) throw refusal()
    const underWay = this.#reads.get(path)
    const read = underWay ?? this.#read(place, now)
    // A registry that did not answer before is asked again, and whoever may use what was found earlier does not wait for it long.
    const known = this.#known.get(place)
    if (known?.hasFailed && known.isUsable(this.#limits.staleSeconds, now)) {
      if (underWay !== undefined || !(await isSettledWithin(REGISTRY_GRACE_SECONDS, read))) return known.registration
    }
    return this.#settle(await read, place, now)
  }

  #settle(answer: Answer, place: Place, now: number): Registration {
    switch (answer.kind) {
      case 'found':
        return answer.registration
      case 'refused':
        throw answer.refusal()
      case 'failed':
        return this.#useStale(place, answer.cause, now)
    }
  }

  #useStale(place: Place, cause: unknown, now: number): Registration {
    const known = this.#known.get(place)
    if (known?.isUsable(this.#limits.staleSeconds, now)) return known.registration
    throw new RegistryUnavailable('the registry cannot answer', { cause })
  }

  /** Asks the registry, once for all who want the same key. Keys known before are not limited by a flood of unknown ones. */
  #read(place: Place, now: number): Promise<Answer> {
    const path = pathOf(place.service, place.kid)
    const slot = this.#known.get(place) ? undefined : this.#takeSlot(now)
    const startedAt = performance.now()
    const read = this.#answer(place).then(answer => {
      if (answer.kind === 'found' && slot !== undefined) this.#limiter.giveBack(slot)
      // A change that came meanwhile took this read away: its answer may be older than the change, and is not remembered.
      if (this.#reads.get(path) === read) {
        this.#reads.delete(path)
        this.#remember(place, answer, { asked: now, elapsed: (performance.now() - startedAt) / 1000 })
      } else if (answer.kind === 'refused' && answer.isRevoked) {
        // No change takes a revocation back: a registry that fails now must not bring the key back either.
        this.#known.delete(place)
        this.#onDoubt(place)
      }
      return answer
    })
    this.#reads.set(path, read)
    return read
  }

  #takeSlot(now: number): LookupSlot {
    const slot = this.#limiter.take(now)
    if (slot === undefined) throw new LookupsExhausted('too many look-ups of unknown keys')
    return slot
  }

  async #answer(place: Place): Promise<Answer> {
    try {
      const { service, kid } = place
      const entry = await withDeadline(this.#limits.timeoutSeconds, async () => this.#registry.find(service, kid))
      return await this.#judge(entry, place)
    } catch (cause) {
      return { kind: 'failed', cause }
    }
  }

  async #judge(entry: RegistryEntry | undefined, place: Place): Promise<Answer> {
    if (entry === undefined) return { kind: 'refused', refusal: refuseUnknown(place) }
    if (entry.revoked !== false) return { kind: 'refused', refusal: refuseRevoked(place), isRevoked: true }
    if (entry.registration === undefined) return { kind: 'refused', refusal: refuseUnknown(place) }
    try {
      return { kind: 'found', registration: await this.#verify(entry.registration, place) }
    } catch (error) {
      if (error instanceof TokenError) return { kind: 'refused', refusal: refuseInvalid(error) }
      throw error
    }
  }

  #remember(place: Place, answer: Answer, at: { readonly asked: number; readonly elapsed: number }): void {
    const path = pathOf(place.service, place.kid)
    switch (answer.kind) {
      case 'found':
        this.#known.set(place, new KnownKey(answer.registration, at.asked))
        this.#refused.forget(path)
        break
      case 'refused':
        this.#known.delete(place)
        this.#refused.remember(path, answer.refusal, at.asked)
        this.#onDoubt(place)
        break
      case 'failed':
        this.#known.get(place)?.fail({ cause: answer.cause, ...at })
        break
    }
  }

  async #listen(): Promise<void> {
    const watch = await this.#registry.watch(change => this.#hear(change))
    if (this.#closed) await watch.close()
    else this.#watch = watch
  }

  /** A hint: what is remembered of this key is asked for again, and what is being read may be too old. */
  #hear({ service, kid }: RegistryChange): void {
    const path = pathOf(service, kid)
    this.#onDoubt({ service, kid })
    this.#known.get({ service, kid })?.expire()
    this.#refused.forget(path)
    this.#reads.delete(path)
  }
}
