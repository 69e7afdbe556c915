/** One parser, and how it is attacked. */
export interface Target {
  readonly name: string
  /** Inputs to begin with, most of them lawful. */
  readonly corpus: readonly string[]
  /** What an input falls apart into. Whatever it does not match is lost, so it matches everything. */
  readonly token: RegExp
  /** Pieces that mean something to the parser. */
  readonly dictionary: readonly string[]
  /** The shapes that are known to hurt: tried first, in every run, and never changed. */
  readonly bombs: readonly string[]
  /** Processor milliseconds that one input may take. */
  readonly milliseconds: number
  isLawful(outcome: string): boolean
  /** Gives the parser an input. Never throws: what is thrown is shown. */
  attempt(input: string): Promise<Trial>
  close(): Promise<void>
}

/** What came of one input. */
export interface Trial {
  /** `accepted`, a code, or whatever else the parser's caller got. */
  readonly outcome: string
  /** Everything that the caller got. */
  readonly shown: readonly unknown[]
  /** What none of that may show a piece of. */
  readonly secrets: readonly string[]
}
