import type * as Document from './generated/policy-document.js'
import { literalsPhrase } from './phrase.js'
import { allOf, type Matcher } from './value-matcher.js'

type Literals = readonly Document.Literal[]
type List = readonly unknown[]

/** `value`, `one-of`, `all-of` and `only`: all that are there must hold. Nothing but a list matches. */
export function compileCollectionMatcher(document: Document.CollectionMatcher): Matcher {
  const { value, 'one-of': some, 'all-of': all, only } = document
  const parts: Matcher[] = []
  if (value !== undefined) parts.push(ofLists(list => list.includes(value), literalsPhrase([value], 'and')))
  if (some !== undefined) parts.push(holdsSome(some))
  if (all !== undefined) parts.push(ofLists(list => includesAll(list, all), literalsPhrase(all, 'and')))
  if (only !== undefined) parts.push(holdsOnly(only))
  return allOf(parts)
}

function ofLists(matches: (list: List) => boolean, phrase: string): Matcher {
  return { matches: value => Array.isArray(value) && matches(value), phrase }
}

function holdsSome(literals: Literals): Matcher {
  const wanted = new Set<unknown>(literals)
  return ofLists(list => list.some(element => wanted.has(element)), literalsPhrase(literals, 'or'))
}

function holdsOnly(literals: Literals): Matcher {
  const allowed = new Set<unknown>(literals)
  const phrase = `only ${literalsPhrase(literals, 'and')}`
  return ofLists(list => isWithin(list, allowed) && includesAll(list, literals), phrase)
}

// `every` would pass over holes.
function isWithin(list: List, allowed: ReadonlySet<unknown>): boolean {
  for (const element of list) if (!allowed.has(element)) return false
  return true
}

/** Up to this many literals are looked for one by one, which is faster than a set of the list's elements. */
const FEW = 8

function includesAll(list: List, literals: Literals): boolean {
  if (literals.length <= FEW) return literals.every(literal => list.includes(literal))
  const elements = new Set(list)
  return literals.every(literal => elements.has(literal))
}
