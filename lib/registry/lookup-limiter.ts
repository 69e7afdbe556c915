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

  /** Takes a slot of the second around `now`, if there is one. Calls a little out of order share a second. */
  take(now: number): LookupSlot | undefined {
    if (Math.abs(now - this.#window.start) >= 1) this.#window = { start: now, taken: 0 }
    if (this.#window.taken >= this.#perSecond) return undefined
    this.#window.taken += 1
    return { window: this.#window }
  }

  giveBack({ window }: LookupSlot): void {
    window.taken -= 1
  }
}
