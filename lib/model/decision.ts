/** What a policy says of a call, with its reasons (docs/policy.md). */
export interface Decision {
  readonly effect: 'accept' | 'reject'
  /** Whether a rejection keeps the call out: false where the service only observes. */
  readonly enforced: boolean
  /** One sentence: what decided, what was expected, what the call stack was. */
  readonly reason: string
  /** The verdict of each rule list that was asked, in the policy's order; the last one of a rejection is the one that failed. */
  readonly lists: readonly ListVerdict[]
  /** The services of the call stack, nearest caller first, as `cart < shop`. */
  readonly stack: string
}

/** What one rule list said. */
export interface ListVerdict {
  readonly effect: 'accept' | 'reject'
  /** Position of the list in the policy, from 1. */
  readonly list: number
  /** The list's `name`. */
  readonly name?: string
  /** The rule that decided; absent where no rule's condition matched. */
  readonly rule?: RuleReference
  /** Where `effect` is `reject`: what was expected, in words. */
  readonly expected?: string
}

/** Where a rule stands, so that a reader finds it. */
export interface RuleReference {
  /** Position of the rule in its list, from 1. */
  readonly index: number
  /** The rule's `name`. */
  readonly name?: string
  /** The rule's `because`. */
  readonly because?: string
  /** The policy's file, where it was loaded from one. */
  readonly file?: string
  /** Line of the policy's text, from 1. */
  readonly line: number
}
