import { type BoundRequest, validateRequest } from '../chain/request-binding.js'
import type { VerifiedCall } from '../chain/verified-call.js'
import type { OutboundHop } from '../chain/wrap.js'
import { OptionError } from '../errors.js'
import { FETCH_INIT_OPTIONS, type FetchInit } from '../http/client.js'
import { checkStreamTreatment, type StreamTreatment } from '../http/outbound-body.js'
import { HOP_LIFETIME_SECONDS } from '../limits/chains.js'
import type { JsonObject } from '../model/json.js'
import { isOperation, isServiceName } from '../model/names.js'
import { checkInteger, checkObject, checkOptions } from '../options.js'
import { readOwnClaims } from './own-claims.js'

/** What a chain begins with, said explicitly: exactly one of three. A member that is present must have a value. */
export type Beginning = FromInitialToken | FromUserClaims | FromJob

/** What a hop continues or begins with: exactly one of four. A member that is present must have a value. */
export type Source = Beginning | FromParent

interface FromInitialToken extends Partial<Record<'userClaims' | 'job' | 'parent', never>> {
  /** A token from an authorization server; with its issuer where several verifiers are configured. Verified before it is signed. */
  readonly initialToken: string | { readonly issuer: string; readonly token: string }
}

interface FromUserClaims extends Partial<Record<'initialToken' | 'job' | 'parent', never>> {
  /** Claims of a user for whom this service vouches; no member `iss`. */
  readonly userClaims: Readonly<Record<string, unknown>>
}

interface FromJob extends Partial<Record<'initialToken' | 'userClaims' | 'parent', never>> {
  /** A job: there is no user. */
  readonly job: true
}

interface FromParent extends Partial<Record<'initialToken' | 'userClaims' | 'job', never>> {
  /** A call that this very service unwrapped. */
  readonly parent: VerifiedCall
}

/** What `begin` takes. */
export type BeginOptions = Beginning & {
  /** What this origin says of the beginning, in the claims of every first hop: `{ job: 'schedule' }`, for example. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined
  /** The token that the request was authorized with, where that is a public client's: whatever is begun here must not embed it. */
  readonly presented?: string | undefined
}

/** No source: the call of this moment. */
type CurrentCall = Partial<Record<'initialToken' | 'userClaims' | 'job' | 'parent', never>>

/** What is said of every hop. */
export interface HopOptions {
  /** The service addressed. */
  readonly audience: string
  /** What is asked of it. */
  readonly operation: string
  /** The caller's own claims: at most 2 KB, without names that are members of a hop's header. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined
  /** Seconds that the hop may live: at most `limits.hopLifetimeSeconds`, 300 if absent. What it wraps may shorten it. */
  readonly lifetimeSeconds?: number | undefined
}

/** What `wrap` takes: the hop, and one of `parent`, `initialToken`, `userClaims` and `job` to wrap. */
export type WrapOptions = HopOptions & Source & { readonly request?: BoundRequest | undefined }

/** What `fetch` takes: without a source it continues the call of this moment. A member that is not listed is refused. */
export type FetchOptions = HopOptions &
  (Source | CurrentCall) &
  FetchInit & { readonly streams?: StreamTreatment | undefined }

const BEGINNINGS = ['initialToken', 'userClaims', 'job'] as const
const SOURCES = ['parent', ...BEGINNINGS] as const
const HOP_OPTIONS = ['audience', 'operation', 'claims', 'lifetimeSeconds'] as const
const BEGIN_OPTIONS = [...BEGINNINGS, 'claims', 'presented'] as const
const WRAP_OPTIONS = [...HOP_OPTIONS, ...SOURCES, 'request'] as const
const FETCH_OPTIONS = [...HOP_OPTIONS, ...SOURCES, 'streams', ...FETCH_INIT_OPTIONS] as const
const INIT_OPTIONS = new Set<string>(FETCH_INIT_OPTIONS)

/** What is the fetch's own in the options of `fetch`, and how it treats streams; `refuse` if absent. */
export function readFetchOptions(options: FetchOptions): {
  readonly init: FetchInit
  readonly streams: StreamTreatment
} {
  const { streams = 'refuse' } = checkOptions('fetch', options, FETCH_OPTIONS)
  checkStreamTreatment(streams)
  return { init: Object.fromEntries(Object.entries(options).filter(([name]) => INIT_OPTIONS.has(name))), streams }
}

/** The one source that the options name, alone. None is undefined; several, or one without a value, is an error. */
export function sourceOf(options: object): Source | undefined {
  const given = SOURCES.filter(name => name in options)
  const [name] = given
  if (given.length > 1) throw new OptionError(`expected one of ${SOURCES.join(', ')}; found ${given.join(' and ')}`)
  if (name === undefined) return undefined
  const value: unknown = Reflect.get(options, name)
  if (value === undefined) throw new OptionError(`\`${name}\` is present without a value`)
  return { [name]: value } as unknown as Source
}

/** The source that `wrap` was given. Refuses options that are not understood. */
export function validateWrapOptions(options: WrapOptions): Source {
  checkOptions('wrap', options, WRAP_OPTIONS)
  const source = sourceOf(options)
  if (source === undefined) throw new OptionError(`wrap: expected one of ${SOURCES.join(', ')}`)
  if (options.request !== undefined) validateRequest(checkObject('`request`', options.request))
  return source
}

/** The beginning that `begin` was given, and what is said of it. Refuses options that are not understood. */
export function validateBeginning(options: BeginOptions): {
  readonly source: Beginning
  readonly claims: JsonObject | undefined
  readonly presented: string | undefined
} {
  const { claims, presented } = checkOptions('begin', options, BEGIN_OPTIONS)
  const source = sourceOf(options)
  if (source === undefined) throw new OptionError(`begin: expected one of ${BEGINNINGS.join(', ')}`)
  if ('presented' in options && (typeof presented !== 'string' || presented === '')) {
    throw new OptionError('begin: `presented` must be the token that the request was authorized with')
  }
  return { source: source as Beginning, claims: claims === undefined ? undefined : readOwnClaims(claims), presented }
}

/** The first hop of a chain: what its origin says of the beginning stands among its claims. The two share the room of claims. */
export function withBeginningClaims(hop: OutboundHop, claims: JsonObject | undefined): OutboundHop {
  if (claims === undefined) return hop
  const twice = Object.keys(claims).find(name => hop.claims !== undefined && name in hop.claims)
  if (twice !== undefined) throw new OptionError(`\`claims\` must not have \`${twice}\`: \`begin\` said it already`)
  return { ...hop, claims: readOwnClaims({ ...hop.claims, ...claims }) }
}

/** The hop that the options ask for. */
export function outboundHop(
  { audience, operation, claims, lifetimeSeconds }: HopOptions,
  request: BoundRequest | undefined,
  longestSeconds: number,
): OutboundHop {
  if (!isServiceName(audience)) throw new OptionError('`audience` must be a service name')
  if (!isOperation(operation)) throw new OptionError('`operation` must match [A-Za-z0-9][A-Za-z0-9._:/-]{0,127}')
  const bounds = { least: 1, most: longestSeconds, otherwise: Math.min(longestSeconds, HOP_LIFETIME_SECONDS) }
  return {
    audience,
    operation,
    lifetimeSeconds: checkInteger('`lifetimeSeconds`', lifetimeSeconds, bounds),
    claims: claims === undefined ? undefined : readOwnClaims(claims),
    request,
  }
}
