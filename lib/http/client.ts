import type { BoundRequest } from '../chain/request-binding.js'
import { OptionError } from '../errors.js'
import { type OutboundBody, prepareBody, type StreamOptions } from './outbound-body.js'
import { copyHeaders } from './outbound-headers.js'
import { PRESENTATION_HEADER } from './presentation-header.js'

/** A response, as every fetch gives it. */
export interface FetchResponse {
  readonly ok: boolean
  readonly status: number
  readonly statusText: string
  readonly url: string
  readonly headers: Iterable<[string, string]> & { get(name: string): string | null; has(name: string): boolean }
  /** The bytes as they come. */
  readonly body: AsyncIterable<Uint8Array | string> | null
  json(): Promise<unknown>
  text(): Promise<string>
  arrayBuffer(): Promise<ArrayBuffer>
}

/** Any fetch: node-fetch's, the platform's, undici's. Their types are not interchangeable, so this one asks little. */
export type Fetch = (url: string, init: never) => Promise<FetchResponse>

/** What a caller says of a request, beside what the hop says: fetch's own options, and no others. */
export interface FetchInit {
  readonly method?: string | undefined
  /** Neither `Countersign` nor those of the connection, such as `Host` and `Content-Length`. */
  readonly headers?: Readonly<Record<string, string>> | readonly (readonly [string, string])[] | Headers | undefined
  /** Text, bytes, form data, or a stream (see `streams`). */
  readonly body?: unknown
  readonly signal?: AbortSignal | null | undefined
  /** Redirects are never followed. */
  readonly redirect?: 'manual' | undefined
  /** Go to the fetch as they are: of node-fetch, of the platform, of undici. */
  readonly agent?: unknown
  readonly compress?: unknown
  readonly highWaterMark?: unknown
  readonly insecureHTTPParser?: unknown
  readonly size?: unknown
  readonly cache?: unknown
  readonly credentials?: unknown
  readonly dispatcher?: unknown
  readonly keepalive?: unknown
  readonly mode?: unknown
  readonly priority?: unknown
  readonly referrer?: unknown
  readonly referrerPolicy?: unknown
}

/** The names of all of them. */
export const FETCH_INIT_OPTIONS = [
  'method',
  'headers',
  'body',
  'signal',
  'redirect',
  'agent',
  'compress',
  'highWaterMark',
  'insecureHTTPParser',
  'size',
  'cache',
  'credentials',
  'dispatcher',
  'keepalive',
  'mode',
  'priority',
  'referrer',
  'referrerPolicy',
] as const satisfies readonly (keyof FetchInit)[]

/** A request that is ready but for its presentation. */
export interface OutboundRequest {
  readonly url: string
  readonly init: Readonly<Record<string, unknown>>
  readonly headers: Headers
  /** What the presentation is to be bound to. */
  readonly bound: BoundRequest
}

/** RFC 9110, section 5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

/** Prepares a request exactly as it will be sent: method, raw target and body are what the hop is bound to. */
export async function prepareRequest(
  destination: URL,
  { method, headers, body, redirect, ...rest }: FetchInit,
  streamOptions: StreamOptions,
): Promise<OutboundRequest> {
  if (redirect !== undefined && redirect !== 'manual') throw new OptionError('`redirect`: redirects are never followed')
  const sentMethod = normalizeMethod(method)
  const sent = copyHeaders(headers)
  const target = `${destination.pathname}${destination.search}`
  const outbound = await prepareBody(body, streamOptions)
  if (outbound.contentType !== undefined && !sent.has('content-type')) sent.set('content-type', outbound.contentType)
  return {
    url: `${destination.origin}${target}`,
    init: { ...rest, method: sentMethod, redirect: 'manual', ...bodyInit(outbound) },
    headers: sent,
    bound:
      outbound.kind === 'stream'
        ? { method: sentMethod, target, streamed: true }
        : { method: sentMethod, target, body: outbound.bytes },
  }
}

/** Sends a request with its presentation. */
export async function send(fetch: Fetch, request: OutboundRequest, presentation: string): Promise<FetchResponse> {
  const headers = { ...Object.fromEntries(request.headers), [PRESENTATION_HEADER]: presentation }
  const init: unknown = { ...request.init, headers }
  return await fetch(request.url, init as never)
}

/** The URL of an outbound call; its fragment is not sent. Throws ERR_OPTION for one that is not http or https, or that holds credentials. */
export function parseDestination(url: string | URL): URL {
  const text = typeof url === 'string' || url instanceof URL ? String(url) : ''
  const parsed = URL.canParse(text) ? new URL(text) : undefined
  if (parsed?.protocol !== 'http:' && parsed?.protocol !== 'https:') {
    throw new OptionError('`url` must be an http or https URL')
  }
  if (parsed.username !== '' || parsed.password !== '') throw new OptionError('`url` must not hold credentials')
  return parsed
}

/** In upper case, which node:http writes and the platform's fetch not always; the hop is bound to what is sent. */
function normalizeMethod(method = 'GET'): string {
  if (typeof method !== 'string' || !TOKEN.test(method)) throw new OptionError('`method` must be a method')
  return method.toUpperCase()
}

function bodyInit(outbound: OutboundBody): Record<string, unknown> {
  if (outbound.kind === 'stream') return { body: outbound.stream, duplex: 'half' }
  return outbound.bytes === undefined ? {} : { body: outbound.bytes }
}
