import { setTimeout as delay } from 'node:timers/promises'
import { REGISTRY_TIMEOUT_SECONDS } from '../../limits/keys.js'
import { MIN_RECONNECT_SECONDS } from '../../limits/registries.js'
import { EtcdError } from './etcd-error.js'

/** Asks one member. What it began ends when it is aborted, also after it has answered. */
export type Attempt<T> = (endpoint: string, abort: AbortController) => Promise<T>

/** Some or all members of a cluster: whoever answered last is asked first, and the others in turn where it does not. */
export class EtcdCluster {
  readonly #endpoints: readonly string[]
  /** Where the member stands that answered last. */
  #first = 0

  constructor(endpoints: readonly string[]) {
    this.#endpoints = endpoints
  }

  /**
   * The first answer, within REGISTRY_TIMEOUT_SECONDS. An error that is an answer goes to the caller. Members that answer that they
   * cannot, while they elect a leader for example, are asked again; where none is there at all, that is told at once.
   */
  async ask<T>(attempt: Attempt<T>): Promise<T> {
    const end = performance.now() + REGISTRY_TIMEOUT_SECONDS * 1000
    for (;;) {
      const failures: unknown[] = []
      for (const at of this.#inTurn()) {
        try {
          const answer = await this.#try(at, attempt, end)
          this.#first = at
          return answer
        } catch (error) {
          if (error instanceof EtcdError && !error.isPassing) throw error
          failures.push(error)
        }
        if (performance.now() >= end) break
      }
      const isSoonOver = failures.some(failure => failure instanceof EtcdError && failure.isSoonOver)
      if (!isSoonOver || performance.now() >= end) throw failures[0]
      await delay(MIN_RECONNECT_SECONDS * 1000)
    }
  }

  /** The member that answered last no longer does. */
  turn(): void {
    this.#first = (this.#first + 1) % this.#endpoints.length
  }

  #inTurn(): readonly number[] {
    return this.#endpoints.map((_, step) => (this.#first + step) % this.#endpoints.length)
  }

  /** One that hangs takes no more than its share of the time. For as long the process is kept alive. */
  async #try<T>(at: number, attempt: Attempt<T>, end: number): Promise<T> {
    const share = (REGISTRY_TIMEOUT_SECONDS * 1000) / this.#endpoints.length
    const milliseconds = Math.max(1, Math.min(share, end - performance.now()))
    const abort = new AbortController()
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`no answer within ${Math.round(milliseconds)} ms`))
        abort.abort()
      }, milliseconds)
    })
    try {
      return await Promise.race([attempt(this.#endpoints[at] ?? '', abort), late])
    } catch (error) {
      abort.abort()
      throw error
    } finally {
      clearTimeout(timer)
    }
  }
}
