/** Somebody who sees every request that passes between browser and services, and can hold one. */
import type { IncomingHttpHeaders, RequestListener } from 'node:http'

export class Wire {
  readonly #seen: { readonly to: string; readonly headers: IncomingHttpHeaders }[] = []
  #held: { readonly path: string; readonly tell: (target: string) => void } | undefined

  /** Writes down what comes to a server, and passes it on. */
  tap(to: string, listener: RequestListener): RequestListener {
    return (request, response) => {
      this.#seen.push({ to, headers: request.headers })
      const target = request.url ?? ''
      if (this.#held === undefined || !target.startsWith(`${this.#held.path}?`)) return listener(request, response)
      this.#held.tell(target)
      this.#held = undefined
      response.writeHead(204).end()
    }
  }

  /** Answers the next request to a path in place of its server; becomes that path with its query. */
  hold(path: string): Promise<string> {
    return new Promise(tell => {
      this.#held = { path, tell }
    })
  }

  /** The last request to a server. */
  lastTo(name: string): IncomingHttpHeaders {
    return this.#seen.findLast(({ to }) => to === name)?.headers ?? {}
  }

  /** Whether a text, or how a chain would write it, stands in a request to one of these. */
  carried(text: string, names: readonly string[]): boolean {
    const forms = [text, Buffer.from(text).toString('base64url')]
    const requests = this.#seen.filter(({ to }) => names.includes(to)).map(({ headers }) => JSON.stringify(headers))
    return requests.some(request => forms.some(form => request.includes(form)))
  }
}
