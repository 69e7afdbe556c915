import type { VerifiedCall } from '../chain/verified-call.js'
import { DestinationRefused, OptionError } from '../errors.js'
import { FETCH_INIT_OPTIONS, type Fetch, type FetchInit, type FetchResponse, parseDestination } from '../http/client.js'
import { copyHeaders } from '../http/outbound-headers.js'
import { readIssuerUrl } from '../initial-token/issuer-url.js'
import { checkOptions } from '../options.js'
import type { TokenExchange } from './token-exchange.js'

/** Somebody outside of the house, or another trust domain. */
export interface ThirdPartyOptions {
  /** Gets tokens that he accepts. */
  readonly exchange: TokenExchange
  /** Where they may go, such as `https://api.partner.example`: https, or http on a loopback host. */
  readonly origins: readonly string[]
  /** The platform's fetch if absent. Redirects are never followed. */
  readonly fetch?: Fetch | undefined
}

/** What a call to a third party is made with: the call that it is made for, and what fetch takes. */
export type ThirdPartyInit = FetchInit & { readonly call: VerifiedCall }

/** Calls a third party for the user of a verified call. */
export interface ThirdParty {
  /**
   * fetch, with a bearer token got for this call. No chain leaves the house. Throws ERR_DESTINATION_REFUSED for any other origin than those
   * configured, before anything is exchanged, and what the exchange throws.
   */
  fetch(url: string | URL, init: ThirdPartyInit): Promise<FetchResponse>
}

const INIT_OPTIONS = ['call', ...FETCH_INIT_OPTIONS] as const

/** Somebody to whom tokens of an exchange go, and nobody else. Throws ERR_OPTION. */
export function thirdParty(options: ThirdPartyOptions): ThirdParty {
  const {
    exchange,
    origins,
    fetch = globalThis.fetch as Fetch,
  } = checkOptions('thirdParty', options, ['exchange', 'origins', 'fetch'])
  if (typeof exchange?.forCall !== 'function') throw new OptionError('thirdParty: `exchange` must be a tokenExchange')
  if (typeof fetch !== 'function') throw new OptionError('thirdParty: `fetch` must be a function')
  const allowed = readOrigins(origins)
  return Object.freeze({
    fetch: async (url: string | URL, init: ThirdPartyInit) => {
      const { call, headers, redirect, ...rest } = checkOptions('thirdParty.fetch', init, INIT_OPTIONS)
      const destination = parseDestination(url)
      if (!allowed.has(destination.origin))
        throw new DestinationRefused(`\`${destination.origin}\` is not a configured origin`)
      if (redirect !== undefined && redirect !== 'manual')
        throw new OptionError('`redirect`: redirects are never followed')
      const sent = copyHeaders(headers)
      if (sent.has('authorization')) throw new OptionError('`headers`: the `Authorization` header is ours to set')
      sent.set('authorization', `Bearer ${await exchange.forCall(call)}`)
      const request: unknown = { ...rest, headers: Object.fromEntries(sent), redirect: 'manual' }
      return await fetch(destination.href, request as never)
    },
  })
}

function readOrigins(origins: readonly string[]): ReadonlySet<string> {
  if (!Array.isArray(origins) || origins.length === 0) {
    throw new OptionError('thirdParty: `origins` must list where tokens may go, at least one')
  }
  return new Set(origins.map(readOrigin))
}

function readOrigin(text: unknown): string {
  const url = new URL(readIssuerUrl('thirdParty: an entry of `origins`', text))
  if (url.href !== `${url.origin}/`)
    throw new OptionError('thirdParty: `origins` are a scheme, a host and a port, and no more')
  return url.origin
}
