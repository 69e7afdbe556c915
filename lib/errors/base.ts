/** Where an error belongs: the hop at fault (0 is the newest) and the foreign error behind it. */
export interface Circumstance {
  readonly hop?: number | undefined
  readonly cause?: unknown
}

/**
 * Base of every error that is not a programmer's mistake. The literal `code` is the contract, the message is not;
 * neither ever holds a token, a key or a stack.
 */
export abstract class CountersignError extends Error {
  /** What went wrong, for programs. docs/errors.md lists them all. */
  abstract readonly code: `ERR_${string}`
  /** The HTTP status with which a receiver answers. */
  abstract readonly status: number
  /** The invariant of docs/wire-format.md that did not hold, where it is one of those. */
  declare readonly invariant?: number
  /** Position of the hop at fault, 0 being the newest, where one hop is at fault. */
  declare hop?: number

  constructor(message: string, { hop, cause }: Circumstance = {}) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = new.target.name
    if (hop !== undefined) this.hop = hop
  }

  /** The same error, placed at a hop. */
  at(hop: number): this {
    this.hop = hop
    return this
  }
}

/** What was presented does not hold. Outside, every one of these looks the same. */
export abstract class TokenError extends CountersignError {
  readonly status: number = 401
}

/** The caller is known, and may not. */
export abstract class PermissionError extends CountersignError {
  readonly status = 403
}

/** Something that must be asked cannot answer (invariant 17): try again later. */
export abstract class AvailabilityError extends CountersignError {
  readonly status: number = 503
  override readonly invariant: number = 17
}

/** A mistake or a limit on our own side: nothing was sent, or the service is set up wrongly. */
export abstract class LocalError extends CountersignError {
  readonly status: number = 500
}

/** A wrong argument or option: a programmer's mistake, in a family of its own. */
export class OptionError extends TypeError {
  readonly code = 'ERR_OPTION'

  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'OptionError'
  }
}
