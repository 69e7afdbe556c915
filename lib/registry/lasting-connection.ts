import { MAX_RECONNECT_SECONDS, MIN_RECONNECT_SECONDS } from '../limits/registries.js'

/** A connection to an engine. */
export interface Connection {
  /** Resolves when it is over, for whatever reason. Never rejects. */
  readonly ended: Promise<void>
  close(): Promise<void>
}

/** Does what must be done with every new connection, before anybody else uses it: arming watches. */
export type Arming<C> = (connection: C) => Promise<void>

/**
 * A connection that is made at first use and made anew when it has ended: at the next use, or by itself for as long as it is kept. After a
 * failure there is a pause, which doubles up to a bound, and whoever asks meanwhile is told at once. Does not keep the process alive.
 */
export class LastingConnection<C extends Connection> {
  readonly #dial: () => Promise<C>
  #current: Promise<C> | undefined
  #arming: Arming<C> | undefined
  #timer: NodeJS.Timeout | undefined
  #failure: { readonly cause: unknown; readonly until: number } | undefined
  #pauseSeconds = MIN_RECONNECT_SECONDS
  #closed = false

  constructor(dial: () => Promise<C>) {
    this.#dial = dial
  }

  /** The connection that there is, or a new one. */
  async get(): Promise<C> {
    if (this.#closed) throw new Error('the registry was closed')
    if (this.#current === undefined && this.#failure !== undefined && performance.now() < this.#failure.until) {
      throw this.#failure.cause
    }
    return this.#attempt()
  }

  /**
   * From now on there is always a connection, or an attempt to make one, and each is armed first: this one at once, perhaps twice. Fails
   * where that fails, and then keeps nothing.
   */
  async keep(arming: Arming<C>): Promise<void> {
    const isThere = this.#current !== undefined
    this.#arming = arming
    try {
      const connection = await this.get()
      if (isThere) await arming(connection)
    } catch (error) {
      this.release()
      throw error
    }
  }

  /** Nobody needs a connection but who asks for it. */
  release(): void {
    this.#arming = undefined
    clearTimeout(this.#timer)
  }

  /** Ends the connection for good. */
  async close(): Promise<void> {
    this.#closed = true
    this.release()
    const connection = await this.#current?.catch(() => undefined)
    await connection?.close()
  }

  #attempt(): Promise<C> {
    this.#current ??= this.#connect()
    return this.#current
  }

  async #connect(): Promise<C> {
    try {
      const connection = await this.#dialArmed()
      this.#pauseSeconds = MIN_RECONNECT_SECONDS
      this.#failure = undefined
      connection.ended.then(() => this.#forget()).catch(() => undefined)
      return connection
    } catch (cause) {
      this.#current = undefined
      this.#failure = { cause, until: performance.now() + this.#pauseSeconds * 1000 }
      this.#retry(this.#pauseSeconds)
      this.#pauseSeconds = Math.min(2 * this.#pauseSeconds, MAX_RECONNECT_SECONDS)
      throw cause
    }
  }

  async #dialArmed(): Promise<C> {
    const connection = await this.#dial()
    try {
      if (this.#closed) throw new Error('the registry was closed')
      await this.#arming?.(connection)
      return connection
    } catch (error) {
      await connection.close()
      throw error
    }
  }

  #forget(): void {
    this.#current = undefined
    this.#retry(MIN_RECONNECT_SECONDS)
  }

  #retry(seconds: number): void {
    clearTimeout(this.#timer)
    if (this.#arming === undefined || this.#closed) return
    this.#timer = setTimeout(() => this.#attempt().catch(() => undefined), seconds * 1000).unref()
  }
}
