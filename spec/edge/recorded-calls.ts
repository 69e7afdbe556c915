import type { RequestListener } from 'node:http'
import type { Service, VerifiedCall } from '../../lib/index.js'

/** What a service behind an edge saw: the calls, and the presentations as they came. */
export class RecordedCalls {
  readonly calls: VerifiedCall[] = []
  readonly presentations: string[] = []

  /** A listener of a service that accepts `checkout`. */
  listener(service: Service): RequestListener {
    return async (request, response) => {
      const presentation = String(request.headers.countersign)
      this.presentations.push(presentation)
      try {
        const expected = { method: request.method ?? '', target: request.url ?? '' }
        this.calls.push(await service.unwrap(presentation, { operation: 'checkout', request: expected }))
        response.end()
      } catch (error) {
        response.writeHead(401).end(String(Reflect.get(error as object, 'code')))
      }
    }
  }

  /** Forgets, and gives back, the last call. */
  take(): VerifiedCall {
    const call = this.calls.pop()
    if (call === undefined) throw new Error('nothing was called')
    return call
  }
}

/** Everything that a presentation carries, decoded as far as it can be. */
export function everythingIn(presentation: string): string {
  const segments = presentation.split(/[~.]+/)
  return [presentation, ...segments.map(segment => Buffer.from(segment, 'base64url').toString())].join('\n')
}
