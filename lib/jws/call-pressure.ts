import { performance } from 'node:perf_hooks'
import { BUSY_SHARE, CALLS_A_TURN, PRESSURE_MILLISECONDS, SIGNATURES_OF_A_CROWD } from '../limits/chains.js'

/** Where an event loop is. */
export interface LoopFigures {
  /** How often it came round. */
  readonly loopCount: number
  /** Milliseconds that it waited for something to do. */
  readonly idleTime: number
}

/**
 * Whether calls press upon each other. While this thread verifies alone, they do where it hardly waits and finds several whenever its
 * loop comes round; once other threads help, for as long as some are still with them when the next one comes.
 */
export class CallPressure {
  readonly #read: () => LoopFigures
  readonly #clock: () => number
  #since: number
  #figures: LoopFigures
  #calls = 0
  #mostElsewhere = 0
  #isHigh = false

  /** The clock counts milliseconds, and never goes back. */
  constructor(read: () => LoopFigures = readLoop, clock: () => number = () => performance.now()) {
    this.#read = read
    this.#clock = clock
    this.#since = clock()
    this.#figures = read()
  }

  /** To be asked once for each call, with the number of signatures that are with other threads. As of when calls came last. */
  isHigh(elsewhere: number): boolean {
    this.#calls += 1
    this.#mostElsewhere = Math.max(this.#mostElsewhere, elsewhere)
    const now = this.#clock()
    if (now - this.#since >= PRESSURE_MILLISECONDS) this.#look(now)
    return this.#isHigh
  }

  /** A loop that did not come round has not told of anybody yet. */
  #look(now: number): void {
    const figures = this.#read()
    const turns = figures.loopCount - this.#figures.loopCount
    if (turns === 0) return
    const passed = now - this.#since
    const worked = passed - (figures.idleTime - this.#figures.idleTime)
    this.#isHigh = this.#isHigh
      ? this.#mostElsewhere >= SIGNATURES_OF_A_CROWD
      : worked >= passed * BUSY_SHARE && this.#calls >= turns * CALLS_A_TURN
    this.#since = now
    this.#figures = figures
    this.#calls = 0
    this.#mostElsewhere = 0
  }
}

/** Another engine than Node.js may not count: no pressure is seen then. */
function readLoop(): LoopFigures {
  const { uvMetricsInfo, idleTime } = performance.nodeTiming
  return { loopCount: uvMetricsInfo?.loopCount ?? 0, idleTime }
}
