import type { IncomingMessage, ServerResponse } from 'node:http'
import { RateExceeded } from '../errors.js'
import { MAX_UNREAD_ANSWER_BYTES, REGISTRAR_ANSWER_SECONDS } from '../limits/registrars.js'

/** Answers that were given, and that nobody has read yet: so many bytes at most, each for a while at most. */
export class UnreadAnswers {
  readonly #maxBytes: number
  readonly #seconds: number
  #bytes = 0

  constructor({ maxBytes = MAX_UNREAD_ANSWER_BYTES, seconds = REGISTRAR_ANSWER_SECONDS } = {}) {
    this.#maxBytes = maxBytes
    this.#seconds = seconds
  }

  /** Refuses with ERR_RATE_EXCEEDED an answer for which there is no room. */
  check(bytes: number): void {
    if (this.#bytes + bytes > this.#maxBytes) throw new RateExceeded('too many answers that nobody has read')
  }

  /** Waits until an answer was read. One that was not is given up with its connection: behind another one it would never be told that it closed. */
  watch({ socket }: IncomingMessage, response: ServerResponse, bytes: number): void {
    if (response.writableFinished) return
    this.#bytes += bytes
    let isOver = false
    const over = () => {
      if (isOver) return
      isOver = true
      clearTimeout(timer)
      this.#bytes -= bytes
    }
    const giveUp = () => {
      over()
      socket.destroy()
    }
    const timer = setTimeout(giveUp, this.#seconds * 1000).unref()
    response.once('finish', over).once('close', over)
  }
}
