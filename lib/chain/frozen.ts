import { IssuerUnavailable } from '../errors.js'
import { parseStrictJson } from '../jws/strict-json.js'
import type { Decision } from '../model/decision.js'
import type { JsonObject } from '../model/json.js'

// A policy or a verifier of initial tokens need not be ours, and what it says becomes part of a call that is frozen at every
// depth (invariant 19). What is ours is frozen already, and is not copied.

/** A decision that nobody can change: itself if it is frozen, otherwise a copy. Throws for what cannot be copied. */
export function toFrozenDecision(decision: Decision): Decision {
  return isFrozenDeeply(decision) ? decision : freezeDeeply(structuredClone(decision))
}

/** Claims as `parseStrictJson` makes them: themselves if they are such, otherwise a copy. ERR_ISSUER_UNAVAILABLE for what is no JSON. */
export function toFrozenClaims(claims: JsonObject): JsonObject {
  if (isStrictlyParsed(claims)) return claims
  try {
    return parseStrictJson(Buffer.from(JSON.stringify(claims)))
  } catch {
    throw new IssuerUnavailable('the verifier of the initial token gave claims that are no JSON')
  }
}

/** At every depth: what is shared by two calls, such as a verifier's cache, must not carry a change from one to the other. */
function isFrozenDeeply(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  if (!Object.isFrozen(value)) return false
  // Every decision comes through here: a loop is what makes it cheap.
  for (const part of Object.values(value)) {
    if (!isFrozenDeeply(part)) return false
  }
  return true
}

/** Frozen at every depth, and no object has a prototype. */
function isStrictlyParsed(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  const isPlain = Array.isArray(value) || Object.getPrototypeOf(value) === null
  return isPlain && Object.isFrozen(value) && Object.values(value).every(isStrictlyParsed)
}

function freezeDeeply<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(freezeDeeply)
  return Object.freeze(value)
}
