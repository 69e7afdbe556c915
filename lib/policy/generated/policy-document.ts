// Generated from policy.schema.json by scripts/generate-policy.mjs; do not edit.

/** Decides over a call by its call stack. Every rule list must accept. */
export interface PolicyDocument {
  /** The rule lists. Every one of them must accept the call. */
  readonly 'for-each-of-the-following': readonly RuleList[]
}

/** The first rule whose condition matches decides. Where none matches, the list rejects. */
export interface RuleList {
  /** Decisions quote it. */
  readonly 'name'?: Name
  /** The rules, tried from top to bottom. */
  readonly 'enforce-the-first-matching-rule': readonly Rule[]
  /** `accept`: the list accepts a call that none of its conditions matches. It never rescues a failed `must`. */
  readonly 'otherwise'?: 'accept'
}

/** A condition (`any-token` or `tokens-that`) and a consequence (`must` or `must-be-rejected`). */
export interface Rule {
  /** Decisions quote it. */
  readonly 'name'?: Name
  /** Why the rule exists. Decisions quote it. */
  readonly 'because'?: string
  /** Condition: every call. */
  readonly 'any-token'?: boolean
  /** Condition: calls that match. */
  readonly 'tokens-that'?: TokenMatcher
  /** Consequence: the call must match this. */
  readonly 'must'?: TokenMatcher
  /** Consequence: the call is rejected. */
  readonly 'must-be-rejected'?: boolean
}

/** What a call must look like. All keys beside each other must hold; `or` is an alternative to all of them. */
export interface TokenMatcher {
  /** The operation that the direct caller asks for. */
  readonly 'have-operation'?: ValueMatcher
  /** What the chain began with. False without an initial token. */
  readonly 'have-initial-token'?: InitialTokenMatcher
  /** The chain began without an initial token. */
  readonly 'have-no-initial-token'?: boolean
  /** Claims of the direct caller. */
  readonly 'have-claim'?: ClaimsMatcher
  /** The whole call stack, nearest caller first. Every frame is accounted for. */
  readonly 'come-from'?: readonly FrameMatcher[]
  /** These frames occur in this order, nearest caller first, with anything around them. */
  readonly 'come-through'?: readonly OneFrameMatcher[]
  /** The last frame: the service that started the chain. */
  readonly 'originate-from'?: OneFrameMatcher
  /** An upper bound on the call stack. */
  readonly 'have-at-most'?: StackBound
  /** An alternative to all keys beside it. */
  readonly 'or'?: TokenMatcher
}

/** All keys must hold. */
export interface InitialTokenMatcher {
  /** The claim `iss`. */
  readonly 'where-issuer-is'?: ValueMatcher
  /** The claim `scope`: a list, or a string with spaces between. */
  readonly 'where-scope-contains'?: CollectionMatcher
  /** The claim `aud`: a list, or a string that stands for a list of one. */
  readonly 'where-audience-contains'?: CollectionMatcher
  /** How long ago the login was, by the claim `auth_time`, at most. */
  readonly 'where-authenticated-within'?: AgeBound
  /** How old the token is, by the claim `iat`, at most. */
  readonly 'where-issued-within'?: AgeBound
  /** Any claims of the initial token. */
  readonly 'where-claim'?: ClaimsMatcher
}

/** How long ago something was, at most. */
export interface AgeBound {
  /** A whole number of seconds. */
  readonly 'seconds': number
}

/** Exactly one of `app-name`, `any-app: true` and `any-number-of-apps: true`, which stands alone. */
export interface FrameMatcher {
  /** The service's name. */
  readonly 'app-name'?: ValueMatcher
  /** One service, whatever its name. */
  readonly 'any-app'?: boolean
  /** Zero or more services. Stands alone. */
  readonly 'any-number-of-apps'?: boolean
  /** Zero or one frame instead of exactly one. */
  readonly 'optional'?: boolean
  /** The operation of this frame. */
  readonly 'via-operation'?: ValueMatcher
  /** Claims of this frame. */
  readonly 'where-claim'?: ClaimsMatcher
}

/** Exactly one of `app-name` and `any-app: true`. */
export interface OneFrameMatcher {
  /** The service's name. */
  readonly 'app-name'?: ValueMatcher
  /** One service, whatever its name. */
  readonly 'any-app'?: boolean
  /** The operation of this frame. */
  readonly 'via-operation'?: ValueMatcher
  /** Claims of this frame. */
  readonly 'where-claim'?: ClaimsMatcher
}

/** How many frames the call stack may have. */
export interface StackBound {
  /** Frames, the direct caller included. */
  readonly 'apps': number
}

/** All claims must match. A claim that is missing or null never does. */
export type ClaimsMatcher = { readonly [name: string]: ClaimMatcher }

/** All keys must hold. */
export interface ClaimMatcher {
  /** For a string, a number or a boolean. */
  readonly 'is'?: ValueMatcher
  /** For a list. */
  readonly 'contains'?: CollectionMatcher
}

/** All keys must hold. */
export interface ValueMatcher {
  /** The very value, of the very type. */
  readonly 'equal-to'?: Literal
  /** A string whose whole text matches this pattern (RE2 syntax). */
  readonly 'matching'?: string
  /** One of these values. */
  readonly 'one-of'?: Literals
}

/** All keys must hold. */
export interface CollectionMatcher {
  /** The list holds this value. */
  readonly 'value'?: Literal
  /** The list holds at least one of these. */
  readonly 'one-of'?: Literals
  /** The list holds all of these. */
  readonly 'all-of'?: Literals
  /** The list holds all of these and nothing else. */
  readonly 'only'?: Literals
}

export type Literal = string | number | boolean

export type Literals = readonly Literal[]

/** Decisions quote it. */
export type Name = string
