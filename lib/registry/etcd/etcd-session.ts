import { KEY_RETRY_SECONDS, REGISTRY_TIMEOUT_SECONDS } from '../../limits/keys.js'
import { MAX_REGISTRY_QUESTIONS } from '../../limits/registries.js'
import type { JsonObject } from '../../model/json.js'
import { withDeadline } from '../deadline.js'
import { type Attempt, EtcdCluster } from './etcd-cluster.js'
import { EtcdError } from './etcd-error.js'
import type { EtcdAccount, EtcdTarget } from './etcd-options.js'
import { type EtcdFetch, exchange, exchangeStream, type Question } from './gateway-exchange.js'
import { unreferencedFetch } from './unreferenced-fetch.js'

// It becomes part of a header.
const TOKEN = /^[\x21-\x7e]{1,4096}$/

/** Answers that come one after the other. */
export interface Stream {
  readonly first: JsonObject
  /** Those that follow. */
  readonly answers: AsyncGenerator<JsonObject>
  /** Ends it. */
  readonly abort: () => void
}

/**
 * Questions to a cluster, as one user. A token is got where one is needed, once for all who wait for it, and again when the cluster
 * no longer knows it: it expires, and vanishes with its server.
 */
export class EtcdSession {
  readonly #cluster: EtcdCluster
  readonly #account: EtcdAccount | undefined
  readonly #fetch: EtcdFetch
  readonly #streamFetch: EtcdFetch
  #login: Promise<string | undefined> | undefined
  #waiting = 0

  constructor({ endpoints, account, fetch }: EtcdTarget) {
    this.#cluster = new EtcdCluster(endpoints)
    this.#account = account
    this.#fetch = fetch ?? globalThis.fetch
    this.#streamFetch = fetch ?? unreferencedFetch
  }

  /** The answer, within REGISTRY_TIMEOUT_SECONDS. EtcdError where the server says why there is none. */
  async ask(path: string, content: JsonObject): Promise<JsonObject> {
    const question = { path, content }
    return await this.#askAsUser(
      token =>
        (endpoint, { signal }) =>
          exchange(question, { fetch: this.#fetch, endpoint, token, signal }),
    )
  }

  /** A stream that has begun: its first answer came within REGISTRY_TIMEOUT_SECONDS, and was found good. */
  async open(path: string, content: JsonObject, check: (first: JsonObject) => void): Promise<Stream> {
    const question = { path, content }
    return await this.#askAsUser(token => async (endpoint, abort) => {
      const sending = { fetch: this.#streamFetch, endpoint, token, signal: abort.signal }
      const answers = exchangeStream(question, sending)
      const { value: first } = await answers.next()
      if (first === undefined) throw new EtcdError('a stream that ended before it began')
      check(first)
      return { first, answers, abort: () => abort.abort() }
    })
  }

  /** What came over a stream says that the token, or the member, is good no longer. */
  giveUp(error: unknown): void {
    if (error instanceof EtcdError && error.isStaleToken) this.#login = undefined
    else this.#cluster.turn()
  }

  async #askAsUser<T>(attempt: (token: string | undefined) => Attempt<T>): Promise<T> {
    if (this.#waiting >= MAX_REGISTRY_QUESTIONS) throw new Error('too many questions wait for etcd')
    this.#waiting += 1
    try {
      return await withDeadline(REGISTRY_TIMEOUT_SECONDS, () => this.#askTwice(attempt))
    } finally {
      this.#waiting -= 1
    }
  }

  async #askTwice<T>(attempt: (token: string | undefined) => Attempt<T>): Promise<T> {
    const login = this.#logIn()
    try {
      return await this.#cluster.ask(attempt(await login))
    } catch (error) {
      if (this.#account === undefined || !(error instanceof EtcdError) || !error.isStaleToken) throw error
      if (this.#login === login) this.#login = undefined
      return await this.#cluster.ask(attempt(await this.#logIn()))
    }
  }

  #logIn(): Promise<string | undefined> {
    this.#login ??= this.#authenticate()
    return this.#login
  }

  /** A log-in costs the server much, so that one which it refused is remembered for a moment. */
  async #authenticate(): Promise<string | undefined> {
    if (this.#account === undefined) return undefined
    const { name, password } = this.#account
    const question: Question = { path: '/v3/auth/authenticate', content: { name, password } }
    try {
      const { token } = await this.#cluster.ask((endpoint, { signal }) =>
        exchange(question, { fetch: this.#fetch, endpoint, token: undefined, signal }),
      )
      if (typeof token === 'string' && TOKEN.test(token)) return token
      throw new EtcdError('a log-in without a token')
    } catch (error) {
      const login = this.#login
      const isRefused = error instanceof EtcdError && !error.isPassing
      setTimeout(
        () => {
          if (this.#login === login) this.#login = undefined
        },
        isRefused ? KEY_RETRY_SECONDS * 1000 : 0,
      ).unref()
      throw error
    }
  }
}
