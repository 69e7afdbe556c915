import { setTimeout as delay } from 'node:timers/promises'
import { readBoundedBytes } from '../../bounded-bytes.js'
import { REGISTRY_TIMEOUT_SECONDS } from '../../limits/keys.js'
import { MAX_SERVED_SET_BYTES, SERVED_SET_SPACING_SECONDS } from '../../limits/registries.js'
import { withDeadline } from '../deadline.js'
import { type RegistrationSet, readRegistrationSet } from './registration-set.js'

/** What a set is asked for with. */
export interface SetRequest {
  readonly redirect: 'error'
  readonly signal: AbortSignal
  readonly headers: Readonly<Record<string, string>>
}

/** The part of a fetch response that matters here; a WHATWG Response has it, and node-fetch's. */
export interface SetResponse {
  readonly status: number
  readonly redirected?: boolean
  readonly headers: { get(name: string): string | null }
  readonly body: AsyncIterable<unknown> | null
}

/** Fetches a set: the platform's fetch, node-fetch or a test double. Must not follow redirects. */
export type SetFetch = (url: string, request: SetRequest) => Promise<SetResponse>

interface Kept {
  readonly set: RegistrationSet
  readonly entityTag: string | null
}

const ACCEPT = 'application/jwk-set+json, application/json'
const MAX_ENTITY_TAG_CHARACTERS = 256

/**
 * The set that stands at one URL. Whoever asks gets it as it is from then on: all who ask while one fetch is under way share the next, which begins
 * SERVED_SET_SPACING_SECONDS after the one before at the earliest. The server is told which version we have.
 */
export class SetSource {
  readonly #url: string
  readonly #fetch: SetFetch
  #kept: Kept | undefined
  #next: Promise<RegistrationSet> | undefined
  #underWay: Promise<unknown> = Promise.resolve()
  /** Milliseconds of a clock that is never set. */
  #begunAt = Number.NEGATIVE_INFINITY

  constructor(url: string, fetch: SetFetch) {
    this.#url = url
    this.#fetch = fetch
  }

  get(): Promise<RegistrationSet> {
    this.#next ??= this.#fetchNext()
    const next = this.#next
    return withDeadline(REGISTRY_TIMEOUT_SECONDS, () => next)
  }

  async #fetchNext(): Promise<RegistrationSet> {
    await this.#underWay
    const pause = this.#begunAt + SERVED_SET_SPACING_SECONDS * 1000 - performance.now()
    if (pause > 0) await delay(pause)
    this.#begunAt = performance.now()
    this.#next = undefined
    const download = this.#download()
    this.#underWay = download.catch(() => undefined)
    this.#kept = await download
    return this.#kept.set
  }

  async #download(): Promise<Kept> {
    const abort = new AbortController()
    try {
      return await withDeadline(REGISTRY_TIMEOUT_SECONDS, () => this.#exchange(abort.signal))
    } finally {
      // Ends a response that was not read to its end, and a fetch that goes on.
      abort.abort()
    }
  }

  async #exchange(signal: AbortSignal): Promise<Kept> {
    const kept = this.#kept
    const condition = kept?.entityTag ? { 'if-none-match': kept.entityTag } : {}
    const response = await this.#fetch(this.#url, {
      redirect: 'error',
      signal,
      headers: { accept: ACCEPT, ...condition },
    })
    if (response.redirected) throw new Error('the set of registrations came from elsewhere')
    if (response.status === 304 && kept !== undefined) return kept
    if (response.status !== 200) throw new Error(`status ${response.status} instead of a set of registrations`)
    return { set: readRegistrationSet(await readBody(response)), entityTag: entityTagOf(response) }
  }
}

function readBody({ body }: SetResponse): Promise<Buffer> {
  return readBoundedBytes(body ?? [], { what: 'the set of registrations', maxBytes: MAX_SERVED_SET_BYTES })
}

function entityTagOf({ headers }: SetResponse): string | null {
  const entityTag = headers.get('etag')
  return entityTag !== null && entityTag.length <= MAX_ENTITY_TAG_CHARACTERS ? entityTag : null
}
