import { REGISTRY_TIMEOUT_SECONDS } from '../limits/keys.js'
import { MAX_REGISTRY_QUESTIONS } from '../limits/registries.js'
import { withDeadline } from './deadline.js'

/** What questions are asked over. */
export interface Line {
  /** Keeps the process alive, until `unref`. */
  ref(): void
  unref(): void
  /** Whether an error is the server's own answer: then the line is fine. */
  isAnswer(error: unknown): boolean
  /** Ends it at once, and whatever waits on it. */
  hangUp(): void
}

/**
 * The questions that are under way on one line: each with a deadline, all of them bounded. A line that does not answer in time may
 * never answer again: it is given up, so that the next question gets a new one. Only while one waits is the process kept alive.
 */
export class Questions {
  readonly #line: Line
  #waiting = 0

  constructor(line: Line) {
    this.#line = line
  }

  async ask<T>(question: () => Promise<T>): Promise<T> {
    if (this.#waiting >= MAX_REGISTRY_QUESTIONS) throw new Error('too many questions wait for the engine')
    this.#waiting += 1
    this.#line.ref()
    try {
      return await withDeadline(REGISTRY_TIMEOUT_SECONDS, question)
    } catch (error) {
      if (!this.#line.isAnswer(error)) this.#line.hangUp()
      throw error
    } finally {
      this.#waiting -= 1
      if (this.#waiting === 0) this.#line.unref()
    }
  }
}
