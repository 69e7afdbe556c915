import { performance } from 'node:perf_hooks'
import { PRESSURE_MILLISECONDS } from '../limits.js'

/** Where an event loop is. */
export interface LoopFigures {
  /** How often it came round. */
  readonly loopCount: number
  /** Milliseconds that it waited for something to do. */
  readonly idleTime: number
  /** Milliseconds, by a clock that is never set. */
  readonly now: number
}

/** Whether a thread has more to do than it gets done. */
export class LoopPressure {
  readonly #read: () => LoopFigures
  #loopCount = -1
  #idleTime = -1
  #pressedAt = Number.NEGATIVE_INFINITY

  constructor(read: () => LoopFigures = readLoop) {
    this.#read = read
  }

  /** Whether the event loop came round, between two questions of late, without having waited once. */
  get isBusy(): boolean {
    const { loopCount, idleTime, now } = this.#read()
    if (loopCount !== this.#loopCount && idleTime === this.#idleTime) this.#pressedAt = now
    this.#loopCount = loopCount
    this.#idleTime = idleTime
    return now - this.#pressedAt < PRESSURE_MILLISECONDS
  }
}

/** Another engine than Node.js may not count: it is never busy then. */
function readLoop(): LoopFigures {
  const { uvMetricsInfo, idleTime } = performance.nodeTiming
  return { loopCount: uvMetricsInfo?.loopCount ?? 0, idleTime, now: performance.now() }
}
