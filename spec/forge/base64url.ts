const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** BASE64URL of RFC 7515, section 2: of bytes, or of the UTF-8 bytes of a text. */
export function base64url(data: Uint8Array | string): string {
  return Buffer.from(data as string).toString('base64url')
}

/** Another text that most decoders read as the same bytes: the last character's unused bits are set. */
export function looseTwin(text: string): string {
  if (text.length % 4 === 0) throw new Error('a text of whole groups has no unused bits')
  const last = ALPHABET.indexOf(text.slice(-1))
  return text.slice(0, -1) + ALPHABET[last + 1]
}
