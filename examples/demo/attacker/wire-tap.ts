/** The wire: a relay in front of each service. It sees every byte, and may keep a request for a while. */
import { createServer, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

export interface WireRequest {
  readonly method: string
  readonly target: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface WireAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** A request that passed, or that is held. */
export interface Capture {
  readonly service: string
  readonly request: WireRequest
  /** What the service answered, once it has. */
  readonly answer: Promise<WireAnswer>
  /** Lets a request go that is held, byte for byte as it came. */
  readonly release: () => Promise<WireAnswer>
}

interface Trap {
  readonly holds: boolean
  readonly caught: (capture: Capture) => void
}

// They describe one connection, not the message (RFC 9110, section 7.6.1).
const OF_THE_CONNECTION = ['connection', 'keep-alive', 'transfer-encoding']

export class WireTap {
  readonly #ports = new Map<string, number>()
  readonly #traps = new Map<string, Trap[]>()

  /** Opens a port in front of a service. */
  async listen(service: string): Promise<number> {
    const server = createServer((request, response) => {
      this.#relay(service, request).then(
        ({ status, headers, body }) => response.writeHead(status, headers).end(body),
        () => response.destroy(),
      )
    })
    // Nobody is to find a connection closed that he was about to use again.
    server.keepAliveTimeout = 60_000
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    return (server.address() as AddressInfo).port
  }

  /** Where the service itself listens. */
  connect(service: string, port: number): void {
    this.#ports.set(service, port)
  }

  /** Holds the next request to a service. */
  hold(service: string): Promise<Capture> {
    return new Promise(caught => this.#trap(service, { holds: true, caught }))
  }

  /** Records the next request to a service, and lets it pass. */
  watch(service: string): Promise<Capture> {
    return new Promise(caught => this.#trap(service, { holds: false, caught }))
  }

  /** Sends a request straight to a service. */
  async send(service: string, { method, target, headers, body }: WireRequest): Promise<WireAnswer> {
    return await new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port: this.#ports.get(service), method, path: target, headers, agent: false }
      const outgoing = httpRequest(options, answer => {
        buffer(answer).then(
          bytes => resolve({ status: answer.statusCode ?? 0, headers: withoutConnection(answer.headers), body: bytes }),
          reject,
        )
      })
      outgoing.on('error', reject).end(body)
    })
  }

  #trap(service: string, trap: Trap): void {
    this.#traps.set(service, [...(this.#traps.get(service) ?? []), trap])
  }

  async #relay(service: string, incoming: IncomingMessage): Promise<WireAnswer> {
    const { method = '', url: target = '' } = incoming
    const body = await buffer(incoming)
    const request = { method, target, headers: withoutConnection(incoming.headers), body }
    const trap = this.#traps.get(service)?.shift()
    let letGo = () => {}
    const gate = trap?.holds ? new Promise<void>(resolve => (letGo = resolve)) : Promise.resolve()
    const answer = gate.then(() => this.send(service, request))
    const release = () => {
      letGo()
      return answer
    }
    trap?.caught({ service, request, answer, release })
    return await answer
  }
}

function withoutConnection(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !OF_THE_CONNECTION.includes(name)))
}
