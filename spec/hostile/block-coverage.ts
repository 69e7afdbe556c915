import { Session } from 'node:inspector'

interface Range {
  readonly startOffset: number
  readonly endOffset: number
  readonly count: number
}

interface Script {
  readonly url: string
  readonly functions: readonly { readonly ranges: readonly Range[] }[]
}

/** The characters of one source file that ran. */
interface Ran {
  readonly url: string
  readonly characters: Uint8Array
}

/** The characters of each source file that were reached, by the file's URL. */
export type Reached = ReadonlyMap<string, Uint8Array>

const LIB = new URL('../../lib/', import.meta.url).href

/**
 * What V8 counts of the library's blocks as they run. Only files that are loaded after the start are counted block by block,
 * and there is one count for the process: not beside another tool that reads it.
 */
export class BlockCoverage {
  readonly #session = new Session()
  readonly #boundaries = new Map<string, Set<number>>()
  #reached = new Map<string, Uint8Array>()
  #seen: readonly Ran[] = []

  /** Counts in files under a URL: the library, if absent. */
  constructor(private readonly under: string = LIB) {
    this.#session.connect()
    this.#session.post('Profiler.enable')
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  }

  /** Whether what ran since the last question reached a place for the first time. Learned only with the next such question. */
  seesNews(): boolean {
    for (const ran of this.#seen) this.#learn(ran)
    this.#seen = this.#take()
    return this.#seen.some(ran => this.#isNews(ran))
  }

  /** The same, learned at once. */
  learnsNews(): boolean {
    const all = this.#take()
    const isNews = all.some(ran => this.#isNews(ran))
    for (const ran of all) this.#learn(ran)
    return isNews
  }

  /** What was reached since the start or the last time this was called; begins anew. */
  startOver(): Reached {
    this.seesNews()
    this.seesNews()
    const reached = this.#reached
    this.#reached = new Map()
    return reached
  }

  /** Blocks among what was reached. A block ends where V8 ever saw one end, so counts compare once all is run. */
  countBlocks(reached: Reached): number {
    let blocks = 0
    for (const [url, characters] of reached) {
      const boundaries = [...(this.#boundaries.get(url) ?? [])]
      blocks += boundaries.filter(at => characters[at] === 1).length
    }
    return blocks
  }

  stop(): void {
    this.#session.disconnect()
  }

  /** What ran since the last time. */
  #take(): readonly Ran[] {
    let ran: readonly Ran[] = []
    this.#session.post('Profiler.takePreciseCoverage', (_error, { result }) => {
      ran = result.filter(({ url }) => url.startsWith(this.under)).map(script => this.#readScript(script))
    })
    return ran
  }

  #readScript({ url, functions }: Script): Ran {
    const boundaries = this.#boundariesOf(url)
    const ranges = functions.flatMap(each => each.ranges)
    const characters = new Uint8Array(Math.max(0, ...ranges.map(({ endOffset }) => endOffset)))
    // What is inside stands behind what is around it, and has the last word.
    for (const { startOffset, endOffset, count } of ranges) {
      boundaries.add(startOffset).add(endOffset)
      characters.fill(count > 0 ? 1 : 0, startOffset, endOffset)
    }
    return { url, characters }
  }

  #isNews({ url, characters }: Ran): boolean {
    const reached = this.#reachedOf(url, characters.length)
    return characters.some((did, at) => did === 1 && reached[at] !== 1)
  }

  #learn({ url, characters }: Ran): void {
    const reached = this.#reachedOf(url, characters.length)
    for (const [at, did] of characters.entries()) if (did === 1) reached[at] = 1
  }

  #boundariesOf(url: string): Set<number> {
    const known = this.#boundaries.get(url) ?? new Set()
    this.#boundaries.set(url, known)
    return known
  }

  #reachedOf(url: string, length: number): Uint8Array {
    const known = this.#reached.get(url) ?? new Uint8Array()
    if (known.length >= length) return known
    const longer = new Uint8Array(length)
    longer.set(known)
    this.#reached.set(url, longer)
    return longer
  }
}
