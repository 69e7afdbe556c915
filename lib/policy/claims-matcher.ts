import { type Claims, claimOf } from './call.js'
import { compileCollectionMatcher } from './collection-matcher.js'
import type * as Document from './generated/policy-document.js'
import type { Patterns } from './pattern.js'
import { quoted } from './quoted.js'
import { allOf, compileValueMatcher, type Matcher } from './value-matcher.js'

/** A question about claims, present or not. */
export interface ClaimsMatcher {
  matches(claims: Claims | undefined): boolean
  /** What matches, in words. */
  readonly phrase: string
}

/** Claims by name, each with what it must be or contain: all must hold. */
export function compileClaimsMatcher(document: Document.ClaimsMatcher, patterns: Patterns): ClaimsMatcher {
  const claims = Object.entries(document).map(([name, claim]) => ({ name, matcher: compileClaim(claim, patterns) }))
  return {
    matches: present => claims.every(({ name, matcher }) => matcher.matches(claimOf(present, name))),
    phrase: claims.map(({ name, matcher }) => `claim ${quoted(name)} ${matcher.phrase}`).join(' and '),
  }
}

function compileClaim({ is, contains }: Document.ClaimMatcher, patterns: Patterns): Matcher {
  const parts: Matcher[] = []
  if (is !== undefined) parts.push(said('being', compileValueMatcher(is, patterns)))
  if (contains !== undefined) parts.push(said('containing', compileCollectionMatcher(contains)))
  return allOf(parts)
}

/** The same matcher with a word before its phrase. */
export function said(word: string, { matches, phrase }: Matcher): Matcher {
  return { matches, phrase: `${word} ${phrase}` }
}
