import type { RequestListener } from 'node:http'

/** Answers with JSON, or with the very text, and these headers. */
export function answering(
  body: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): RequestListener {
  const text = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body)
  return (request, response) => {
    request.resume()
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text)
  }
}
