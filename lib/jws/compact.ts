import type { JsonObject } from '../model/json.js'
import { decodeBase64url, encodeBase64url, isCanonicalBase64url } from './base64url.js'
import type { SigningKey } from './signing-key.js'
import { NotStrict, parseStrictJson, type TopLevelNumbers } from './strict-json.js'

/** A compact JWS taken apart, not verified. */
export interface UnverifiedCompact {
  readonly header: JsonObject
  readonly payload: Buffer
  readonly signature: Buffer
}

/** Takes a compact JWS apart under the strict rules of invariant 2; `numbers` says how its header writes them. Throws NotStrict. */
export function parseUnverifiedCompact(text: string, numbers?: TopLevelNumbers): UnverifiedCompact {
  const segments = text.split('.', 4)
  const [header, payload, signature] = segments
  if (segments.length !== 3 || !header || !payload || !signature) throw new NotStrict('not three segments')
  for (const segment of segments) {
    if (!isCanonicalBase64url(segment)) throw new NotStrict('not canonical base64url')
  }
  return {
    header: parseStrictJson(decodeBase64url(header), numbers),
    payload: decodeBase64url(payload),
    signature: decodeBase64url(signature),
  }
}

/** Signs a compact JWS. */
export async function signCompact(header: object, payload: string, key: SigningKey): Promise<string> {
  const input = `${encodeBase64url(JSON.stringify(header))}.${encodeBase64url(payload)}`
  const signature = await key.sign(Buffer.from(input, 'latin1'))
  return `${input}.${encodeBase64url(signature)}`
}
