import { setTimeout as delay } from 'node:timers/promises'
import {
  ETCD_STREAM_SECONDS,
  MAX_RECONNECT_SECONDS,
  MAX_WATCHED_KEYS,
  MIN_RECONNECT_SECONDS,
} from '../../limits/registries.js'
import type { JsonObject, JsonValue } from '../../model/json.js'
import type { ChangeListener } from '../listeners.js'
import { EtcdError } from './etcd-error.js'
import { type EtcdKeys, type KeyValue, rangeOf, readKeyValue, revisionOf } from './etcd-keys.js'
import type { EtcdSession, Stream } from './etcd-session.js'
import { AnswerTooLarge, isObject } from './gateway-exchange.js'
import { readPages } from './key-pages.js'

/**
 * Tells what changes below a prefix, by a stream that goes on behind the last revision that was told wherever it broke off. Where etcd no
 * longer has the revisions in between, everything is looked at again. A stream may be dead without a sign of it: none is kept for long.
 */
export class EtcdWatch {
  /** Resolves when everything that changes from then on will be told: as soon as etcd answers. */
  readonly ready: Promise<void>
  readonly #session: EtcdSession
  readonly #keys: EtcdKeys
  readonly #tell: ChangeListener
  readonly #closing = new AbortController()
  /** Keys that were there: should one be gone when everything is looked at again, that has to be told. */
  readonly #known = new Set<string>()
  #isReady = false
  #mustLook = true
  /** Up to this revision everything was told. */
  #told = 0n
  #pauseSeconds = MIN_RECONNECT_SECONDS
  #settle: () => void = () => undefined

  constructor(session: EtcdSession, keys: EtcdKeys, tell: ChangeListener) {
    this.#session = session
    this.#keys = keys
    this.#tell = tell
    this.ready = new Promise(resolve => {
      this.#settle = resolve
    })
    this.#run().catch(() => this.close())
  }

  close(): void {
    this.#closing.abort()
    this.#settle()
  }

  async #run(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      try {
        if (this.#mustLook) await this.#lookAround()
        await this.#follow(await this.#open())
      } catch (error) {
        if (error instanceof AnswerTooLarge) this.#mustLook = true
        this.#session.giveUp(error)
        await this.#rest()
      }
    }
  }

  /** Keeps the process alive only while somebody waits for the beginning. */
  async #rest(): Promise<void> {
    const options = { ref: !this.#isReady, signal: this.#closing.signal }
    await delay(this.#pauseSeconds * 1000, undefined, options).catch(() => undefined)
    this.#pauseSeconds = Math.min(2 * this.#pauseSeconds, MAX_RECONNECT_SECONDS)
  }

  /** Looks at every key. Who was promised to be told hears of those that changed since, and of those that are gone. */
  async #lookAround(): Promise<void> {
    const gone = new Set(this.#known)
    const request = { keys: this.#keys, folder: this.#keys.folder(), withValues: false }
    let revision: bigint | undefined
    for await (const page of readPages(this.#session, request)) {
      // What changes while pages are read comes once more.
      revision ??= page.revision
      for (const { key, modRevision } of page.keyValues) {
        gone.delete(key)
        this.#remember(key)
        if (modRevision > this.#told) this.#tellOf(key)
      }
    }
    for (const key of gone) {
      this.#known.delete(key)
      this.#tellOf(key)
    }
    this.#told = revision ?? this.#told
    this.#mustLook = false
  }

  async #open(): Promise<Stream> {
    const range = rangeOf(this.#keys.folder())
    const create = { ...range, start_revision: String(this.#told + 1n), fragment: true }
    return await this.#session.open('/v3/watch', { create_request: create }, refuseCanceled)
  }

  /** Until it is due for another, it breaks off, or etcd no longer has what it should go on with. */
  async #follow({ first, answers, abort }: Stream): Promise<void> {
    let isDue = false
    const end = () => {
      isDue = true
      abort()
    }
    const timer = setTimeout(end, ETCD_STREAM_SECONDS * 1000).unref()
    this.#closing.signal.addEventListener('abort', end)
    try {
      this.#checkRevision(first)
      this.#pauseSeconds = MIN_RECONNECT_SECONDS
      for await (const answer of answers) this.#hear(answer)
      throw new EtcdError('a stream that ended')
    } catch (error) {
      if (!isDue && !this.#mustLook) throw error
    } finally {
      clearTimeout(timer)
      this.#closing.signal.removeEventListener('abort', end)
      abort()
    }
  }

  /** A store that was put back to an earlier state would stay silent until it is as far again. */
  #checkRevision(first: JsonObject): void {
    if (revisionOf(first) < this.#told) {
      this.#told = 0n
      this.#lookAgain()
    }
    this.#isReady = true
    this.#settle()
  }

  #lookAgain(): never {
    this.#mustLook = true
    throw new EtcdError('revisions that are gone')
  }

  #hear(answer: JsonObject): void {
    if (answer.compact_revision !== undefined) this.#lookAgain()
    refuseCanceled(answer)
    const { events = [], fragment } = answer
    if (!Array.isArray(events)) throw new EtcdError('an answer without a list of events')
    let latest = this.#told
    for (const event of events.map(readEvent)) {
      if (event.isDeletion) this.#known.delete(event.key)
      else this.#remember(event.key)
      this.#tellOf(event.key)
      if (event.modRevision > latest) latest = event.modRevision
    }
    // The rest of what it is a part of may have the same revision.
    if (fragment !== true) this.#told = latest
  }

  #remember(key: string): void {
    if (this.#known.size < MAX_WATCHED_KEYS && this.#keys.read(key) !== undefined) this.#known.add(key)
  }

  #tellOf(key: string): void {
    const place = this.#keys.read(key)
    if (place !== undefined && this.#isReady) this.#tell(place)
  }
}

/** A stream that is refused begins all the same, and then says why it ends. */
function refuseCanceled({ canceled, cancel_reason: reason }: JsonObject): void {
  if (canceled === true) throw new EtcdError(typeof reason === 'string' ? reason : 'the watch was canceled')
}

function readEvent(event: JsonValue): KeyValue & { readonly isDeletion: boolean } {
  if (!isObject(event)) throw new EtcdError('an event that is no object')
  return { ...readKeyValue(event.kv), isDeletion: event.type === 'DELETE' }
}
