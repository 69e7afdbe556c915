import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ServedSet } from './own-keys.js'

/** Whoever has a set to serve: a JwksRegistry with an `own` service. */
export interface ServesSet {
  served(): ServedSet
}

/**
 * A handler for `node:http` and express that serves a service's own keys, to be mounted at the URL that its readers have configured. It is public:
 * there is nothing secret in it.
 */
export function serveJwks(registry: ServesSet): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end()
      return
    }
    const { body, entityTag } = registry.served()
    // Every reader asks whether it is still so: a revocation must not wait in a cache.
    const headers = { etag: entityTag, 'cache-control': 'no-cache' }
    if (request.headers['if-none-match'] === entityTag) {
      response.writeHead(304, headers).end()
      return
    }
    response.writeHead(200, {
      ...headers,
      'content-type': 'application/jwk-set+json',
      'content-length': Buffer.byteLength(body),
    })
    response.end(request.method === 'HEAD' ? undefined : body)
  }
}
