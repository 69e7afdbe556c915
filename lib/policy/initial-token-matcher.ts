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
}

/** What the claims of the initial token must be. All that is asked must hold. */
export function compileInitialTokenMatcher(
  document: Document.InitialTokenMatcher,
  patterns: Patterns,
): InitialTokenMatcher {
  const parts: InitialTokenMatcher[] = []
  if (document['where-issuer-is'] !== undefined) {
    const { matches, phrase } = compileValueMatcher(document['where-issuer-is'], patterns)
    parts.push({ matches: ({ claims }) => matches(claimOf(claims, 'iss')), phrase: `issuer ${phrase}` })
  }
  if (document['where-scope-contains'] !== undefined) {
    const { matches, phrase } = compileCollectionMatcher(document['where-scope-contains'])
    parts.push({ matches: ({ scope }) => matches(scope), phrase: `scope containing ${phrase}` })
  }
  if (document['where-audience-contains'] !== undefined) {
    const { matches, phrase } = compileCollectionMatcher(document['where-audience-contains'])
    parts.push({ matches: ({ audience }) => matches(audience), phrase: `audience containing ${phrase}` })
  }
  if (document['where-claim'] !== undefined) {
    const { matches, phrase } = compileClaimsMatcher(document['where-claim'], patterns)
    parts.push({ matches: ({ claims }) => matches(claims), phrase })
  }
  const phrase = `an initial token with ${parts.map(part => part.phrase).join(' and ')}`
  return { matches: initialToken => parts.every(part => part.matches(initialToken)), phrase }
}
