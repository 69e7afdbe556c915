/** What an operator does once, so that the engine itself lets each service write below its own name only. */
export interface RegistrySetup {
  /** In the engine's own language, as an operator would type or store it; passwords stand as `<password of cart>`. */
  readonly statements: string
  /**
   * Applies them over an operator's connection, with a password for every service by its name; absent where the engine reads
   * them from a file of its own. Idempotent: run again with one service more, it adds that one.
   */
  readonly apply?: (passwords: Readonly<Record<string, string>>) => Promise<void>
}
