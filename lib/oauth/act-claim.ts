import type { VerifiedCall } from '../chain/verified-call.js'

/** Who acted, and for whom in turn (RFC 8693, section 4.1). */
export interface Actor {
  /** A service, by registered name. */
  readonly sub: string
  /** Whoever called it. */
  readonly act?: Actor
}

/** The call stack of a verified call as an `act` claim: the nearest caller outermost, the origin innermost. Frozen. */
export function actClaim({ callStack }: VerifiedCall): Actor {
  const [nearest, ...others] = callStack
  if (nearest === undefined) throw new TypeError('a verified call has at least one frame')
  const callers = others.reduceRight<Actor | undefined>((act, { service }) => nest(service, act), undefined)
  return nest(nearest.service, callers)
}

function nest(sub: string, act: Actor | undefined): Actor {
  return Object.freeze({ sub, ...(act !== undefined && { act }) })
}
