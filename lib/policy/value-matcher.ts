import type * as Document from './generated/policy-document.js'
import type { Patterns } from './pattern.js'
import { literalsPhrase } from './phrase.js'
import { quoted } from './quoted.js'

/** A question about one value, of any type. */
export interface Matcher {
  matches(value: unknown): boolean
  /** What matches, in words. */
  readonly phrase: string
}

/** `equal-to`, `matching` and `one-of`: all that are there must hold. A missing value matches none of them. */
export function compileValueMatcher(document: Document.ValueMatcher, patterns: Patterns): Matcher {
  const { 'equal-to': literal, matching, 'one-of': literals } = document
  const parts: Matcher[] = []
  if (literal !== undefined) parts.push({ matches: value => value === literal, phrase: quoted(String(literal)) })
  if (matching !== undefined) parts.push(matchingPattern(matching, patterns))
  if (literals !== undefined) parts.push(oneOf(new Set<unknown>(literals)))
  return allOf(parts)
}

/** A matcher that asks several questions about the same value. */
export function allOf(parts: readonly Matcher[]): Matcher {
  const [first, ...others] = parts
  if (first !== undefined && others.length === 0) return first
  return {
    matches: value => parts.every(part => part.matches(value)),
    phrase: parts.map(part => part.phrase).join(' and '),
  }
}

function matchingPattern(source: string, patterns: Patterns): Matcher {
  const pattern = patterns.get(source)
  return {
    matches: value => typeof value === 'string' && pattern.matches(value),
    phrase: quoted(`/${source}/`),
  }
}

function oneOf(literals: ReadonlySet<unknown>): Matcher {
  return { matches: value => literals.has(value), phrase: literalsPhrase(literals, 'or') }
}
