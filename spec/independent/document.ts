/** The policy language as docs/policy.md tells it, as types of a parsed document. Nothing here comes from the library. */

export type Literal = string | number | boolean

/** Section 5. */
export interface ValueMatcher {
  readonly 'equal-to'?: Literal
  readonly 'one-of'?: readonly Literal[]
  readonly matching?: string
}

export interface CollectionMatcher {
  readonly value?: Literal
  readonly 'one-of'?: readonly Literal[]
  readonly 'all-of'?: readonly Literal[]
  readonly only?: readonly Literal[]
}

export interface ClaimMatcher {
  readonly is?: ValueMatcher
  readonly contains?: CollectionMatcher
}

export type ClaimMatchers = Readonly<Record<string, ClaimMatcher>>

/** Section 4. `come-through` and `originate-from` have neither `optional` nor `any-number-of-apps`. */
export interface FrameMatcher {
  readonly 'app-name'?: ValueMatcher
  readonly 'any-app'?: boolean
  readonly 'any-number-of-apps'?: boolean
  readonly 'via-operation'?: ValueMatcher
  readonly 'where-claim'?: ClaimMatchers
  readonly optional?: boolean
}

/** Section 3. */
export interface InitialTokenMatcher {
  readonly 'where-issuer-is'?: ValueMatcher
  readonly 'where-scope-contains'?: CollectionMatcher
  readonly 'where-audience-contains'?: CollectionMatcher
  readonly 'where-authenticated-within'?: AgeBound
  readonly 'where-issued-within'?: AgeBound
  readonly 'where-claim'?: ClaimMatchers
}

export interface AgeBound {
  readonly seconds: number
}

export interface TokenMatcher {
  readonly 'have-operation'?: ValueMatcher
  readonly 'have-claim'?: ClaimMatchers
  readonly 'have-initial-token'?: InitialTokenMatcher
  readonly 'have-no-initial-token'?: boolean
  readonly 'come-from'?: readonly FrameMatcher[]
  readonly 'come-through'?: readonly FrameMatcher[]
  readonly 'originate-from'?: FrameMatcher
  readonly 'have-at-most'?: { readonly apps: number }
  readonly or?: TokenMatcher
}

/** Section 2. */
export interface Rule {
  readonly name?: string
  readonly because?: string
  readonly 'any-token'?: boolean
  readonly 'tokens-that'?: TokenMatcher
  readonly must?: TokenMatcher
  readonly 'must-be-rejected'?: boolean
}

export interface RuleList {
  readonly name?: string
  readonly 'enforce-the-first-matching-rule': readonly Rule[]
  readonly otherwise?: 'accept'
}

export interface PolicyDocument {
  readonly 'for-each-of-the-following': readonly RuleList[]
}

/** Every key of the language, with its place where the same word stands in two. */
export const KEYS = [
  'for-each-of-the-following',
  'enforce-the-first-matching-rule',
  'otherwise',
  'list: name',
  'rule: name',
  'because',
  'any-token',
  'tokens-that',
  'must',
  'must-be-rejected',
  'have-operation',
  'have-claim',
  'have-initial-token',
  'have-no-initial-token',
  'come-from',
  'come-through',
  'originate-from',
  'have-at-most',
  'or',
  'where-issuer-is',
  'where-scope-contains',
  'where-audience-contains',
  'where-authenticated-within',
  'where-issued-within',
  'initial token: where-claim',
  'app-name',
  'any-app',
  'any-number-of-apps',
  'via-operation',
  'frame: where-claim',
  'optional',
  'is',
  'contains',
  'equal-to',
  'value: one-of',
  'matching',
  'value',
  'collection: one-of',
  'all-of',
  'only',
] as const

export type Key = (typeof KEYS)[number]
