import { channel } from 'node:diagnostics_channel'
import type { Clock } from '../clock.js'
import { CountersignError } from '../errors.js'
import { REGISTRY_TIMEOUT_SECONDS } from '../limits/keys.js'
import { REGISTRY_WARNING_SECONDS } from '../limits/registries.js'
import type { KeyRegistry } from '../model/registry.js'
import { isSettledWithin } from '../registry/deadline.js'
import type { RegisteredKey } from '../registry/registered-key.js'
import { foreignErrorName } from './foreign-error.js'
import { readInstant } from './instant.js'

/** The diagnostics channel on which a service tells of its key and of the registry. */
export const REGISTRY_CHANNEL = 'countersign:registry'

/** What happened between a service and its registry. Never a token, key or secret. */
export interface RegistryEvent {
  /** Seconds since the epoch. */
  readonly time: number
  /** Whose key or look-up it is. */
  readonly service: string
  /**
   * `registered`: the service signs under `kid` from now on. `unanswered`: look-ups fail since now, and keys found earlier are
   * used while they may be. `answering`: they succeed again. `trouble`: what failed in the background and is tried again.
   */
  readonly kind: 'registered' | 'unanswered' | 'answering' | 'trouble'
  /** `registered`: the key. */
  readonly kid?: string
  /** `registered`: the end of its registration, in seconds since the epoch. */
  readonly expiresAt?: number
  /** `trouble`: the error's code. */
  readonly code?: string
  /** `unanswered`, `trouble`: what is wrong, in words. */
  readonly message?: string
}

const registryEvents = channel(REGISTRY_CHANNEL)

/** Tells of the key and the registry of one service: on the channel, and of what is wrong by a process warning. Never throws. */
export class RegistryReports {
  readonly #service: string
  readonly #clock: Clock
  #isAnswering = true
  #warnedAt = Number.NEGATIVE_INFINITY

  constructor(service: string, clock: Clock) {
    this.#service = service
    this.#clock = clock
  }

  /** The same registry, whose answers are told of. */
  watched(registry: KeyRegistry): KeyRegistry {
    return {
      publish: publication => registry.publish(publication),
      find: (service, kid) => {
        const answer = (async () => await registry.find(service, kid))()
        void this.#follow(answer)
        return answer
      },
      revoke: (service, kid) => registry.revoke(service, kid),
      list: service => registry.list(service),
      watch: listener => registry.watch(listener),
      close: () => registry.close(),
    }
  }

  /** Which key signs from now on. */
  readonly registered = ({ key, expiresAt }: RegisteredKey): void => {
    this.#publish({ kind: 'registered', kid: key.kid, expiresAt })
  }

  /** What goes wrong in the background, and is tried again. */
  readonly trouble = ({ code, message }: CountersignError): void => {
    process.emitWarning(`countersign: ${this.#service}: ${code}: ${message}`)
    this.#publish({ kind: 'trouble', code, message })
  }

  async #follow(answer: Promise<unknown>): Promise<void> {
    if (!(await isSettledWithin(REGISTRY_TIMEOUT_SECONDS, answer))) {
      this.#unanswered(`no answer within ${REGISTRY_TIMEOUT_SECONDS} s`)
      return
    }
    await answer.then(
      () => this.#answered(),
      error => this.#unanswered(error instanceof CountersignError ? error.code : foreignErrorName(error)),
    )
  }

  #answered(): void {
    if (this.#isAnswering) return
    this.#isAnswering = true
    this.#publish({ kind: 'answering' })
  }

  #unanswered(why: string): void {
    if (!this.#isAnswering) return
    this.#isAnswering = false
    const message = `the registry does not answer (${why}): keys found earlier are used while they may be`
    this.#publish({ kind: 'unanswered', message })
    // One that answers every other time would fill the log.
    const now = performance.now()
    if (now < this.#warnedAt + REGISTRY_WARNING_SECONDS * 1000) return
    this.#warnedAt = now
    process.emitWarning(`countersign: ${this.#service}: ${message}`)
  }

  #publish(event: Omit<RegistryEvent, 'time' | 'service'>): void {
    if (!registryEvents.hasSubscribers) return
    try {
      registryEvents.publish(Object.freeze({ time: readInstant(this.#clock), service: this.#service, ...event }))
    } catch {
      // A clock that fails is told of where time decides.
    }
  }
}
