import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { DECISION_CHANNEL } from '../../lib/index.js'

/** Hears whatever this process says while a parser works: standard error, the channel of decisions, process warnings. */
export class Witness {
  readonly #write = process.stderr.write
  #heard: unknown[] = []

  constructor() {
    process.stderr.write = (chunk: string | Uint8Array) => {
      this.#heard.push(String(chunk))
      return true
    }
    subscribe(DECISION_CHANNEL, this.#hear)
    process.on('warning', this.#hear)
  }

  /** What was heard since the last time. */
  takeHeard(): readonly unknown[] {
    const heard = this.#heard
    this.#heard = []
    return heard
  }

  close(): void {
    process.stderr.write = this.#write
    unsubscribe(DECISION_CHANNEL, this.#hear)
    process.off('warning', this.#hear)
  }

  readonly #hear = (message: unknown): void => {
    this.#heard.push(message)
  }
}
