import { quoted } from './quoted.js'

const MAX_LISTED = 6

/** Literals as a sentence lists them: `` `a`, `b` or `c` ``. */
export function literalsPhrase(literals: Iterable<unknown>, conjunction: 'and' | 'or'): string {
  const names = Array.from(literals, literal => quoted(String(literal)))
  const hidden = names.length - MAX_LISTED
  if (hidden > 0) names.splice(MAX_LISTED, hidden, `${hidden} more`)
  const last = names.pop() ?? ''
  return names.length === 0 ? last : `${names.join(', ')} ${conjunction} ${last}`
}
