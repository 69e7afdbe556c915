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
  readonly headers: { get(name: string): string | null; has(name: string): boolean }
  json(): Promise<unknown>
  text(): Promise<string>
  arrayBuffer(): Promise<ArrayBuffer>
}

/** Any fetch: node-fetch's, the platform's, undici's. Their types are not interchangeable, so this one asks little. */
export type Fetch = (url: string, init: never) => Promise<FetchResponse>

/** What a caller says of a request, beside what the hop says. Members unknown to us go to the fetch as they are. */
export interface FetchInit {
  readonly method?: string | undefined
  /** Neither `Countersign` nor those of the connection, such as `Host` and `Content-Length`. */
  readonly headers?: Readonly<Record<string, string>> | readonly (readonly [string, string])[] | Headers | undefined
  /** Text, bytes, form data, or a stream (see `streams`). */
  readonly body?: unknown
  readonly signal?: AbortSignal | null | undefined
  /** Redirects are never followed. */
  readonly redirect?: 'manual' | undefined
  readonly [option: string]: unknown
}

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
