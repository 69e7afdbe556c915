import type { ServerResponse } from 'node:http'
import { RateExceeded } from '../errors.js'
import {
  CHANGE_PING_SECONDS,
  MAX_CHANGE_BACKLOG_BYTES,
  MAX_CHANGE_STREAMS,
  MAX_CHANGE_STREAMS_PER_ADDRESS,
} from '../limits/registrars.js'
import type { RegistryChange } from '../model/registry.js'

/** Those who hear of changes, each by a stream of server-sent events. Whoever does not read is cut off, and has to look at everything again. */
export class ChangeStreams {
  readonly #callers = new Map<ServerResponse, string>()
  readonly #timer = setInterval(() => this.#write(': still here\n\n'), CHANGE_PING_SECONDS * 1000).unref()

  /** Begins a stream. Throws ERR_RATE_EXCEEDED where there are too many. */
  begin(response: ServerResponse, caller: string): void {
    // Behind another answer on its connection it would have no socket, and nobody would be told that it closed.
    if (response.socket === null) throw new RateExceeded('a stream of changes needs a connection of its own')
    const ofCaller = [...this.#callers.values()].filter(name => name === caller).length
    if (this.#callers.size >= MAX_CHANGE_STREAMS || ofCaller >= MAX_CHANGE_STREAMS_PER_ADDRESS) {
      throw new RateExceeded('too many streams of changes')
    }
    this.#callers.set(response, caller)
    response.once('close', () => this.#callers.delete(response))
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      // A proxy that collects answers would tell of a revocation when it likes.
      'x-accel-buffering': 'no',
    })
    response.write(': from here on\n\n')
  }

  tell({ service, kid }: RegistryChange): void {
    this.#write(`data: ${JSON.stringify({ service, kid })}\n\n`)
  }

  close(): void {
    clearInterval(this.#timer)
    for (const response of this.#callers.keys()) response.end()
    // A change that is told after this must not be written behind the end.
    this.#callers.clear()
  }

  #write(text: string): void {
    for (const response of this.#callers.keys()) {
      if (response.writableLength > MAX_CHANGE_BACKLOG_BYTES) response.destroy()
      else response.write(text)
    }
  }
}
