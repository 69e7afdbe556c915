import { isMissing } from './call.js'
import type { ClaimMatcher, ClaimMatchers, CollectionMatcher, Key, Literal, ValueMatcher } from './document.js'
import { matchesWhole } from './pattern.js'

const LONGEST_TEXT = 8192

/** Values, collections and claims: docs/policy.md, section 5. */
export class ValueEvaluator {
  /** The keys that had something to say so far. */
  readonly heard = new Set<Key>()
  readonly #reversed: Key | undefined

  /** With a key to reverse, whatever this key says is read the other way round: so we see whether the key matters. */
  constructor(reversed?: Key) {
    this.#reversed = reversed
  }

  /** What a key says. Every answer of every key goes through here. */
  protected told(key: Key, holds: boolean): boolean {
    this.heard.add(key)
    return key === this.#reversed ? !holds : holds
  }

  protected claimsMatch(matchers: ClaimMatchers, claims: object): boolean {
    return Object.entries(matchers).every(([name, matcher]) => this.claimMatches(matcher, this.claimOf(claims, name)))
  }

  protected claimOf(claims: object, name: string): unknown {
    return Object.hasOwn(claims, name) ? (claims as Readonly<Record<string, unknown>>)[name] : undefined
  }

  protected claimMatches(matcher: ClaimMatcher, claim: unknown): boolean {
    const { is, contains } = matcher
    if (is !== undefined && !this.told('is', this.valueMatches(is, claim))) return false
    if (contains !== undefined && !this.told('contains', this.listMatches(contains, claim))) return false
    return true
  }

  protected valueMatches(matcher: ValueMatcher, value: unknown): boolean {
    if (isMissing(value)) return false
    const { 'equal-to': literal, 'one-of': literals, matching } = matcher
    if (literal !== undefined && !this.told('equal-to', this.equal(literal, value))) return false
    if (
      literals !== undefined &&
      !this.told(
        'value: one-of',
        literals.some(one => this.equal(one, value)),
      )
    )
      return false
    if (matching !== undefined && !this.told('matching', this.patternMatches(matching, value))) return false
    return true
  }

  protected equal(literal: Literal, value: unknown): boolean {
    return literal === value
  }

  protected patternMatches(pattern: string, value: unknown): boolean {
    return typeof value === 'string' && value.length <= LONGEST_TEXT && matchesWhole(pattern, value)
  }

  protected listMatches(matcher: CollectionMatcher, list: unknown): boolean {
    if (!Array.isArray(list)) return false
    const elements: readonly unknown[] = [...list] // so that a hole is an element, too
    const has = (literal: Literal) => elements.some(element => this.equal(literal, element))
    const { value, 'one-of': some, 'all-of': all, only } = matcher
    if (value !== undefined && !this.told('value', has(value))) return false
    if (some !== undefined && !this.told('collection: one-of', some.some(has))) return false
    if (all !== undefined && !this.told('all-of', all.every(has))) return false
    if (only !== undefined && !this.told('only', this.hasOnly(only, elements))) return false
    return true
  }

  protected hasOnly(literals: readonly Literal[], elements: readonly unknown[]): boolean {
    const isThere = (literal: Literal) => elements.some(element => this.equal(literal, element))
    const isAllowed = (element: unknown) => literals.some(literal => this.equal(literal, element))
    return literals.every(isThere) && elements.every(isAllowed)
  }
}
