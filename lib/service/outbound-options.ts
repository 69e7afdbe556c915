import { type BoundRequest, validateRequest } from '../chain/request-binding.js'
import type { VerifiedCall } from '../chain/verified-call.js'
import type { OutboundHop } from '../chain/wrap.js'
import { OptionError } from '../errors.js'
import type { FetchInit } from '../http/client.js'
import type { StreamTreatment } from '../http/outbound-body.js'
import { findClaimsFault } from '../jws/protected-header.js'
import { NotStrict, parseStrictJson } from '../jws/strict-json.js'
import type { JsonObject } from '../model/json.js'
import { isOperation, isServiceName } from '../model/names.js'
import { checkInteger, checkOptions } from '../options.js'

/** What a chain begins with, said explicitly: exactly one of three. A member that is present must have a value. */
export type Beginning =
  | {
      /** A token from an authorization server; with its issuer where several verifiers are configured. Verified before it is signed. */
      readonly initialToken: string | { readonly issuer: string; readonly token: string }
    }
  | {
      /** Claims of a user for whom this service vouches; no member `iss`. */
      readonly userClaims: Readonly<Record<string, unknown>>
    }
  | {
      /** A job: there is no user. */
      readonly job: true
    }

/** What a hop continues or begins with: exactly one of four. A member that is present must have a value. */
export type Source =
  | Beginning
  | {
      /** A call that this very service unwrapped. */
      readonly parent: VerifiedCall
    }

/** What is said of every hop. */
export interface HopOptions {
  /** The service addressed. */
  readonly audience: string
  /** What is asked of it. */
  readonly operation: string
  /** The caller's own claims: at most 2 KB, without names that are members of a hop's header. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined
  /** Seconds that the hop may live, at most `limits.hopLifetimeSeconds`, which is the default. What it wraps may shorten it. */
  readonly lifetimeSeconds?: number | undefined
}

/** What `wrap` takes. */
export type WrapOptions = HopOptions & Source & { readonly request?: BoundRequest | undefined }

/** What `fetch` takes: without a source it continues the call of this moment. */
export type FetchOptions = HopOptions &
  (Source | object) &
  FetchInit & { readonly streams?: StreamTreatment | undefined }

const SOURCES = ['parent', 'initialToken', 'userClaims', 'job'] as const
const WRAP_OPTIONS = ['audience', 'operation', 'claims', 'lifetimeSeconds', 'request', ...SOURCES] as const

const OURS = new Set<string>(['audience', 'operation', 'claims', 'lifetimeSeconds', 'streams', ...SOURCES])

/** What is the fetch's own in the options of `fetch`. */
export function fetchInitOf(options: FetchOptions): FetchInit {
  return Object.fromEntries(Object.entries(options).filter(([name]) => !OURS.has(name)))
}

/** Which of the four sources is given. None is undefined; several, or one without a value, is an error. */
export function sourceOf(options: object): (typeof SOURCES)[number] | undefined {
  const given = SOURCES.filter(source => source in options)
  const [source] = given
  if (given.length > 1) throw new OptionError(`expected one of ${SOURCES.join(', ')}; found ${given.join(' and ')}`)
  if (source !== undefined && Reflect.get(options, source) === undefined) {
    throw new OptionError(`\`${source}\` is present without a value`)
  }
  return source
}

/** Refuses options of `wrap` that are not understood. */
export function validateWrapOptions(options: WrapOptions): void {
  checkOptions('wrap', options, WRAP_OPTIONS)
  if (sourceOf(options) === undefined) throw new OptionError(`wrap: expected one of ${SOURCES.join(', ')}`)
  if (options.request !== undefined) validateRequest(options.request)
}

/** The hop that the options ask for. */
export function outboundHop(
  { audience, operation, claims, lifetimeSeconds }: HopOptions,
  request: BoundRequest | undefined,
  longestSeconds: number,
): OutboundHop {
  if (!isServiceName(audience)) throw new OptionError('`audience` must be a service name')
  if (!isOperation(operation)) throw new OptionError('`operation` must match [A-Za-z0-9][A-Za-z0-9._:/-]{0,127}')
  const bounds = { least: 1, most: longestSeconds, otherwise: longestSeconds }
  return {
    audience,
    operation,
    lifetimeSeconds: checkInteger('`lifetimeSeconds`', lifetimeSeconds, bounds),
    claims: claims && ownClaims(claims),
    request,
  }
}

/** The caller's own claims as a receiver will read them: what it would refuse is refused here. */
function ownClaims(claims: Readonly<Record<string, unknown>>): JsonObject {
  let read: JsonObject
  try {
    // Inside a header, where the depth counts from.
    read = parseStrictJson(Buffer.from(JSON.stringify({ claims })))
  } catch (cause) {
    const why = cause instanceof NotStrict ? cause.message : 'not JSON'
    throw new OptionError(`\`claims\`: ${why}`)
  }
  const own = read.claims
  if (typeof own !== 'object' || own === null || Array.isArray(own)) throw new OptionError('`claims` must be an object')
  const fault = findClaimsFault(own as JsonObject)
  if (fault !== undefined) throw new OptionError(fault)
  return own as JsonObject
}
