import { connect as connectSocket, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'
import { ZOOKEEPER_SESSION_SECONDS } from '../../limits/registries.js'
import { withDeadline } from '../deadline.js'
import type { Connection } from '../lasting-connection.js'
import { Questions } from '../questions.js'
import { AnswerReader, type ServerAnswer } from './answer-reader.js'
import { JuteReader, JuteWriter } from './jute.js'
import { AnswerTooLong, ZooKeeperRefusal } from './zookeeper-error.js'

/** One server, and who asks it. */
export interface ZooKeeperAddress {
  readonly host: string
  readonly port: number
  /** `user:password` of the digest scheme. */
  readonly credentials?: string | undefined
  readonly tls?: ConnectionOptions | undefined
}

/** Hears over a connection that something changed at a path: at the node itself, or among its children. */
export type PathListener = (connection: ZooKeeperConnection, path: string) => void

interface Waiting {
  readonly xid: number
  readonly resolve: (answer: JuteReader) => void
  readonly reject: (error: unknown) => void
}

const XID_NOTIFICATION = -1
const XID_PING = -2
const XID_AUTH = -4
const PING = 11
const AUTH = 100
const CLOSE_SESSION = -11

/**
 * A connection to a ZooKeeper server, and a session that ends with it: nothing that we store or watch hangs on one. Speaks the server's own
 * protocol, because the client that npm has cannot speak it over TLS, is ended (and the process with it) by answers that it does not know, and
 * does not notice a server that hangs. Keeps the process alive only while somebody waits for an answer.
 */
export class ZooKeeperConnection implements Connection {
  readonly ended: Promise<void>
  readonly #socket: Socket
  readonly #waiting: Waiting[] = []
  readonly #questions: Questions
  readonly #onChange: PathListener
  #xid = 0
  #pinging: NodeJS.Timeout | undefined
  #isPinged = false
  #reason: unknown = new Error('the connection to zookeeper has ended')

  private constructor(socket: Socket, onChange: PathListener) {
    this.#socket = socket
    this.#onChange = onChange
    this.#questions = new Questions({
      ref: () => socket.ref(),
      unref: () => socket.unref(),
      isAnswer: error => error instanceof ZooKeeperRefusal || error instanceof AnswerTooLong,
      hangUp: () => this.#leave(new Error('zookeeper does not answer')),
    })
    this.ended = new Promise(resolve => {
      socket.once('close', () => {
        this.#end()
        resolve()
      })
    })
  }

  /** Opens a session. A server that does not answer in time is given up. */
  static async open(address: ZooKeeperAddress, seconds: number, onChange: PathListener): Promise<ZooKeeperConnection> {
    const { host, port, tls, credentials } = address
    const socket =
      tls === undefined ? connectSocket({ host, port }) : connectTls({ servername: host, ...tls, host, port })
    const connection = new ZooKeeperConnection(socket.setNoDelay(true), onChange)
    try {
      await withDeadline(seconds, () => connection.#begin(tls === undefined ? 'connect' : 'secureConnect'))
      if (credentials !== undefined) connection.#authenticate(credentials)
      return connection
    } catch (error) {
      socket.destroy()
      throw error
    }
  }

  /** Asks, and waits for the answer's body. A server that does not answer in time is left. */
  ask(type: number, body?: JuteWriter): Promise<JuteReader> {
    return this.#questions.ask(() => this.#send(type, body))
  }

  /** Ends the session, and says so to the server if it listens. */
  async close(): Promise<void> {
    if (this.#socket.writable) this.#socket.end(framed(new JuteWriter().int(this.#nextXid()).int(CLOSE_SESSION)))
    this.#socket.destroySoon()
    const isOver = await withDeadline(1, () => this.ended.then(() => true)).catch(() => false)
    if (!isOver) this.#socket.destroy()
  }

  async #begin(event: 'connect' | 'secureConnect'): Promise<void> {
    const socket = this.#socket
    await new Promise<void>((resolve, reject) => {
      socket
        .once(event, () => resolve())
        .on('error', error => {
          this.#reason = error
          reject(error)
        })
      socket.once('close', () => reject(this.#reason))
    })
    const isWelcome = this.#welcome()
    socket.write(framed(hello()))
    await isWelcome
    socket.unref()
    this.#pinging = setInterval(() => this.#ping(), (ZOOKEEPER_SESSION_SECONDS * 1000) / 3).unref()
  }

  /** The answer to the first message has a form of its own; whatever comes after it goes its way. */
  #welcome(): Promise<void> {
    const answers = new AnswerReader()
    let isFirst = true
    return new Promise((resolve, reject) => {
      this.#socket.once('close', () => reject(this.#reason))
      this.#socket.on('data', (chunk: Buffer) => {
        try {
          for (const answer of answers.read(chunk)) {
            if (isFirst) checkWelcome(answer)
            else this.#receive(answer)
            if (isFirst) resolve()
            isFirst = false
          }
        } catch (error) {
          this.#leave(error)
        }
      })
    })
  }

  #authenticate(credentials: string): void {
    const header = new JuteWriter().int(XID_AUTH).int(AUTH)
    this.#socket.write(framed(header.int(0).text('digest').text(credentials)))
  }

  #send(type: number, body: JuteWriter = new JuteWriter()): Promise<JuteReader> {
    if (!this.#socket.writable) return Promise.reject(this.#reason)
    const xid = this.#nextXid()
    return new Promise((resolve, reject) => {
      this.#waiting.push({ xid, resolve, reject })
      this.#socket.write(framed(new JuteWriter().int(xid).int(type).record(body)))
    })
  }

  #receive({ bytes, isCut }: ServerAnswer): void {
    const answer = new JuteReader(bytes)
    const xid = answer.int()
    answer.long()
    const code = answer.int()
    if (xid === XID_NOTIFICATION && !isCut) this.#notice(answer)
    if (xid === XID_PING) this.#isPinged = false
    if (xid === XID_AUTH && code !== 0) throw new ZooKeeperRefusal(code)
    if (xid >= 0) this.#answer(xid, code, isCut ? undefined : answer)
  }

  /** Answers come in the order of the questions. */
  #answer(xid: number, code: number, answer: JuteReader | undefined): void {
    const question = this.#waiting.shift()
    if (question?.xid !== xid) throw new Error('zookeeper answered another question')
    if (code !== 0) question.reject(new ZooKeeperRefusal(code))
    else if (answer === undefined) question.reject(new AnswerTooLong('the answer of zookeeper is too long'))
    else question.resolve(answer)
  }

  #notice(event: JuteReader): void {
    event.int()
    event.int()
    this.#onChange(this, event.text())
  }

  #ping(): void {
    if (this.#isPinged) this.#leave(new Error('zookeeper does not answer'))
    else this.#socket.write(framed(new JuteWriter().int(XID_PING).int(PING)))
    this.#isPinged = true
  }

  #leave(reason: unknown): void {
    this.#reason = reason
    this.#socket.destroy()
  }

  #end(): void {
    clearInterval(this.#pinging)
    for (const { reject } of this.#waiting.splice(0)) reject(this.#reason)
  }

  #nextXid(): number {
    this.#xid = (this.#xid + 1) % 0x7fffffff
    return this.#xid
  }
}

/** Asks for a new session: of version 0, after no transaction, with no earlier session's id and password, and not only to read. */
function hello(): JuteWriter {
  const milliseconds = ZOOKEEPER_SESSION_SECONDS * 1000
  return new JuteWriter().int(0).long(0n).int(milliseconds).long(0n).buffer(Buffer.alloc(16)).bool(false)
}

/** A session that could not be made has no time left. */
function checkWelcome({ bytes }: ServerAnswer): void {
  const welcome = new JuteReader(bytes)
  welcome.int()
  if (welcome.int() <= 0) throw new ZooKeeperRefusal(-112)
}

function framed(message: JuteWriter): Buffer {
  const bytes = message.bytes()
  return new JuteWriter().buffer(bytes).bytes()
}
