import { connect, type Socket } from 'node:net'

/** A response as it came over the wire. */
export interface RawResponse {
  readonly status: number
  /** All that stands before the body, status line included. */
  readonly head: string
  readonly body: string
}

/** A connection that sends what it is told to, right or wrong, and writes down what comes back. */
export class RawClient {
  readonly socket: Socket
  #received = Buffer.alloc(0)
  readonly #closed: Promise<void>

  private constructor(socket: Socket) {
    this.socket = socket
    socket.on('error', () => {})
    socket.on('data', chunk => {
      this.#received = Buffer.concat([this.#received, chunk])
    })
    this.#closed = new Promise(resolve => socket.once('close', () => resolve()))
  }

  static async connect(url: string): Promise<RawClient> {
    const { hostname, port } = new URL(url)
    const socket = connect({ host: hostname, port: Number(port), noDelay: true })
    const client = new RawClient(socket)
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
    return client
  }

  send(bytes: string | Uint8Array): void {
    this.socket.write(bytes)
  }

  /** What came until a response was whole, or the connection closed. */
  async response(): Promise<RawResponse> {
    for (;;) {
      const response = parseResponse(this.#received)
      if (response !== undefined) {
        this.#received = Buffer.alloc(0)
        return response
      }
      const more = new Promise(resolve => this.socket.once('data', resolve))
      const outcome = await Promise.race([more, this.#closed.then(() => 'closed')])
      if (outcome === 'closed' && parseResponse(this.#received) === undefined) {
        throw new Error(`closed after ${JSON.stringify(this.#received.toString('latin1'))}`)
      }
    }
  }

  /** Whether the other side has closed the connection, at the latest after some milliseconds. */
  async isClosedWithin(milliseconds: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<false>(resolve => {
      timer = setTimeout(() => resolve(false), milliseconds)
    })
    const isClosed = await Promise.race([this.#closed.then(() => true), late])
    clearTimeout(timer)
    return isClosed
  }
}

/** Sends one request, of lines that may be wrong, and reads the response. */
export async function exchange(
  url: string,
  lines: readonly string[],
  body: string | Uint8Array = '',
): Promise<RawResponse> {
  const client = await RawClient.connect(url)
  client.send(`${lines.join('\r\n')}\r\n\r\n`)
  if (body.length > 0) client.send(body)
  try {
    return await client.response()
  } finally {
    client.socket.destroy()
  }
}

function parseResponse(bytes: Buffer): RawResponse | undefined {
  const text = bytes.toString('latin1')
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const head = text.slice(0, end)
  const status = Number(head.split(' ')[1])
  if (status === 100) return parseResponse(bytes.subarray(end + 4))
  const rest = text.slice(end + 4)
  if (/^transfer-encoding: chunked/im.test(head)) {
    return rest.endsWith('0\r\n\r\n')
      ? { status, head, body: rest.replace(/^[0-9a-f]+\r\n|\r\n[0-9a-f]+\r\n|\r\n$/gim, '') }
      : undefined
  }
  const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0)
  return rest.length < length ? undefined : { status, head, body: rest.slice(0, length) }
}
