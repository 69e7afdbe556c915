import { LRUCache } from 'lru-cache'
import { MAX_KEPT_LISTINGS, REGISTRAR_LISTING_SECONDS, REGISTRAR_PAGE_ENTRIES } from '../limits/registrars.js'
import type { KeyRegistry, RegistryEntry } from '../model/registry.js'
import { pathOf } from '../registry/place.js'

/** A part of a listing, and where the next begins. */
export interface ListingPage {
  readonly entries: readonly RegistryEntry[]
  /** The path of the last entry, where there are more. */
  readonly next?: string
}

interface Kept {
  readonly entries: readonly RegistryEntry[]
  readonly until: number
}

/**
 * Gives out what an engine lists page by page. The first page is of this moment; the pages after it are of the same listing, for a few
 * seconds, so that who reads all of them has the engine asked once.
 */
export class Listings {
  readonly #list: (service: string | undefined) => Promise<readonly RegistryEntry[]>
  readonly #kept = new LRUCache<string, Kept>({ max: MAX_KEPT_LISTINGS })
  readonly #running = new Map<string, Promise<unknown>>()
  readonly #waiting = new Map<string, Promise<readonly RegistryEntry[]>>()

  constructor(list: KeyRegistry['list']) {
    this.#list = list
  }

  /** The page behind a path, or the first one. */
  async page(service: string | undefined, after: string | undefined): Promise<ListingPage> {
    const all = await this.#read(service ?? '', after !== undefined)
    const from = after === undefined ? 0 : all.findIndex(entry => pathOfEntry(entry) > after)
    const entries = from < 0 ? [] : all.slice(from, from + REGISTRAR_PAGE_ENTRIES)
    const last = entries.at(-1)
    const isLast = from < 0 || from + REGISTRAR_PAGE_ENTRIES >= all.length
    return isLast || last === undefined ? { entries } : { entries, next: pathOfEntry(last) }
  }

  async #read(service: string, continues: boolean): Promise<readonly RegistryEntry[]> {
    const kept = continues ? this.#kept.get(service) : undefined
    if (kept !== undefined && performance.now() < kept.until) return kept.entries
    const entries = await this.#listInTurn(service)
    if (entries.length > REGISTRAR_PAGE_ENTRIES) {
      this.#kept.set(service, { entries, until: performance.now() + REGISTRAR_LISTING_SECONDS * 1000 })
    }
    return entries
  }

  /** One listing at a time. Who comes while the next has not begun shares it: it is of a moment after he asked. */
  #listInTurn(service: string): Promise<readonly RegistryEntry[]> {
    const shared = this.#waiting.get(service)
    if (shared !== undefined) return shared
    const turn = this.#listAfter(this.#running.get(service), service)
    this.#waiting.set(service, turn)
    return turn
  }

  async #listAfter(before: Promise<unknown> | undefined, service: string): Promise<readonly RegistryEntry[]> {
    await before?.catch(() => undefined)
    this.#waiting.delete(service)
    const running = this.#listSorted(service)
    this.#running.set(service, running)
    return await running.finally(() => this.#running.delete(service))
  }

  async #listSorted(service: string): Promise<readonly RegistryEntry[]> {
    const listed = await this.#list(service === '' ? undefined : service)
    return [...listed].sort((one, other) => (pathOfEntry(one) < pathOfEntry(other) ? -1 : 1))
  }
}

function pathOfEntry({ service, kid }: RegistryEntry): string {
  return pathOf(service, kid)
}
