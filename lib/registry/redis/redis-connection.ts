import { randomUUID } from 'node:crypto'
import { isIP } from 'node:net'
import type * as redis from 'redis'
import { REGISTRY_TIMEOUT_SECONDS } from '../../limits/keys.js'
import type { Connection } from '../lasting-connection.js'
import { importPeer } from '../optional-peer.js'
import { Questions } from '../questions.js'
import type { RedisTarget } from './redis-options.js'

/** A client as we make it: of the third version of the protocol, in which notifications and answers share a connection. */
export type Client = ReturnType<typeof makeClient>

/**
 * One connection to a Redis server, for questions and notifications. Keeps the process alive only while somebody waits for an answer.
 */
export class RedisConnection implements Connection {
  readonly ended: Promise<void>
  /** Unlike that of any other. */
  readonly name: string = randomUUID()
  readonly #driver: typeof redis
  readonly #client: Client
  readonly #questions: Questions
  /** What comes one after the other, since a connection has one transaction at a time. */
  #turn: Promise<unknown> = Promise.resolve()

  private constructor(driver: typeof redis, target: RedisTarget) {
    const client = makeClient(driver, target)
    this.#driver = driver
    this.#client = client
    this.ended = new Promise(resolve => {
      for (const event of ['terminated', 'end']) client.once(event, () => resolve())
    })
    this.#questions = new Questions({
      ref: () => client.ref(),
      unref: () => client.unref(),
      isAnswer: error => error instanceof driver.ErrorReply || this.isOvertaken(error),
      hangUp: () => client.destroy(),
    })
  }

  /** Connects and proves who we are. */
  static async open(target: RedisTarget): Promise<RedisConnection> {
    const driver = await importPeer('redis', () => import('redis'))
    const connection = new RedisConnection(driver, target)
    try {
      await connection.ask(client => client.connect())
      return connection
    } catch (error) {
      connection.#client.destroy()
      throw error
    }
  }

  /** Asks, and waits for the answer. A server that does not answer in time is left. */
  ask<T>(question: (client: Client) => Promise<T>): Promise<T> {
    return this.#questions.ask(() => question(this.#client))
  }

  /** The same, when all that were asked in turn before have been answered. */
  askInTurn<T>(question: (client: Client) => Promise<T>): Promise<T> {
    const turn = this.#turn.then(() => this.ask(question))
    this.#turn = turn.catch(() => undefined)
    return turn
  }

  /** Whether a transaction was dropped because somebody else wrote what it watched. */
  isOvertaken(error: unknown): boolean {
    return error instanceof this.#driver.WatchError
  }

  async close(): Promise<void> {
    this.#client.destroy()
  }
}

function makeClient(driver: typeof redis, { host, port, user, password, tls }: RedisTarget) {
  const client = driver.createClient({
    RESP: 3,
    ...(user === undefined ? {} : { username: user }),
    ...(password === undefined ? {} : { password }),
    socket: {
      host,
      port,
      connectTimeout: REGISTRY_TIMEOUT_SECONDS * 1000,
      reconnectStrategy: false,
      ...(tls === undefined ? {} : { ...(isIP(host) === 0 ? { servername: host } : {}), ...tls, tls: true }),
    },
    // What they send a service may not.
    disableClientInfo: true,
    maintNotifications: 'disabled',
  })
  // Without a listener an error would end the process; whoever asked hears of it.
  client.on('error', () => undefined)
  return client
}
