import type { BoundRequest } from '../chain/request-binding.js'
import { OptionError } from '../errors.js'
import type { DestinationCheck } from './destinations.js'
import { type OutboundBody, prepareBody, type StreamTreatment } from './outbound-body.js'
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

const NORMALIZED = new Set(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST', 'PUT'])

/** Prepares a request exactly as it will be sent: method, raw target and body are what the hop is bound to. */
export async function prepareRequest(
  url: string | URL,
  { method, headers, body, redirect, ...rest }: FetchInit,
  streams: StreamTreatment = 'refuse',
): Promise<OutboundRequest> {
  const destination = parseUrl(url)
  if (redirect !== undefined && redirect !== 'manual') throw new OptionError('`redirect`: redirects are never followed')
  const outbound = await prepareBody(body, streams)
  const sent = new Headers(headers as [string, string][])
  if (sent.has(PRESENTATION_HEADER)) throw new OptionError('`headers`: the `Countersign` header is ours to set')
  if (outbound.kind === 'known' && outbound.contentType !== undefined && !sent.has('content-type')) {
    sent.set('content-type', outbound.contentType)
  }
  const sentMethod = normalizeMethod(method)
  const target = `${destination.pathname}${destination.search}`
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

/** Checks where a token goes before it is made. */
export function checkDestination(audience: string, request: OutboundRequest, check: DestinationCheck): void {
  check(audience, new URL(request.url))
}

function parseUrl(url: string | URL): URL {
  const parsed = URL.canParse(String(url)) ? new URL(url) : undefined
  if (parsed?.protocol !== 'http:' && parsed?.protocol !== 'https:') {
    throw new OptionError('`url` must be an http or https URL')
  }
  if (parsed.username !== '' || parsed.password !== '') throw new OptionError('`url` must not hold credentials')
  return parsed
}

/** fetch writes six methods in upper case and leaves the others alone; the hop is bound to what is sent. */
function normalizeMethod(method = 'GET'): string {
  if (typeof method !== 'string') throw new OptionError('`method` must be a method')
  const upper = method.toUpperCase()
  return NORMALIZED.has(upper) ? upper : method
}

function bodyInit(outbound: OutboundBody): Record<string, unknown> {
  if (outbound.kind === 'stream') return { body: outbound.stream, duplex: 'half' }
  return outbound.bytes === undefined ? {} : { body: outbound.bytes }
}
