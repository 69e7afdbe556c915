const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** BASE64URL of RFC 7515, section 2: of bytes, or of the UTF-8 bytes of a text. */
export function base64url(data: Uint8Array | string): string {
  return Buffer.from(data as string).toString('base64url')
}

/** Another text that most decoders read as the same bytes: the unused bits of the last segment's last character are set. */
export function looseTwin(text: string): string {
  const segment = text.slice(text.lastIndexOf('.') + 1)
  if (segment.length % 4 === 0) throw new Error('a segment of whole groups has no unused bits')
  return text.slice(0, -1) + ALPHABET[ALPHABET.indexOf(text.slice(-1)) + 1]
}
