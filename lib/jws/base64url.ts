// BASE64URL of RFC 7515, section 2, canonical: what is decoded encodes to the same text again.

const ALPHABET = /^[A-Za-z0-9_-]*$/
// Last characters whose unused low bits are zero, by how many characters stand in the last group (RFC 4648, section 3.5).
const LAST_OF_TWO = /[AQgw]$/
const LAST_OF_THREE = /[AEIMQUYcgkosw048]$/

/** Whether a text is canonical base64url. The empty text is. */
export function isCanonicalBase64url(text: string): boolean {
  return ALPHABET.test(text) && endsCanonically(text)
}

/** Whether a text that is known to be of base64url's alphabet ends as canonical base64url does. */
export function endsCanonically(text: string): boolean {
  switch (text.length % 4) {
    case 0:
      return true
    case 2:
      return LAST_OF_TWO.test(text)
    case 3:
      return LAST_OF_THREE.test(text)
    default:
      return false
  }
}

/** Decodes text that is known to be canonical. */
export function decodeBase64url(text: string): Buffer {
  return Buffer.from(text, 'base64url')
}

/** Encodes bytes, or the UTF-8 bytes of a text. */
export function encodeBase64url(data: Uint8Array | string): string {
  if (typeof data === 'string') return Buffer.from(data, 'utf8').toString('base64url')
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64url')
}
