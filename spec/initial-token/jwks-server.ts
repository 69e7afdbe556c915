import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A real HTTP server on loopback that publishes a key set, or misbehaves. */
export interface JwksServer {
  readonly uri: string
  /** How often it was asked. */
  readonly requests: number
  /** What it answers from now on: keys, or whatever a listener does. */
  answer(next: readonly object[] | RequestListener): void
  /** Refuses connections from now on. */
  close(): Promise<void>
}

/** Starts a server that publishes these keys. */
export async function startJwksServer(keys: readonly object[]): Promise<JwksServer> {
  let requests = 0
  let listener = publish(keys)
  const server = createServer((request, response) => {
    requests += 1
    listener(request, response)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    uri: `http://127.0.0.1:${port}/jwks`,
    get requests() {
      return requests
    },
    answer(next) {
      listener = typeof next === 'function' ? next : publish(next)
    },
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Answers with any body. */
export function respond(body: string | Uint8Array, status = 200): RequestListener {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/jwk-set+json' }).end(body)
  }
}

function publish(keys: readonly object[]): RequestListener {
  return respond(JSON.stringify({ keys }))
}
