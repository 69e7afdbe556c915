import { forgeCompact } from '../../forge/compact.js'
import type { ForgedKey } from '../../forge/key.js'
import { toRawBytes } from '../raw-bytes.js'

// A compact JWS as an input: the JSON of its header, a line feed and the JSON of its payload, to be signed. An input without a
// line feed is the text of the JWS itself.

/** The input of a header and a payload. */
export function writePair(header: object, payload: object): string {
  return `${JSON.stringify(header)}\n${JSON.stringify(payload)}`
}

/** The JWS of an input. */
export function signPair(input: string, key: ForgedKey): string {
  const at = input.indexOf('\n')
  if (at < 0) return input
  const header = toRawBytes(input.slice(0, at)).toString('base64url')
  const payload = toRawBytes(input.slice(at + 1)).toString('base64url')
  return `${header}.${payload}.${key.sign(`${header}.${payload}`).toString('base64url')}`
}

/** The JWS itself as an input. */
export function writeSigned(header: object, payload: object, key: ForgedKey): string {
  return forgeCompact({ header, payload, key })
}
