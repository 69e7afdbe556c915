const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}`]/gu
const PRINTABLE_ASCII = /^[ -_a-~]*$/

/** Text of a user in backticks: clipped, and with every control, format and unassigned character escaped. */
export function quoted(text: string, maxCharacters = 60): string {
  const clipped = text.length > maxCharacters ? `${text.slice(0, maxCharacters)}...` : text
  return `\`${escaped(clipped)}\``
}

/** Text of a user on one line, without characters that a terminal obeys. */
export function escaped(text: string): string {
  return PRINTABLE_ASCII.test(text) ? text : text.replace(UNPRINTABLE, escapeSequence)
}

function escapeSequence(character: string): string {
  if (character === '\n') return '\\n'
  if (character === '\t') return '\\t'
  return `\\u{${character.codePointAt(0)?.toString(16)}}`
}

/** A value of a document as a sentence names it: `` the string `shop` ``. */
export function described(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (typeof value === 'string') return `the string ${quoted(value)}`
  if (typeof value === 'number' || typeof value === 'boolean') return `the ${typeof value} \`${value}\``
  return Array.isArray(value) ? 'a list' : 'a mapping'
}
