import { AvailabilityError, PresentationReplayed, ReplayStoreUnavailable } from '../errors.js'
import type { Receiver } from './party.js'
import type { UnverifiedHop } from './presentation.js'

/** Asks whether a presentation was accepted before (invariant 12); a store that knows the answer gives it at once. Throws ERR_REPLAY_STORE_UNAVAILABLE. */
export function askReplayStore(newest: UnverifiedHop, operation: string, { replay, limits }: Receiver, now: number) {
  const { iss, kid, jti, iat } = newest.header
  const until = iat + limits.presentationSeconds(operation) + 2 * limits.skewSeconds
  try {
    const verdict = replay.remember({ caller: iss, kid, jti, issuedAt: iat, until }, now)
    return typeof verdict === 'string' ? verdict : Promise.resolve(verdict).catch(refuseUnanswered)
  } catch (cause) {
    return refuseUnanswered(cause)
  }
}

function refuseUnanswered(cause: unknown): never {
  if (cause instanceof AvailabilityError) throw cause
  throw new ReplayStoreUnavailable('the replay store cannot answer', { cause })
}

/** Throws ERR_PRESENTATION_REPLAYED, and ERR_REPLAY_STORE_UNAVAILABLE for what is no answer. */
export function checkOnce(verdict: 'new' | 'seen'): void {
  if (verdict === 'new') return
  if (verdict === 'seen') throw new PresentationReplayed('the presentation was accepted before', { hop: 0 })
  throw new ReplayStoreUnavailable('the replay store gave no answer')
}
