import { parseStrictJson } from '../../jws/strict-json.js'
import { MAX_REGISTRATION_CHARACTERS } from '../../limits/keys.js'
import type { JsonObject, JsonValue } from '../../model/json.js'
import { isKid } from '../place.js'

// A JWK Set (RFC 7517, section 5) whose keys have a member `registration` beside their own, and which has a member `revoked`, a list of kids.
// Whoever reads it for other purposes ignores both.

/** What a service says of its keys. */
export interface RegistrationSet {
  readonly registrations: ReadonlyMap<string, string>
  readonly revoked: ReadonlySet<string>
}

// RFC 7518, section 6: what makes a key private, or is a secret itself.
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

/**
 * Reads a set. A JSON text that is no such set is an error. A key without a registration is none of ours; one that shows its private half is known
 * to everybody, and is left out.
 */
export function readRegistrationSet(bytes: Uint8Array): RegistrationSet {
  const { keys, revoked = [] } = parseStrictJson(bytes)
  if (!Array.isArray(keys)) throw new Error('the set has no list of keys')
  if (!Array.isArray(revoked)) throw new Error('what is revoked is no list')
  const readable = keys.filter(isObject).filter(isPublic).flatMap(readKey)
  return { registrations: new Map(readable), revoked: new Set(revoked.filter(isKid)) }
}

function readKey({ kid, registration }: JsonObject): readonly (readonly [string, string])[] {
  if (!isKid(kid) || typeof registration !== 'string') return []
  // A text that is too long is given out a little longer than is allowed: it does not verify.
  return [[kid, registration.slice(0, MAX_REGISTRATION_CHARACTERS + 1)]]
}

function isPublic(jwk: JsonObject): boolean {
  return !PRIVATE_MEMBERS.some(name => name in jwk)
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
