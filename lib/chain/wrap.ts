import { ChainFull, type HopCost, LifetimeExhausted } from '../errors.js'
import { encodeBase64url } from '../jws/base64url.js'
import { encodeProtectedHeader, HOP_TYPE, type ProtectedHeader, readUnverifiedHeader } from '../jws/protected-header.js'
import { signingInput } from '../jws/signature.js'
import type { JsonObject } from '../model/json.js'
import type { ChainLimits, Sender } from './party.js'
import { type BoundRequest, bindRequest } from './request-binding.js'
import { makeRandom128, sealOf } from './seal.js'

/** One call on its way out. */
export interface OutboundHop {
  /** The service addressed. */
  readonly audience: string
  /** What is asked of it. */
  readonly operation: string
  /** The caller's own claims. */
  readonly claims?: JsonObject | undefined
  readonly lifetimeSeconds: number
  /** The request that the hop is bound to. */
  readonly request?: BoundRequest | undefined
}

/** What a new hop continues or begins with: verified, every one of them. */
export type Wrapped =
  | { readonly cty: typeof HOP_TYPE; readonly text: string; readonly hops: number; readonly expiresAt: number }
  | {
      readonly cty: 'jwt' | 'token' | 'user'
      readonly text: string
      readonly expiresAt?: number | undefined
      readonly transaction: string
    }
  | { readonly cty?: undefined; readonly transaction: string }

/**
 * Adds one hop, signed by this service, around what it wraps, and seals it with a secret of its own. The result is a
 * presentation: for its addressee, once. Throws ERR_LIFETIME_EXHAUSTED and ERR_CHAIN_FULL.
 */
export async function wrap(hop: OutboundHop, wrapped: Wrapped, sender: Sender, now: number): Promise<string> {
  const secret = makeRandom128()
  const header: ProtectedHeader = {
    alg: sender.key.algorithm,
    kid: sender.key.kid,
    typ: HOP_TYPE,
    ...(wrapped.cty && { cty: wrapped.cty }),
    iss: sender.name,
    aud: hop.audience,
    op: hop.operation,
    jti: sealOf(secret),
    iat: now,
    exp: clampExpiry(hop, wrapped, sender, now),
    ...('transaction' in wrapped && { txn: wrapped.transaction }),
    ...bindRequest(hop.request),
    ...(hop.claims && { claims: hop.claims }),
  }
  const encodedHeader = encodeProtectedHeader(header)
  const payload = wrapped.cty ? wrapped.text : ''
  const signature = await sender.key.sign(signingInput(encodedHeader, payload))
  const signed = `${encodedHeader}..${encodeBase64url(signature)}`
  const presentation = `${secret}~${signed}${payload && `~${payload}`}`
  checkRoom(presentation, wrapped, sender.limits)
  return presentation
}

/** A hop outlives neither what it wraps nor the registration of its key (invariants 10 and 21). */
function clampExpiry(hop: OutboundHop, wrapped: Wrapped, sender: Sender, now: number): number {
  const wrappedExpiry = ('expiresAt' in wrapped ? wrapped.expiresAt : undefined) ?? Number.POSITIVE_INFINITY
  // A verifier of initial tokens may tell fractions; a hop's `exp` has none.
  const expiry = Math.floor(Math.min(now + hop.lifetimeSeconds, wrappedExpiry, sender.keyExpiresAt))
  if (expiry > now) return expiry
  const ended = sender.keyExpiresAt <= now ? "the registration of this service's key" : 'what the hop would wrap'
  throw new LifetimeExhausted(`${ended} has expired`)
}

function checkRoom(presentation: string, wrapped: Wrapped, limits: ChainLimits): void {
  const depth = wrapped.cty === HOP_TYPE ? wrapped.hops + 1 : 1
  const { presentationCharacters, depthHops } = limits
  if (depth <= depthHops && presentation.length <= presentationCharacters) return
  const costs = costsOf(presentation)
  const found =
    depth > depthHops
      ? `${depth} hops of at most ${depthHops}`
      : `${presentation.length} characters of at most ${presentationCharacters}`
  const list = costs.map(({ part, characters }) => `${part} ${characters}`).join(', ')
  throw new ChainFull(`the chain is full: ${found} (${list})`, costs)
}

function costsOf(presentation: string): readonly HopCost[] {
  return presentation.split('~').map((part, index) => ({
    part: index === 0 ? 'secret' : nameOf(part, index - 1),
    // With the separator left of it.
    characters: index === 0 ? part.length : part.length + 1,
  }))
}

function nameOf(part: string, position: number): string {
  const [encodedHeader, signature] = part.split('..')
  if (encodedHeader === undefined || signature === undefined) return 'initial token'
  return readUnverifiedHeader(encodedHeader, position).iss
}
