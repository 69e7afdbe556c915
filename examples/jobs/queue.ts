/** A queue, as far as this example takes one: messages are handled in turn, outside of the context of whoever sent them. */
import { AsyncResource } from 'node:async_hooks'

export class Queue<T> {
  readonly #handle: (message: T) => Promise<void>
  #last: Promise<void> = Promise.resolve()

  constructor(handle: (message: T) => Promise<void>) {
    // What a broker delivers comes from nobody's request.
    this.#handle = AsyncResource.bind(handle)
  }

  send(message: T): void {
    this.#last = this.#last.then(() => this.#handle(message)).catch((error: Error) => process.emitWarning(error))
  }

  /** When everything that was sent until now is handled. */
  async settled(): Promise<void> {
    await this.#last
  }
}
