import { REGISTRY_LISTING_SECONDS } from '../limits/registries.js'
import { isServiceName } from '../model/names.js'
import type { RegistryWatch } from '../model/registry.js'
import { ArmedWatch } from './armed-watch.js'
import type { Connection, LastingConnection } from './lasting-connection.js'
import type { ChangeListener } from './listeners.js'
import { isKid, type Place } from './place.js'

/** What a registry holds: for every place, by its path, a stamp that differs whenever the place was written between two looks. */
export type Listing = ReadonlyMap<string, string>

/** How an engine is watched over one connection. */
export interface ListedEngine<C> {
  /** Begins to hear of changes. Repeated on the same connection it changes nothing. */
  listen(connection: C): Promise<void>
  list(connection: C): Promise<Listing>
}

/** The place of a path, if it is one. */
export function placeOf(path: string): Place | undefined {
  const [service, kid, ...rest] = path.split('/', 3)
  return isServiceName(service) && isKid(kid) && rest.length === 0 ? { service, kid } : undefined
}

/**
 * Watches an engine whose notifications may be lost. They are passed on as they come; and with every new connection, and every now and then,
 * what the engine holds is compared with what it held before. That also finds out whether a connection still lives.
 */
export class ListingWatch<C extends Connection> {
  readonly #engine: ListedEngine<C>
  readonly #watch: ArmedWatch<C>
  #listed: Listing | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(connection: LastingConnection<C>, engine: ListedEngine<C>) {
    this.#engine = engine
    this.#watch = new ArmedWatch(connection, armed => this.#arm(armed))
  }

  /** Adds a listener. Fails if there is no connection, or none that hears. */
  add(listener: ChangeListener): Promise<RegistryWatch> {
    return this.#watch.add(listener)
  }

  /** A notification, from whomever: a path, which may be anything. */
  hear(path: string): void {
    const place = placeOf(path)
    if (place !== undefined) this.#watch.tell(place)
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#watch.close()
  }

  /** Listens before it looks, so that nothing falls in between. */
  async #arm(connection: C): Promise<void> {
    await this.#engine.listen(connection)
    await this.#look(connection)
  }

  async #look(connection: C): Promise<void> {
    const before = this.#listed
    this.#listed = await this.#engine.list(connection)
    for (const path of before === undefined ? [] : changedPaths(before, this.#listed)) this.hear(path)
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#lookAgain(connection), REGISTRY_LISTING_SECONDS * 1000).unref()
  }

  /** A connection that cannot be asked is given up: the next one is armed anew. */
  async #lookAgain(connection: C): Promise<void> {
    if (this.#watch.isEmpty) return
    await this.#look(connection).catch(() => connection.close())
  }
}

function* changedPaths(before: Listing, after: Listing): Generator<string> {
  for (const [path, stamp] of after) {
    if (before.get(path) !== stamp) yield path
  }
  for (const path of before.keys()) {
    if (!after.has(path)) yield path
  }
}
