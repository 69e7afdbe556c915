import { createServer, type Server, type Socket } from 'node:net'
import { requestDigest, targetDigest } from '../forge/request.js'

/** One request as it came over the wire. */
export interface RecordedRequest {
  readonly method: string
  readonly target: string
  /** Names in lower case, in the order of the field lines. */
  readonly headers: readonly (readonly [string, string])[]
  /** After transfer coding. */
  readonly body: Buffer
}

/** A server that understands just enough of HTTP/1.1 to write down what it is sent, and gives the same answer to everybody. */
export class RecordingServer {
  readonly requests: RecordedRequest[] = []
  readonly server: Server
  answer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok'

  constructor() {
    this.server = createServer(socket => this.#serve(socket))
  }

  /** The only request since the last time that somebody asked. */
  take(): RecordedRequest {
    const [request, another] = this.requests.splice(0)
    if (request === undefined || another !== undefined) throw new Error('expected one request')
    return request
  }

  #serve(socket: Socket): void {
    let received = Buffer.alloc(0)
    socket.on('error', () => {})
    socket.on('data', chunk => {
      received = Buffer.concat([received, chunk])
      const request = parseRequest(received)
      if (request === undefined) return
      this.requests.push(request)
      socket.end(this.answer)
    })
  }
}

/** The value of a header, which stands there once at most. */
export function headerOf(request: RecordedRequest, name: string): string | undefined {
  const lines = request.headers.filter(([field]) => field === name)
  if (lines.length > 1) throw new Error(`${lines.length} lines of ${name}`)
  return lines[0]?.[1]
}

/** The protected header of the newest hop that a request presents. */
export function newestHeader(request: RecordedRequest): Record<string, unknown> {
  const [, hop = ''] = (headerOf(request, 'countersign') ?? '').split('~')
  return JSON.parse(Buffer.from(hop.split('..')[0] ?? '', 'base64url').toString())
}

/** What a request is bound to, and what it would have to be bound to: computed here from the bytes on the wire. */
export function bindingOf(request: RecordedRequest): Record<'found' | 'expected', Record<string, unknown>> {
  const { req, tgt } = newestHeader(request)
  const isStreamed = tgt !== undefined
  return {
    found: { req, tgt },
    expected: isStreamed
      ? { req: undefined, tgt: targetDigest(request) }
      : { req: requestDigest(request), tgt: undefined },
  }
}

function parseRequest(bytes: Buffer): RecordedRequest | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const [requestLine = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n')
  const [method = '', target = ''] = requestLine.split(' ')
  const headers = lines.map(line => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const
  })
  const fields = new Map(headers)
  const rest = bytes.subarray(end + 4)
  const body = /chunked/.test(fields.get('transfer-encoding') ?? '')
    ? readChunks(rest)
    : readLength(rest, Number(fields.get('content-length') ?? 0))
  return body && { method, target, headers, body }
}

function readLength(bytes: Buffer, length: number): Buffer | undefined {
  return bytes.length < length ? undefined : bytes.subarray(0, length)
}

function readChunks(bytes: Buffer): Buffer | undefined {
  const chunks: Buffer[] = []
  for (let at = 0; ; ) {
    const line = bytes.indexOf('\r\n', at)
    if (line < 0) return undefined
    const size = Number.parseInt(bytes.subarray(at, line).toString('latin1'), 16)
    if (bytes.length < line + size + 4) return undefined
    if (size === 0) return Buffer.concat(chunks)
    chunks.push(bytes.subarray(line + 2, line + 2 + size))
    at = line + size + 4
  }
}
