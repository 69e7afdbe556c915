import { compileAgeMatcher, ISSUE, LOGIN } from './age-matcher.js'
import { type CallInitialToken, claimOf } from './call.js'
import { compileClaimsMatcher } from './claims-matcher.js'
import { compileCollectionMatcher } from './collection-matcher.js'
import type * as Document from './generated/policy-document.js'
import type { Patterns } from './pattern.js'
import { compileValueMatcher } from './value-matcher.js'

/** A question about what the chain began with. */
export interface InitialTokenMatcher {
  matches(initialToken: CallInitialToken): boolean
  /** What matches, in words. */
  readonly phrase: string
  /** What is there instead, in words, where that is said: the value of a claim is not. */
  found?(initialToken: CallInitialToken): string | undefined
}

/** What the claims of the initial token must be. All that is asked must hold. */
export function compileInitialTokenMatcher(
  document: Document.InitialTokenMatcher,
  patterns: Patterns,
): InitialTokenMatcher {
  const parts = questions(document, patterns)
  const phrase = `an initial token with ${parts.map(part => part.phrase).join(' and ')}`
  return {
    phrase,
    matches: initialToken => parts.every(part => part.matches(initialToken)),
    found: initialToken => foundByAny(parts, initialToken),
  }
}

function questions(document: Document.InitialTokenMatcher, patterns: Patterns): InitialTokenMatcher[] {
  const { 'where-issuer-is': issuer, 'where-claim': others } = document
  const { 'where-scope-contains': scopes, 'where-audience-contains': audiences } = document
  const { 'where-authenticated-within': login, 'where-issued-within': issue } = document
  const parts: InitialTokenMatcher[] = []
  if (issuer !== undefined) {
    const { matches, phrase } = compileValueMatcher(issuer, patterns)
    parts.push({ matches: ({ claims }) => matches(claimOf(claims, 'iss')), phrase: `issuer ${phrase}` })
  }
  if (scopes !== undefined) {
    const { matches, phrase } = compileCollectionMatcher(scopes)
    parts.push({ matches: ({ scope }) => matches(scope), phrase: `scope containing ${phrase}` })
  }
  if (audiences !== undefined) {
    const { matches, phrase } = compileCollectionMatcher(audiences)
    parts.push({ matches: ({ audience }) => matches(audience), phrase: `audience containing ${phrase}` })
  }
  if (login !== undefined) parts.push(compileAgeMatcher(LOGIN, login))
  if (issue !== undefined) parts.push(compileAgeMatcher(ISSUE, issue))
  if (others !== undefined) {
    const { matches, phrase } = compileClaimsMatcher(others, patterns)
    parts.push({ matches: ({ claims }) => matches(claims), phrase })
  }
  return parts
}

function foundByAny(parts: readonly InitialTokenMatcher[], initialToken: CallInitialToken): string | undefined {
  const found = new Set(parts.flatMap(part => part.found?.(initialToken) ?? []))
  return found.size > 0 ? [...found].join(' and ') : undefined
}
