import { SKEW_SECONDS } from '../limits/chains.js'
import { type CallInitialToken, claimOf } from './call.js'
import type * as Document from './generated/policy-document.js'

/** A moment that the initial token tells. */
interface Moment {
  /** The claim that tells when: whole seconds since the epoch. */
  readonly claim: 'auth_time' | 'iat'
  readonly name: string
  /** How a sentence says how long ago that was. */
  readonly phrase: (span: string) => string
}

/** The user logged in (OpenID Connect Core 1.0, section 2). */
export const LOGIN: Moment = { claim: 'auth_time', name: 'login', phrase: span => `a login ${span} ago` }

/** The token was issued (RFC 7519, section 4.1.6). */
export const ISSUE: Moment = { claim: 'iat', name: 'issue', phrase: span => `an age of ${span}` }

/** A question about how long ago a moment was. */
export interface AgeMatcher {
  matches(initialToken: CallInitialToken): boolean
  /** What matches, in words. */
  readonly phrase: string
  /** How long ago it was, or why that is unknown, in words; undefined where it matches. */
  found(initialToken: CallInitialToken): string | undefined
}

/** A moment at most so long ago. One whose time is unknown, or lies ahead by more than clocks differ, never matches. */
export function compileAgeMatcher(moment: Moment, { seconds }: Document.AgeBound): AgeMatcher {
  const phrase = moment.phrase(`at most ${seconds} s`)
  const matches = (initialToken: CallInitialToken) => isWithin(ageOf(moment, initialToken), seconds)
  return {
    phrase,
    matches,
    found: initialToken => (matches(initialToken) ? undefined : foundAge(moment, initialToken)),
  }
}

function isWithin(age: number | undefined, seconds: number): boolean {
  return age !== undefined && age >= -SKEW_SECONDS && age <= seconds
}

function ageOf({ claim }: Moment, { claims, now }: CallInitialToken): number | undefined {
  const time = claimOf(claims, claim)
  return now !== undefined && isWholeTime(time) ? now - time : undefined
}

function isWholeTime(time: unknown): time is number {
  return typeof time === 'number' && Number.isSafeInteger(time) && time >= 0
}

function foundAge(moment: Moment, initialToken: CallInitialToken): string {
  const age = ageOf(moment, initialToken)
  if (initialToken.now === undefined) return 'no `now` to count from'
  if (age === undefined) return `no time of ${moment.name}`
  return age < 0 ? `a time of ${moment.name} that lies ahead` : moment.phrase(`${age} s`)
}
