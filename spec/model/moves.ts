import type { Operation } from './cast.js'
import type { Present } from './present.js'

// A script is plain data: it can be drawn from a seed, printed, played again and made smaller. Services stand by their position
// in the cast; one that is out of range is the stranger. Every move keeps its number when others are left out.

/** A presentation that a move brought into the world: 0 is the origin's. */
export interface Reference {
  readonly move: number
  readonly hop: number
}

/** What a hop is bound to: a request of `requests.ts` by its position. */
export interface Binding {
  readonly request: number
  readonly streamed: boolean
}

/** What a chain begins with. A flaw is something that a receiver must not let through. */
export type InitialPlan =
  | { readonly kind: 'job' }
  | { readonly kind: 'user'; readonly user: number; readonly life?: number | undefined; readonly flaw?: 'iss' | 'date' }
  | { readonly kind: 'jwt'; readonly user: number; readonly life?: number | undefined; readonly flaw?: JwtFlaw }
  | { readonly kind: 'token' }

export const JWT_FLAWS = ['audience', 'issuer', 'rogue', 'id-token', 'crit', 'forever', 'early', 'unsecured'] as const
export type JwtFlaw = (typeof JWT_FLAWS)[number]

/** One call of the ordinary traffic. */
export interface Leg {
  readonly to: number
  readonly operation: Operation
  readonly bind?: Binding | undefined
  readonly claims?: number | undefined
  readonly life?: number | undefined
  /** The adversary sees it on the wire, secret and all. */
  readonly tapped: boolean
}

/** Ordinary traffic: one call after the other, each continuing the one before. The last may be kept from its addressee. */
export interface Transact {
  readonly kind: 'transact'
  readonly move: number
  readonly origin: number
  readonly initial: InitialPlan
  readonly legs: readonly Leg[]
  readonly withheld: boolean
}

/** Time goes by. */
export interface Step {
  readonly kind: 'step'
  readonly move: number
  readonly seconds: number
}

export const REGISTRATION_KINDS = [
  'own',
  'short',
  'future',
  'small-order',
  'names-another',
  'stolen',
  'garbage',
  'kid-of-another',
  'key-of-another',
  'private',
  'unsigned',
  'long',
  'typ',
] as const
export type RegistrationKind = (typeof REGISTRATION_KINDS)[number]

/** A corrupted service writes below its own path. */
export interface Publish {
  readonly kind: 'publish'
  readonly move: number
  readonly as: number
  readonly registration: RegistrationKind
  readonly victim: number
}

/** A corrupted service leaves a tombstone below its own path: for its first key, or for one that it published. */
export interface Revoke {
  readonly kind: 'revoke'
  readonly move: number
  readonly as: number
  readonly published?: number | undefined
}

/** An instance of an honest service is started anew, with its key; what its own memory remembered is gone. */
export interface Restart {
  readonly kind: 'restart'
  readonly move: number
  readonly role: number
  readonly instance: number
}

/** The registry stops answering, or answers again. */
export interface Outage {
  readonly kind: 'outage'
  readonly move: number
  readonly isDown: boolean
}

/** Everything that may happen. */
export type Move = Transact | Step | Publish | Revoke | Restart | Outage | Present
