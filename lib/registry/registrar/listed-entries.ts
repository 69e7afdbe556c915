import { parseStrictJson } from '../../jws/strict-json.js'
import { MAX_REGISTRATION_CHARACTERS } from '../../limits/keys.js'
import type { JsonObject, JsonValue } from '../../model/json.js'
import { isServiceName } from '../../model/names.js'
import type { RegistryChange, RegistryEntry } from '../../model/registry.js'
import { isKid } from '../place.js'

/** One page of a registrar's listing. */
export interface EntryPage {
  readonly entries: readonly RegistryEntry[]
  readonly next: string | undefined
}

/** Reads what a registrar says stands at one place. An answer that is none is an error. */
export function readEntry(bytes: Uint8Array): RegistryEntry {
  return toEntry(parseStrictJson(bytes))
}

/** Reads one page of a listing. */
export function readPage(bytes: Uint8Array): EntryPage {
  const { entries, next } = parseStrictJson(bytes)
  if (!Array.isArray(entries) || (next !== undefined && typeof next !== 'string'))
    throw new Error('no page of a listing')
  return { entries: entries.map(toEntry), next }
}

/** Reads what changed; undefined if that names no place. */
export function readChange(text: string): RegistryChange | undefined {
  try {
    const { service, kid } = parseStrictJson(Buffer.from(text))
    return isServiceName(service) && isKid(kid) ? { service, kid } : undefined
  } catch {
    return undefined
  }
}

function toEntry(value: JsonValue): RegistryEntry {
  const { service, kid, registration, revoked } = toObject(value)
  if (!isServiceName(service) || !isKid(kid) || typeof revoked !== 'boolean') throw new Error('no entry of a registry')
  if (registration === undefined) return Object.freeze({ service, kid, revoked })
  if (typeof registration !== 'string') throw new Error('no entry of a registry')
  // A text that is too long is given out a little longer than is allowed: it does not verify.
  return Object.freeze({ service, kid, registration: registration.slice(0, MAX_REGISTRATION_CHARACTERS + 1), revoked })
}

function toObject(value: JsonValue): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject
  throw new Error('no entry of a registry')
}
