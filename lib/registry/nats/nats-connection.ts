import type { NatsConnection as Client, ConnectionOptions } from '@nats-io/transport-node'
import { REGISTRY_TIMEOUT_SECONDS } from '../../limits/keys.js'
import { NATS_PING_SECONDS } from '../../limits/registries.js'
import type { Connection } from '../lasting-connection.js'
import { importPeer } from '../optional-peer.js'
import { Questions } from '../questions.js'
import type { NatsTarget } from './nats-options.js'

const MAX_QUOTED_CHARACTERS = 200
const UNPRINTABLE = /[^\x20-\x7e]/g

/** JetStream refused a request: its own words, which quote nothing that we sent. */
export class NatsRefusal extends Error {
  constructor(
    /** JetStream's number for what is wrong. */
    readonly errorCode: number,
    description: string,
  ) {
    super(`nats refused: ${description.slice(0, MAX_QUOTED_CHARACTERS).replace(UNPRINTABLE, ' ')} (${errorCode})`)
  }
}

/** A message that the server sends by itself. */
export type SubjectListener = (subject: string, header: (name: string) => string | undefined) => void

/** What holds the process: a socket, or a timer. */
interface Holder {
  ref(): void
  unref(): void
}

/** Where the client has them. There is no door to them; were they elsewhere, the process would just live until we close. */
interface Innards {
  readonly protocol?: {
    readonly transport?: { readonly socket?: Holder }
    readonly heartbeats?: { readonly timer?: Holder }
  }
}

/**
 * A connection to a NATS server, which ends when it is lost: the client's own reconnecting would keep the process alive, and hold
 * back what was asked meanwhile. Keeps the process alive only while somebody waits for an answer.
 */
export class NatsConnection implements Connection {
  readonly ended: Promise<void>
  readonly #client: Client
  readonly #questions: Questions
  #isHeld = false
  #leave: () => void = () => undefined

  private constructor(client: Client) {
    this.#client = client
    this.#questions = new Questions({
      ref: () => this.#hold(true),
      unref: () => this.#hold(false),
      isAnswer: error => error instanceof NatsRefusal || (error instanceof Error && error.name === 'RequestError'),
      hangUp: () => this.close(),
    })
    const left = new Promise<void>(resolve => {
      this.#leave = resolve
    })
    this.ended = Promise.race([left, client.closed().then(() => undefined)])
    this.#keepHolding().catch(() => this.#leave())
  }

  /** Connects to one of the servers. One that does not answer in time is given up. */
  static async open({ servers, user, password, tls }: NatsTarget): Promise<NatsConnection> {
    const { connect } = await importPeer('@nats-io/transport-node', () => import('@nats-io/transport-node'))
    const options: ConnectionOptions = {
      servers: [...servers],
      name: 'countersign',
      reconnect: false,
      timeout: REGISTRY_TIMEOUT_SECONDS * 1000,
      pingInterval: NATS_PING_SECONDS * 1000,
      maxPingOut: 2,
    }
    if (user !== undefined && password !== undefined) Object.assign(options, { user, pass: password })
    if (tls !== undefined) options.tls = tls
    return new NatsConnection(await connect(options))
  }

  /** Asks, and waits for the answer, an object as JSON. A server that does not answer in time is left. */
  async ask(subject: string, body: string): Promise<object> {
    const timeout = REGISTRY_TIMEOUT_SECONDS * 1000
    const answer = await this.#questions.ask(() => this.#client.request(subject, body, { timeout }))
    return readAnswer(answer.string())
  }

  /** Hears what is sent below a subject, from now on. */
  async listen(subject: string, listener: SubjectListener): Promise<void> {
    this.#client.subscribe(`${subject}.>`, {
      callback: (error, message) => {
        if (error === null) listener(message.subject, name => message.headers?.get(name))
        else this.#leave()
      },
    })
    await this.#questions.ask(() => this.#client.flush())
  }

  async close(): Promise<void> {
    this.#leave()
    // The client would first send what it still has, to a server that may not take it.
    this.#client.close().catch(() => undefined)
  }

  /** Holds the process, or lets it go. */
  #hold(isHeld: boolean): void {
    this.#isHeld = isHeld
    const { protocol } = this.#client as unknown as Innards
    if (isHeld) protocol?.transport?.socket?.ref()
    else protocol?.transport?.socket?.unref()
    protocol?.heartbeats?.timer?.unref()
  }

  /** Each time that the client asks whether the server hears, it has a new timer. */
  async #keepHolding(): Promise<void> {
    this.#hold(this.#isHeld)
    for await (const _ of this.#client.status()) this.#hold(this.#isHeld)
  }
}

/** What JetStream answers. */
function readAnswer(text: string): object {
  const answer: unknown = JSON.parse(text)
  if (typeof answer !== 'object' || answer === null) throw new Error('nats answered no object')
  if (!('error' in answer)) return answer
  const { err_code: code, description } = Object(answer.error) as { err_code?: unknown; description?: unknown }
  throw new NatsRefusal(Number(code), String(description))
}
