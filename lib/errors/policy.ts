import { LocalError } from './base.js'

/** One thing that is wrong with a policy, at a place in its text. */
export interface PolicyProblem {
  /** What is wrong, without the place. */
  readonly message: string
  /** From 1. */
  readonly line: number
  /** From 1. */
  readonly column: number
}

/** A policy was refused at load. `problems` lists all that is wrong (the first 1,000); the message shows each with its line (the first 100). */
export class PolicyInvalid extends LocalError {
  readonly code = 'ERR_POLICY_INVALID'

  constructor(
    message: string,
    readonly problems: readonly PolicyProblem[],
  ) {
    super(message)
  }
}

/** A policy file could not be read. */
export class PolicyUnreadable extends LocalError {
  readonly code = 'ERR_POLICY_UNREADABLE'
}
