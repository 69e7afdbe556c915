import { performance } from 'node:perf_hooks'
import { startIdleInterval } from '../outside.js'

/** Looks at those under a limit, in each of its lengths: whoever is late hears of it late by so little. */
const LOOKS = 10

/** What has begun, and must end in time. */
interface Begun {
  /** Milliseconds of the process's monotonic clock. */
  readonly until: number
  readonly onLate: () => void
}

/** Time that many may take, each for itself. One timer looks after all of them: in every request, one of its own is not cheap. */
export class TimeLimit {
  readonly seconds: number
  /** In the order in which they end, since all may take as long. */
  readonly #begun = new Set<Begun>()
  #timer: NodeJS.Timeout | undefined

  constructor(seconds: number) {
    this.seconds = seconds
  }

  /** Calls back once when the time is over, or a tenth later. Returns how to say that it ended before. */
  begin(onLate: () => void): () => void {
    const begun = { until: performance.now() + this.seconds * 1000, onLate }
    this.#begun.add(begun)
    this.#timer ??= this.#start()
    return () => void this.#begun.delete(begun)
  }

  /** Apart from `begin`: a function that is made there would keep what it was given. */
  #start(): NodeJS.Timeout {
    return startIdleInterval(() => this.#look(), (this.seconds * 1000) / LOOKS)
  }

  #look(): void {
    const now = performance.now()
    for (const begun of this.#begun) {
      if (begun.until > now) return
      this.#begun.delete(begun)
      begun.onLate()
    }
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}
