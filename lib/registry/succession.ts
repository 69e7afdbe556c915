import { PUBLICATION_SETTLE_SECONDS } from '../limits/keys.js'
import { hasNotBegun, type PublishedKey } from './registered-key.js'

/** A key that was published, and waits. */
export interface Successor {
  readonly published: PublishedKey
  /** The moment at which it takes over, in seconds since the epoch. */
  readonly signsFrom: number
}

/** When a key that was published just now takes over from its predecessor. */
export type Takeover = (predecessor: PublishedKey, now: number) => number

/** When verifiers can know it, or while its predecessor can still be used: whichever comes first. */
export function afterSettling(predecessor: PublishedKey, now: number): number {
  if (hasNotBegun(predecessor, now)) return now
  return Math.min(now + PUBLICATION_SETTLE_SECONDS, predecessor.expiresAt - PUBLICATION_SETTLE_SECONDS)
}

/** The predecessor is refused everywhere. */
export function atOnce(_: PublishedKey, now: number): number {
  return now
}
