import { performance } from 'node:perf_hooks'
import { PRESSURE_TURNS } from '../limits/chains.js'

/** Where an event loop is. */
export interface LoopFigures {
  /** How often it came round. */
  readonly loopCount: number
  /** Milliseconds that it waited for something to do. */
  readonly idleTime: number
}

/** Whether a thread has more to do than it gets done. */
export class LoopPressure {
  readonly #read: () => LoopFigures
  #loopCount = -1
  #idleTime = -1
  #turns = 0

  constructor(read: () => LoopFigures = readLoop) {
    this.#read = read
  }

  /** Whether the event loop came round between one question and the next, time and again, without having waited once. */
  get isBusy(): boolean {
    const { loopCount, idleTime } = this.#read()
    if (idleTime !== this.#idleTime) this.#turns = 0
    else if (loopCount !== this.#loopCount) this.#turns += 1
    this.#loopCount = loopCount
    this.#idleTime = idleTime
    return this.#turns >= PRESSURE_TURNS
  }
}

/** Another engine than Node.js may not count: it is never busy then. */
function readLoop(): LoopFigures {
  const { uvMetricsInfo, idleTime } = performance.nodeTiming
  return { loopCount: uvMetricsInfo?.loopCount ?? 0, idleTime }
}
