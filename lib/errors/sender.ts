import { LocalError } from './base.js'

/** There is no call whose chain could be continued: start one explicitly. */
export class ContextMissing extends LocalError {
  readonly code = 'ERR_CONTEXT_MISSING'
}

/** The parent is not a call that this very service unwrapped. */
export class ParentForeign extends LocalError {
  readonly code = 'ERR_PARENT_FOREIGN'
}

/** What the new hop would continue, or the own registration, leaves it no time to live. */
export class LifetimeExhausted extends LocalError {
  readonly code = 'ERR_LIFETIME_EXHAUSTED'
}

/** Characters of one hop in a chain that is full. */
export interface HopCost {
  /** The hop's signer, or `initial token`, or `secret`. */
  readonly part: string
  readonly characters: number
}

/** One more hop would make the presentation too long or too deep. `costs` lists what each part takes, newest first. */
export class ChainFull extends LocalError {
  readonly code = 'ERR_CHAIN_FULL'
  override readonly invariant = 1

  constructor(
    message: string,
    readonly costs: readonly HopCost[],
  ) {
    super(message)
  }
}

/** The URL is not at the configured destination of its audience. */
export class DestinationRefused extends LocalError {
  readonly code = 'ERR_DESTINATION_REFUSED'
  override readonly invariant = 21
}

/** The body is a stream, whose bytes cannot be bound before they are sent. */
export class BodyStreamed extends LocalError {
  readonly code = 'ERR_BODY_STREAMED'
}

/** The service was stopped. */
export class ServiceStopped extends LocalError {
  readonly code = 'ERR_SERVICE_STOPPED'
  override readonly status = 503
}
