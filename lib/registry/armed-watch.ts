import type { RegistryChange, RegistryWatch } from '../model/registry.js'
import type { Arming, Connection, LastingConnection } from './lasting-connection.js'
import { type ChangeListener, Listeners } from './listeners.js'

/** Those who hear of an engine's changes: while there is one, there is a connection, or an attempt to make one, that is armed to hear of them. */
export class ArmedWatch<C extends Connection> {
  readonly #connection: LastingConnection<C>
  readonly #arm: Arming<C>
  readonly #listeners = new Listeners()
  #beginning: Promise<void> | undefined

  constructor(connection: LastingConnection<C>, arm: Arming<C>) {
    this.#connection = connection
    this.#arm = arm
  }

  /** Adds a listener. Fails if there is no connection, or none that can be armed. */
  async add(listener: ChangeListener): Promise<RegistryWatch> {
    const remove = this.#listeners.add(listener)
    try {
      await this.#begin()
    } catch (error) {
      remove()
      throw error
    }
    return {
      close: async () => {
        remove()
        if (this.#listeners.isEmpty) this.#end()
      },
    }
  }

  /** Whether anybody is to hear. */
  get isWanted(): boolean {
    return !this.#listeners.isEmpty
  }

  tell(change: RegistryChange): void {
    this.#listeners.tell(change)
  }

  get isEmpty(): boolean {
    return this.#listeners.isEmpty
  }

  close(): void {
    this.#listeners.clear()
    this.#end()
  }

  #begin(): Promise<void> {
    this.#beginning ??= this.#connection.keep(this.#arm).catch(error => {
      this.#end()
      throw error
    })
    return this.#beginning
  }

  #end(): void {
    this.#beginning = undefined
    this.#connection.release()
  }
}
