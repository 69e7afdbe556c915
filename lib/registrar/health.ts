import type { Clock } from '../clock.js'
import { REGISTRY_TIMEOUT_SECONDS } from '../limits/keys.js'
import type { KeyRegistry } from '../model/registry.js'
import { withDeadline } from '../registry/deadline.js'
import type { HeldDelegation } from './held-delegation.js'

/** Whether a registrar can do its work, and what is in its way. */
export interface HealthReport {
  readonly ready: boolean
  readonly registry: 'answers' | 'silent'
  /** `ending`: renew it now, before anything has to be refused. */
  readonly delegation: 'none' | 'good' | 'ending'
}

/** What a registrar's health is made of. */
export interface HealthParts {
  readonly registry: KeyRegistry
  readonly delegation: HeldDelegation | undefined
  /** A delegation that ends in less is ending. */
  readonly marginSeconds: number
  readonly clock: Clock
}

// Nobody is registered there. An engine that says so answers.
const NOBODY = { service: 'countersign.health', kid: 'A'.repeat(43) }
const REMEMBERED_MILLISECONDS = 1000

/** Looks whether a registrar can do its work: once a second, however many ask. */
export class Health {
  readonly #parts: HealthParts
  #looked: Promise<HealthReport> | undefined
  #lookedAt = Number.NEGATIVE_INFINITY

  constructor(parts: HealthParts) {
    this.#parts = parts
  }

  look(): Promise<HealthReport> {
    if (this.#looked === undefined || performance.now() > this.#lookedAt + REMEMBERED_MILLISECONDS) {
      this.#lookedAt = performance.now()
      this.#looked = this.#lookAnew()
    }
    return this.#looked
  }

  async #lookAnew(): Promise<HealthReport> {
    const { registry, delegation, marginSeconds, clock } = this.#parts
    const answers = await withDeadline(REGISTRY_TIMEOUT_SECONDS, () => registry.find(NOBODY.service, NOBODY.kid)).then(
      () => true,
      () => false,
    )
    const isEnding = delegation !== undefined && delegation.expiresAt < clock() + marginSeconds
    return {
      ready: answers && !isEnding,
      registry: answers ? 'answers' : 'silent',
      delegation: delegation === undefined ? 'none' : isEnding ? 'ending' : 'good',
    }
  }
}
