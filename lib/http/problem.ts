import { STATUS_CODES } from 'node:http'
import { RETRY_AFTER_SECONDS } from '../limits/requests.js'

/** An answer to a refused request (RFC 9457). It says no more than the status: why stands in the log, under the correlation id. */
export interface Problem {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** The same answer for every refusal of the same status, save its correlation id. */
export function toProblem(status: number, correlation: string): Problem {
  const content = { type: 'about:blank', title: STATUS_CODES[status], status, instance: `urn:uuid:${correlation}` }
  const body = JSON.stringify(content)
  return {
    status,
    headers: {
      'content-type': 'application/problem+json',
      'content-length': String(Buffer.byteLength(body)),
      'cache-control': 'no-store',
      ...(status === 401 && { 'www-authenticate': 'Countersign' }),
      ...(status === 503 && { 'retry-after': String(RETRY_AFTER_SECONDS) }),
    },
    body,
  }
}
