import type { IncomingMessage } from 'node:http'
import { CHANGE_PING_SECONDS, MAX_CHANGE_BACKLOG_BYTES } from '../../limits/registrars.js'
import type { RegistryChange } from '../../model/registry.js'
import type { Connection } from '../lasting-connection.js'
import { readChange } from './listed-entries.js'

const DATA = 'data: '
// So many pings that did not come.
const SILENCE_SECONDS = 3 * CHANGE_PING_SECONDS

/** A stream of server-sent events that tells what changes, until it ends or falls silent. */
export class ChangeStream implements Connection {
  readonly ended: Promise<void>
  readonly #response: IncomingMessage
  #hear: ((change: RegistryChange) => void) | undefined
  #rest = ''

  constructor(response: IncomingMessage) {
    this.#response = response
    this.ended = new Promise(resolve => response.once('close', resolve))
    const silence = setTimeout(() => response.destroy(), SILENCE_SECONDS * 1000).unref()
    response.setEncoding('utf8')
    response.on('error', () => undefined)
    response.once('close', () => clearTimeout(silence))
    response.on('data', (text: string) => {
      silence.refresh()
      this.#read(text)
    })
  }

  listen(hear: (change: RegistryChange) => void): void {
    this.#hear = hear
  }

  async close(): Promise<void> {
    this.#response.destroy()
  }

  #read(text: string): void {
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop() ?? ''
    if (this.#rest.length > MAX_CHANGE_BACKLOG_BYTES) this.#response.destroy()
    for (const line of lines) {
      const change = line.startsWith(DATA) ? readChange(line.slice(DATA.length)) : undefined
      if (change !== undefined) this.#hear?.(change)
    }
  }
}
