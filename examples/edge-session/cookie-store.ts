/** What a server keeps for a browser: the cookie holds a random name of it, and nothing else. */
import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Response } from 'express'

export interface CookieStoreOptions {
  readonly name: string
  readonly seconds: number
  /** Whether the browser must keep the cookie from connections that are not encrypted: wherever there are encrypted ones. */
  readonly secure: boolean
}

interface Kept<T> {
  readonly value: T
  readonly until: number
}

const MOST_ENTRIES = 10_000

export class CookieStore<T> {
  readonly #name: string
  readonly #options: CookieStoreOptions
  readonly #kept = new Map<string, Kept<T>>()

  constructor(options: CookieStoreOptions) {
    // The prefix has the browser refuse it from a neighbour in the same domain.
    this.#name = options.secure ? `__Host-${options.name}` : options.name
    this.#options = options
  }

  /** In place of what was there, and always under a new name, so that nobody can plant one that he knows. The oldest makes room. */
  put(request: IncomingMessage, response: Response, value: T): void {
    this.#kept.delete(this.#idIn(request) ?? '')
    const [oldest] = this.#kept.keys()
    if (this.#kept.size >= MOST_ENTRIES && oldest !== undefined) this.#kept.delete(oldest)
    const id = randomBytes(32).toString('base64url')
    this.#kept.set(id, { value, until: Date.now() + this.#options.seconds * 1000 })
    response.cookie(this.#name, id, this.#attributes)
  }

  find(request: IncomingMessage): T | undefined {
    const id = this.#idIn(request)
    const kept = id === undefined ? undefined : this.#kept.get(id)
    return kept === undefined || kept.until < Date.now() ? undefined : kept.value
  }

  /** What was there. It is gone, here and in the browser. */
  take(request: IncomingMessage, response: Response): T | undefined {
    const value = this.find(request)
    this.#kept.delete(this.#idIn(request) ?? '')
    response.clearCookie(this.#name, this.#attributes)
    return value
  }

  get #attributes() {
    return { httpOnly: true, sameSite: 'lax', secure: this.#options.secure, path: '/' } as const
  }

  #idIn({ headers }: IncomingMessage): string | undefined {
    const pairs = (headers.cookie ?? '').split(/; */).map(pair => pair.split('='))
    return pairs.find(([name]) => name === this.#name)?.[1]
  }
}
