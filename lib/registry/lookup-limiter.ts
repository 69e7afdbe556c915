import { OUT_OF_ORDER_SECONDS } from '../limits/requests.js'

/** A place among the look-ups of one second. */
export interface LookupSlot {
  /** The second's count that the slot was taken from. */
  readonly window: LookupWindow
}

interface LookupWindow {
  readonly start: number
  taken: number
}

/**
 * Bounds how often the registry is asked for keys that it may not have: a stranger chooses them freely. A slot is taken
 * before the look-up and given back if the key turns out to be good.
 */
export class LookupLimiter {
  readonly #perSecond: number
  #window: LookupWindow = { start: Number.NEGATIVE_INFINITY, taken: 0 }

  constructor(perSecond: number) {
    this.#perSecond = perSecond
  }

  /**
   * Takes a slot of the second around `now`, if there is one. Calls that are out of order share a second; only a clock that
   * was set back opens one anew.
   */
  take(now: number): LookupSlot | undefined {
    const { start } = this.#window
    if (now >= start + 1 || now < start - OUT_OF_ORDER_SECONDS) this.#window = { start: now, taken: 0 }
    if (this.#window.taken >= this.#perSecond) return undefined
    this.#window.taken += 1
    return { window: this.#window }
  }

  giveBack({ window }: LookupSlot): void {
    window.taken -= 1
  }
}
