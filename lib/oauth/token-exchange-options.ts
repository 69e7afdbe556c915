import type { Clock } from '../clock.js'
import { OptionError } from '../errors.js'
import { MAX_INTROSPECTION_SECONDS } from '../limits/tokens.js'
import { checkInteger, checkOptions } from '../options.js'
import { ENDPOINT_OPTIONS, type EndpointOptions } from './endpoint.js'

/** An authorization server that exchanges tokens, and what is asked for. A member that is not listed here is refused. */
export interface TokenExchangeOptions extends EndpointOptions {
  /** `token-exchange` (RFC 8693, the default), or `on-behalf-of`: a `jwt-bearer` grant with `requested_token_use=on_behalf_of`. */
  readonly form?: 'token-exchange' | 'on-behalf-of' | undefined
  /** Who the new token is for, as the authorization server calls it. Of RFC 8693 alone. */
  readonly audience?: string | undefined
  /** Where the new token is to be used (RFC 8707). */
  readonly resource?: string | undefined
  /** What it is to be good for: space-separated, or a list. */
  readonly scope?: string | readonly string[] | undefined
  /** `access_token` (the default), or `jwt`. Of RFC 8693 alone. */
  readonly requestedType?: 'access_token' | 'jwt' | undefined
  /** How long a token that was got for another is used again for that: 0 (the default, never) to 3600, and half its life at most. */
  readonly cacheSeconds?: number | undefined
  /** Seconds since the epoch; the machine's clock if absent. */
  readonly clock?: Clock | undefined
}

const OPTIONS = [
  ...ENDPOINT_OPTIONS,
  'form',
  'audience',
  'resource',
  'scope',
  'requestedType',
  'cacheSeconds',
  'clock',
] as const

/** What is asked for, the same for every token. */
export interface ExchangeRequest {
  readonly form: 'token-exchange' | 'on-behalf-of'
  readonly requestedType: 'access_token' | 'jwt'
  /** The parameters that say who the new token is for, and what it is good for. */
  readonly wishes: Readonly<Record<string, string>>
  readonly cacheSeconds: number
}

/** Reads the options that say what is asked for. Throws ERR_OPTION. */
export function readExchangeRequest(options: TokenExchangeOptions): ExchangeRequest {
  checkOptions('tokenExchange', options, OPTIONS)
  const { form = 'token-exchange', audience, resource, requestedType = 'access_token', cacheSeconds } = options
  if (form !== 'token-exchange' && form !== 'on-behalf-of') {
    throw new OptionError('tokenExchange: `form` must be `token-exchange` or `on-behalf-of`')
  }
  if (requestedType !== 'access_token' && requestedType !== 'jwt') {
    throw new OptionError('tokenExchange: `requestedType` must be `access_token` or `jwt`')
  }
  if (form === 'on-behalf-of' && (audience !== undefined || options.requestedType !== undefined)) {
    throw new OptionError(
      'tokenExchange: `on-behalf-of` takes `scope` or `resource`, no `audience` and no `requestedType`',
    )
  }
  const wishes = { audience: readText('audience', audience), resource: readText('resource', resource) }
  const scope = readScope(options.scope)
  if (wishes.audience === undefined && wishes.resource === undefined && scope === undefined) {
    throw new OptionError('tokenExchange: say what the new token is for: `audience`, `resource` or `scope`')
  }
  return {
    form,
    requestedType,
    wishes: withoutUndefined({ ...wishes, scope }),
    cacheSeconds: checkInteger('tokenExchange: `cacheSeconds`', cacheSeconds, {
      least: 0,
      most: MAX_INTROSPECTION_SECONDS,
      otherwise: 0,
    }),
  }
}

function readText(name: string, value: unknown): string | undefined {
  if (value === undefined || (typeof value === 'string' && value !== '')) return value
  throw new OptionError(`tokenExchange: \`${name}\` must be a text that is not empty`)
}

function readScope(scope: TokenExchangeOptions['scope']): string | undefined {
  if (scope === undefined || typeof scope === 'string') return readText('scope', scope)
  if (Array.isArray(scope) && scope.length > 0 && scope.every(name => readText('scope', name))) return scope.join(' ')
  throw new OptionError('tokenExchange: `scope` must be a text or a list of texts')
}

function withoutUndefined(members: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  const defined = Object.entries(members).filter((member): member is [string, string] => member[1] !== undefined)
  return Object.freeze(Object.fromEntries(defined))
}
