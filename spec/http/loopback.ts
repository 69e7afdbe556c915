import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo, Server as NetServer } from 'node:net'

/** Servers on 127.0.0.1, each on a port of its own, all closed in the end. */
export class Loopback {
  readonly #servers: (NetServer | Server)[] = []

  /** The URL of a new HTTP server with this listener. */
  async serve(listener: RequestListener): Promise<string> {
    return await this.listen(createServer(listener))
  }

  /** Lets a server listen; its URL. */
  async listen(server: NetServer | Server): Promise<string> {
    this.#servers.push(server)
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${portOf(server)}`
  }

  async close(): Promise<void> {
    for (const server of this.#servers) {
      if ('closeAllConnections' in server) server.closeAllConnections()
      server.close()
    }
  }
}

function portOf(server: NetServer): number {
  return (server.address() as AddressInfo).port
}
