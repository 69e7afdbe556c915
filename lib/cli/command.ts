import type { Terminal } from './terminal.js'

/** All is well. */
export const OK = 0
/** It was refused, or could not be done. */
export const FAILED = 1
/** It was not understood. */
export const MISUSED = 2

/** One command of `countersign`. */
export interface Command {
  /** The words by which it is called, such as `registry list`. */
  readonly name: string
  /** One line of the list of commands. */
  readonly summary: string
  /** What `--help` shows: how it is called, what its options mean, an example. */
  readonly usage: string
  /** Does it, with the words that follow its name. Resolves to the exit status; what it throws becomes one line on standard error. */
  run(words: readonly string[], terminal: Terminal): Promise<number>
}

/** What was typed is not understood: exit status 2. The message says what to type instead, and quotes nothing that may be secret. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
