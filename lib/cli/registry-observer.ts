import type { KeyRegistry, RegistryChange, RegistryEntry, RegistryWatch } from 'countersign'
import type { Inspection, Inspector } from 'countersign/registry/inspection'
import { reasonOf } from './reason.js'

/** What happened to a key. */
export interface RegistryNews {
  readonly change: 'published' | 'renewed' | 'revoked' | 'removed'
  /** As it is judged now; of one that was removed there is nothing to judge. */
  readonly key: Omit<Inspection, 'state'> & Partial<Pick<Inspection, 'state'>>
}

/** Who hears. */
export interface NewsListener {
  readonly tell: (news: RegistryNews) => void
  /** The registry cannot be read: why. */
  readonly complain: (reason: string) => void
}

const RETRY_MILLISECONDS = 1000

/** Makes news of hints: it reads what each speaks of, and tells what differs from what was there before. */
export class RegistryObserver {
  readonly #registry: KeyRegistry
  readonly #inspect: Inspector
  readonly #listener: NewsListener
  readonly #known = new Map<string, RegistryEntry>()
  /** Places to be read. */
  readonly #doubts = new Map<string, RegistryChange>()
  #watch: RegistryWatch | undefined
  #isReading = false
  #retry: NodeJS.Timeout | undefined
  #hasComplained = false

  constructor(registry: KeyRegistry, inspect: Inspector, listener: NewsListener) {
    this.#registry = registry
    this.#inspect = inspect
    this.#listener = listener
  }

  /**
   * Resolves to the number of keys that are there. Lists once more when it watches, so that nothing falls between; and before, since a
   * watch waits for an engine that is not there, and its user should know.
   */
  async begin(): Promise<number> {
    this.#isReading = true
    await this.#registry.list()
    this.#watch = await this.#registry.watch(change => this.#hear(change))
    for (const entry of await this.#registry.list()) this.#known.set(pathOf(entry), entry)
    const count = this.#known.size
    this.#isReading = false
    void this.#read()
    return count
  }

  end(): void {
    clearTimeout(this.#retry)
    this.#doubts.clear()
    this.#watch?.close().catch(() => undefined)
  }

  #hear(change: RegistryChange): void {
    this.#doubts.set(pathOf(change), change)
    void this.#read()
  }

  /** One after the other, until nothing is in doubt. What cannot be read stays in doubt. */
  async #read(): Promise<void> {
    if (this.#isReading || this.#retry !== undefined) return
    this.#isReading = true
    try {
      for (const [path, place] of this.#doubts) {
        this.#doubts.delete(path)
        await this.#compare(place).catch((error: unknown) => {
          this.#doubts.set(path, place)
          throw error
        })
        this.#hasComplained = false
      }
    } catch (error) {
      if (!this.#hasComplained) this.#listener.complain(reasonOf(error))
      this.#hasComplained = true
      this.#retry = setTimeout(() => {
        this.#retry = undefined
        void this.#read()
      }, RETRY_MILLISECONDS)
    } finally {
      this.#isReading = false
    }
  }

  async #compare(place: RegistryChange): Promise<void> {
    const { service, kid } = place
    const path = pathOf(place)
    const before = this.#known.get(path)
    const entry = await this.#registry.find(service, kid)
    const change = changeOf(before, entry)
    if (entry === undefined) this.#known.delete(path)
    else this.#known.set(path, entry)
    if (change === undefined) return
    const key = await this.#inspect(entry ?? { service, kid, revoked: false })
    this.#listener.tell({ change, key: entry === undefined ? { service, kid, inspectedAt: key.inspectedAt } : key })
  }
}

function changeOf(
  before: RegistryEntry | undefined,
  after: RegistryEntry | undefined,
): RegistryNews['change'] | undefined {
  if (after === undefined) return before === undefined ? undefined : 'removed'
  if (after.revoked) return before?.revoked ? undefined : 'revoked'
  if (before === undefined) return 'published'
  return before.registration === after.registration && !before.revoked ? undefined : 'renewed'
}

/** No name has a slash. */
function pathOf({ service, kid }: RegistryChange): string {
  return `${service}/${kid}`
}
