import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** Stands before a server, and keeps what is said to it. */
export class Tap {
  heard = ''
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(port: number) {
    this.#server = createServer(outside => {
      const inside = connect(port, '127.0.0.1')
      for (const socket of [outside, inside]) {
        this.#sockets.add(socket)
        socket.on('error', () => undefined)
      }
      outside.on('data', chunk => {
        this.heard += chunk.toString('latin1')
      })
      outside.pipe(inside).pipe(outside)
    })
  }

  /** Before a port of this machine. */
  static async begin(port: number): Promise<Tap> {
    const tap = new Tap(port)
    await new Promise<void>(resolve => tap.#server.listen(0, 'localhost', resolve))
    return tap
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  async end(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise(resolve => this.#server.close(resolve))
  }
}
