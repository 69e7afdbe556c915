// What RE2 and RegExp read differently, of what our patterns use.
const PIECES = /\\.|\[[^\]]*\]|\./g
const OF_RE2 = new Map([
  ['.', '[^\\n]'],
  ['\\s', '[\\t\\n\\f\\r ]'],
  ['\\S', '[^\\t\\n\\f\\r ]'],
])
const compiled = new Map<string, RegExp>()

/** RE2's `^(?:PATTERN)$` by means of RegExp, for patterns that have flags, if any, as a `(?ims)` in front. */
export function matchesWhole(pattern: string, text: string): boolean {
  const expression = compiled.get(pattern) ?? compile(pattern)
  compiled.set(pattern, expression)
  // A match of everything begins at 0, so it is the first one. Look-behind would be no anchor: V8 also looks from within a
  // pair of surrogates.
  return expression.exec(text)?.[0] === text
}

function compile(pattern: string): RegExp {
  const [prefix, flags = ''] = /^\(\?([ims]+)\)/.exec(pattern) ?? ['']
  const body = pattern
    .slice(prefix.length)
    .replace(PIECES, part => (part === '.' && flags.includes('s') ? part : (OF_RE2.get(part) ?? part)))
  // Not `$`: under `(?m)` it would be the end of a line.
  return new RegExp(`(?:${body})(?![\\s\\S])`, `u${flags}`)
}
