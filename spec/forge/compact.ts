import { base64url } from './base64url.js'
import type { ForgedKey } from './key.js'

/** The pieces of a compact JWS (RFC 7515, section 3.1). An object is written as compact JSON, a text or bytes stand as they are. */
export interface CompactPieces {
  readonly header: object | string
  readonly payload: object | string | Uint8Array
  readonly key: ForgedKey
  /** Takes the place of the signature that the key makes. */
  readonly signature?: Uint8Array | undefined
}

/** Makes a compact JWS of whatever pieces. */
export function forgeCompact({ header, payload, key, signature }: CompactPieces): string {
  const input = `${base64url(written(header))}.${base64url(written(payload))}`
  return `${input}.${base64url(signature ?? key.sign(input))}`
}

function written(piece: object | string | Uint8Array): string | Uint8Array {
  return typeof piece === 'string' || piece instanceof Uint8Array ? piece : JSON.stringify(piece)
}
