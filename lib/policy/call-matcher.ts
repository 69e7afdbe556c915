import type { Call } from './call.js'

/** A question about a whole call. */
export interface CallMatcher {
  matches(call: Call): boolean
  /** What matches, in words. */
  readonly phrase: string
  /** What was expected of a call that does not match, in words. */
  expected(call: Call): string
}
