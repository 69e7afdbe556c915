import { performance } from 'node:perf_hooks'

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
  #isBusy = false

  constructor(read: () => LoopFigures = readLoop) {
    this.#read = read
  }

  /** Whether the event loop has come round since it was last asked here, and did not wait once. */
  get isBusy(): boolean {
    const { loopCount, idleTime } = this.#read()
    if (loopCount !== this.#loopCount) this.#isBusy = idleTime === this.#idleTime
    this.#loopCount = loopCount
    this.#idleTime = idleTime
    return this.#isBusy
  }
}

function readLoop(): LoopFigures {
  const { uvMetricsInfo, idleTime } = performance.nodeTiming
  return { loopCount: uvMetricsInfo.loopCount, idleTime }
}
