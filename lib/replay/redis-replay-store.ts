import { createHash } from 'node:crypto'
import { OptionError, ReplayStoreFull, ReplayStoreUnavailable, ReplayStoreYoung } from '../errors.js'
import { SKEW_SECONDS } from '../limits/chains.js'
import { MAX_REPLAY_QUESTIONS, MAX_REPLAY_TIMEOUT_SECONDS, REPLAY_TIMEOUT_SECONDS } from '../limits/requests.js'
import { checkInteger, checkOptions } from '../options.js'
import { REPLAY_SCRIPT, type ScriptAnswer } from './redis-script.js'
import type { ReplayEntry, ReplayStore } from './replay-store.js'

/** What the store needs of a client: EVAL, as the package `redis` has it. Another client is adapted in a line (docs/replay.md). */
export interface RedisScripting {
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>
}

/** How a Redis replay store is set up. */
export interface RedisReplayStoreOptions {
  /** Connected, and kept connected, by its owner. */
  readonly client: RedisScripting
  /** What its keys begin with. The braces keep them on one node of a cluster. */
  readonly prefix?: string | undefined
  /** By how much clocks may differ: the services' own limit, 0 to 60, default 5. */
  readonly skewSeconds?: number | undefined
  /** How long an answer may take: above 0, at most 60, default 2. */
  readonly timeoutSeconds?: number | undefined
}

const OPTIONS = ['client', 'prefix', 'skewSeconds', 'timeoutSeconds'] as const
const PREFIX = 'countersign:{replay}:'
const SKEW = { least: 0, most: 60, otherwise: SKEW_SECONDS }
const DIGEST_BYTES = 16

/**
 * A replay store that the instances of a service share. What Redis may have forgotten (a restart, a flush, a failover,
 * an eviction) is refused, not accepted again (ERR_REPLAY_STORE_YOUNG); so is everything while Redis is out of memory
 * (ERR_REPLAY_STORE_FULL), hangs or is gone (ERR_REPLAY_STORE_UNAVAILABLE). Redis 5 or later; docs/replay.md says how to set it up.
 */
export class RedisReplayStore implements ReplayStore {
  readonly #client: RedisScripting
  readonly #prefix: string
  readonly #skewMilliseconds: number
  readonly #timeoutSeconds: number
  #waiting = 0

  constructor(options: RedisReplayStoreOptions) {
    const { client, prefix = PREFIX, skewSeconds, timeoutSeconds } = checkOptions('RedisReplayStore', options, OPTIONS)
    if (typeof client?.eval !== 'function') {
      throw new OptionError('RedisReplayStore: `client` must have a method `eval`')
    }
    if (typeof prefix !== 'string' || prefix === '') {
      throw new OptionError('RedisReplayStore: `prefix` must be a text that is not empty')
    }
    this.#client = client
    this.#prefix = prefix
    this.#skewMilliseconds = checkInteger('RedisReplayStore: `skewSeconds`', skewSeconds, SKEW) * 1000
    this.#timeoutSeconds = checkTimeout(timeoutSeconds)
  }

  /**
   * Asks Redis once, at start: whether it answers, remembers and evicts nothing. A new store refuses for `skewSeconds`; they begin
   * here, and not with the first call. Throws what `remember` throws.
   */
  async prepare(): Promise<void> {
    this.#judge(await this.#ask([this.#birthKey], []))
  }

  /** All times are compared with the clock of Redis, at the moment of asking: the receiver's `now` may be older. */
  async remember(entry: ReplayEntry): Promise<'new' | 'seen'> {
    const keys = [this.#birthKey, this.#prefix + digestOf(entry)]
    const times = [entry.issuedAt * 1000, entry.until * 1000, this.#skewMilliseconds]
    const verdict = this.#judge(await this.#ask(keys, times.map(String)))
    if (verdict === 'ready') throw new ReplayStoreUnavailable('redis gave an answer to another question')
    return verdict
  }

  get #birthKey(): string {
    return `${this.#prefix}birth`
  }

  async #ask(keys: string[], values: string[]): Promise<unknown> {
    if (this.#waiting >= MAX_REPLAY_QUESTIONS) throw new ReplayStoreUnavailable('too many questions wait for redis')
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      const error = new Error(`no answer within ${this.#timeoutSeconds} s`)
      timer = setTimeout(() => reject(error), this.#timeoutSeconds * 1000)
    })
    try {
      return await Promise.race([this.#evaluate(keys, values), late])
    } catch (cause) {
      if (isOutOfMemory(cause)) throw new ReplayStoreFull('redis is out of memory', { cause })
      throw new ReplayStoreUnavailable('redis cannot answer', { cause })
    } finally {
      clearTimeout(timer)
    }
  }

  /** Waits until the client has done with the question, however late. */
  async #evaluate(keys: string[], values: string[]): Promise<unknown> {
    this.#waiting += 1
    try {
      return await this.#client.eval(REPLAY_SCRIPT, { keys, arguments: values })
    } finally {
      this.#waiting -= 1
    }
  }

  #judge(reply: unknown): 'new' | 'seen' | 'ready' {
    const answer = String(reply) as ScriptAnswer
    switch (answer) {
      case 'new':
      case 'seen':
      case 'ready':
        return answer
      case 'young':
        throw new ReplayStoreYoung('the presentation is older than the memory of redis: wrap anew')
      case 'ahead':
        throw new ReplayStoreUnavailable('the presentation was issued after the present of redis: compare clocks')
      case 'evicting':
        throw new ReplayStoreUnavailable('redis may evict: set `maxmemory-policy noeviction`')
      case 'replica':
        throw new ReplayStoreUnavailable('redis is a replica: ask the primary')
      default:
        throw new ReplayStoreUnavailable('redis gave no answer that is known')
    }
  }
}

function checkTimeout(seconds: number = REPLAY_TIMEOUT_SECONDS): number {
  if (typeof seconds === 'number' && seconds > 0 && seconds <= MAX_REPLAY_TIMEOUT_SECONDS) return seconds
  throw new OptionError(
    `RedisReplayStore: \`timeoutSeconds\` must be above 0 and at most ${MAX_REPLAY_TIMEOUT_SECONDS}`,
  )
}

/** Redis 7 begins its message with the code, older ones quote it from inside the script. */
function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && /\bOOM\b/.test(error.message)
}

/** 128 bits, unlike what anybody chooses: no text of a token gets into Redis. */
function digestOf({ kid, jti }: ReplayEntry): string {
  const digest = createHash('sha256').update(`${kid} ${jti}`).digest()
  return digest.toString('base64url', 0, DIGEST_BYTES)
}
