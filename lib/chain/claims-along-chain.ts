import { isDeepStrictEqual } from 'node:util'
import { ClaimChanged, ClaimWidened } from '../errors.js'
import type { InitialToken } from '../model/frame.js'
import type { JsonObject, JsonValue } from '../model/json.js'
import type { UnverifiedHop } from './presentation.js'

/** Names of claims that a hop may not state as it likes, once something that it wraps has stated them. */
export interface ClaimsAlongChain {
  /** Lists of words, each of which may only get shorter. */
  readonly narrowing: readonly string[]
  /** Values that may not change. */
  readonly constant: readonly string[]
}

/**
 * Compares what hops state with the nearest statement that they wrap, from the initial token and the origin outwards
 * (invariant 24). A hop that does not state a claim, or states null, takes nothing back: what was stated before goes on to bind.
 */
export function checkClaimsAlongChain(
  hops: readonly UnverifiedHop[],
  initialToken: InitialToken | undefined,
  { narrowing, constant }: ClaimsAlongChain,
): void {
  for (const name of narrowing) {
    const base = statedIn(initialToken?.claims, name)
    let inner = base === undefined ? undefined : (wordsOf(base) ?? NO_WORDS)
    for (const hop of hops.toReversed()) inner = narrowed(name, inner, hop)
  }
  for (const name of constant) {
    let inner = statedIn(initialToken?.claims, name)
    for (const hop of hops.toReversed()) inner = unchanged(name, inner, hop)
  }
}

type Words = ReadonlySet<string>

const NO_WORDS: Words = new Set()

/** The words that bind the next hop. */
function narrowed(name: string, inner: Words | undefined, { header, position: hop }: UnverifiedHop): Words | undefined {
  const stated = statedIn(header.claims, name)
  if (stated === undefined) return inner
  const words = wordsOf(stated)
  if (words === undefined) throw new ClaimWidened(`\`${header.iss}\` states \`${name}\` as no list of words`, { hop })
  if (inner !== undefined && ![...words].every(word => inner.has(word))) {
    throw new ClaimWidened(`\`${header.iss}\` states a wider \`${name}\` than the chain that it wraps`, { hop })
  }
  return words
}

/** The value that binds the next hop. */
function unchanged(name: string, inner: JsonValue | undefined, { header, position: hop }: UnverifiedHop) {
  const stated = statedIn(header.claims, name)
  if (stated === undefined || inner === undefined) return stated ?? inner
  if (!isDeepStrictEqual(stated, inner)) {
    throw new ClaimChanged(`\`${header.iss}\` states another \`${name}\` than the chain that it wraps`, { hop })
  }
  return inner
}

/** A text with spaces between its words (RFC 6749, section 3.3), or a list of words. Undefined for anything else. */
function wordsOf(value: JsonValue): Words | undefined {
  if (typeof value === 'string') return new Set(value.split(' ').filter(word => word !== ''))
  return Array.isArray(value) && value.every(word => typeof word === 'string') ? new Set(value) : undefined
}

function statedIn(claims: JsonObject | undefined, name: string): JsonValue | undefined {
  return claims !== undefined && Object.hasOwn(claims, name) ? (claims[name] ?? undefined) : undefined
}
