/** The UTF-8 bytes of a text, save that U+DC80 to U+DCFF stand for the single bytes 0x80 to 0xFF, so that a text can be no UTF-8. */
export function toRawBytes(text: string): Buffer {
  const parts = text.split(/([\udc80-\udcff])/)
  return Buffer.concat(
    parts.map((part, at) => (at % 2 === 1 ? Buffer.of(part.charCodeAt(0) & 0xff) : Buffer.from(part, 'utf8'))),
  )
}
