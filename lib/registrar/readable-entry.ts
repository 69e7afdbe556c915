import { MAX_REGISTRATION_CHARACTERS } from '../limits/keys.js'
import type { RegistryEntry } from '../model/registry.js'

// Of JWSs, with a delegation behind the first.
const ALPHABET = /^[A-Za-z0-9._~-]*$/
// No registration, as what stands there is none.
const UNREADABLE = 'unreadable'

/** An entry as it is given out: whoever could write garbage of any size into the engine must not make a page of it that nobody can read. */
export function readableEntry(entry: RegistryEntry): RegistryEntry {
  const { registration } = entry
  if (registration === undefined) return entry
  const isReadable = registration.length <= MAX_REGISTRATION_CHARACTERS && ALPHABET.test(registration)
  return isReadable ? entry : { ...entry, registration: UNREADABLE }
}
