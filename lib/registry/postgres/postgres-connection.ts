import { connect, type Socket } from 'node:net'
import type postgres from 'postgres'
import type { Sql } from 'postgres'
import { REGISTRY_TIMEOUT_SECONDS } from '../../limits/keys.js'
import { MAX_REGISTRY_QUESTIONS } from '../../limits/registries.js'
import type { Connection } from '../lasting-connection.js'
import { importPeer } from '../optional-peer.js'
import { Questions } from '../questions.js'
import type { PostgresTarget } from './postgres-options.js'

const CLOSING_SECONDS = 1

/** Hears the payloads of notifications, which may come from anybody. */
export type NotificationListener = (payload: string) => void

/**
 * One connection to a PostgreSQL server, for questions and notifications. The driver's own pool would make connections anew that do
 * not listen, so it is given one socket, and no other. Keeps the process alive only while somebody waits for an answer.
 */
export class PostgresConnection implements Connection {
  readonly ended: Promise<void>
  readonly #sql: Sql
  readonly #questions: Questions
  #socket: Socket | undefined
  #end: () => void = () => undefined

  private constructor(driver: typeof postgres, target: PostgresTarget, onNotification: NotificationListener) {
    this.ended = new Promise(resolve => {
      this.#end = resolve
    })
    const { host, port, user, password, database, tls } = target
    const options = {
      host,
      port,
      user,
      // Anything else that is empty the driver would replace from the environment.
      password: () => password ?? '',
      database,
      // The driver names no host that is an address: its certificate would have to be that of `localhost`.
      ssl: tls === undefined ? false : { host, ...tls },
      max: 1,
      max_pipeline: MAX_REGISTRY_QUESTIONS,
      connect_timeout: REGISTRY_TIMEOUT_SECONDS,
      idle_timeout: 0,
      max_lifetime: null,
      fetch_types: false,
      prepare: true,
      debug: false,
      connection: { application_name: 'countersign' },
      socket: () => this.#connect(host, port),
      // By default it prints them.
      onnotice: () => undefined,
      onnotify: (_channel: string, payload: string) => onNotification(payload),
      onclose: () => this.#hangUp(),
    }
    this.#sql = driver(options)
    this.#questions = new Questions({
      ref: () => this.#socket?.ref(),
      unref: () => this.#socket?.unref(),
      isAnswer: error => error instanceof driver.PostgresError,
      hangUp: () => this.#hangUp(),
    })
  }

  /** Connects and proves who we are. */
  static async open(target: PostgresTarget, onNotification: NotificationListener): Promise<PostgresConnection> {
    const { default: driver } = await importPeer('postgres', () => import('postgres'))
    const connection = new PostgresConnection(driver, target, onNotification)
    try {
      // Where others may create functions, those are not found.
      await connection.ask(sql => sql`set search_path to pg_catalog, pg_temp`)
      return connection
    } catch (error) {
      connection.#hangUp()
      throw error
    }
  }

  /** Asks, and waits for the answer. A server that does not answer in time is left. */
  ask<T>(question: (sql: Sql) => Promise<T>): Promise<T> {
    return this.#questions.ask(() => question(this.#sql))
  }

  /** Says farewell to the server, if it listens. */
  async close(): Promise<void> {
    await this.#sql.end({ timeout: CLOSING_SECONDS })
    this.#hangUp()
  }

  /** The driver takes the host for the name in a certificate. */
  #connect(host: string, port: number): Socket {
    if (this.#socket !== undefined) throw new Error('the connection to postgres has ended')
    this.#socket = Object.assign(connect({ host, port, noDelay: true }), { host, port })
    return this.#socket
  }

  #hangUp(): void {
    this.#socket?.destroy()
    this.#sql.end({ timeout: 0 }).then(this.#end, this.#end)
  }
}
