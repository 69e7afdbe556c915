import type { Decision, ListVerdict } from '../model/decision.js'
import type { InitialToken } from '../model/frame.js'

/** The diagnostics channel on which every decision over an incoming call is published. */
export const DECISION_CHANNEL = 'countersign:decision'

/**
 * One decision over an incoming call, with everything that the answer outside does not say. Never a token, key or secret.
 * What was not verified is not told, save under `claimed`.
 */
export interface DecisionEvent {
  /** Seconds since the epoch. */
  readonly time: number
  /** The receiver. */
  readonly service: string
  /** The operation that it bound to the route. */
  readonly operation: string
  /** Stands in the answer outside, as `instance`. */
  readonly correlation: string
  /** `observed`: the policy rejects, and the service only observes. */
  readonly outcome: 'accepted' | 'observed' | 'refused'
  /** How long the decision took, waiting for the registry, the replay store, issuers and the body included. */
  readonly microseconds: number
  /** Of the presentation, where it is a text. */
  readonly characters?: number
  /** Of the chain, where it could be taken apart. */
  readonly hops?: number
  /** Where refused: the HTTP status of the answer. */
  readonly status?: number
  /** Where refused: the error's code; absent for an error that is none of ours. */
  readonly code?: string
  /** Where refused: the invariant that did not hold. */
  readonly invariant?: number
  /** Where refused: the hop at fault, 0 being the newest. */
  readonly hop?: number
  /** Where refused: the error's message. */
  readonly message?: string
  /** The direct caller: it signed the newest hop. */
  readonly caller?: string
  /** The key that it signed with. */
  readonly kid?: string
  /** Seconds since the newest hop was signed; negative where its signer's clock is ahead. */
  readonly ageSeconds?: number
  /** Seconds until the newest hop expires. */
  readonly remainingSeconds?: number
  /** Seconds since the origin signed. */
  readonly chainAgeSeconds?: number
  /** The chain's `txn`. */
  readonly transaction?: string
  /** The services of the call stack, nearest caller first. */
  readonly stack?: readonly string[]
  /** What the chain began with; `none` for a job. */
  readonly initialToken?: InitialToken['kind'] | 'none'
  /** What the policy said, if it was asked. */
  readonly decision?: Decision
  /** The rule that decided in each list that was asked, as `list/rule`: by name, or by position from 1; `-` where none applied. */
  readonly rules?: readonly string[]
  /** What the candidate policy says of the same call. */
  readonly candidate?: CandidateDecision
  /** Where refused before the caller was verified: who he says that he is. Whoever can reach us can say anything here. */
  readonly claimed?: ClaimedCaller
}

/** What a candidate policy says of a call that the policy has decided. */
export interface CandidateDecision {
  readonly effect: 'accept' | 'reject'
  readonly reason: string
  readonly lists: readonly ListVerdict[]
  /** Whether the policy says the opposite. */
  readonly differs: boolean
}

/** What a hop says of its signer that nobody has verified. */
export interface ClaimedCaller {
  readonly caller: string
  readonly kid: string
  readonly audience: string
  readonly operation: string
  readonly ageSeconds: number
  readonly remainingSeconds: number
}

/** Takes decision events. What it throws, now or later, changes no decision and is dropped. */
export type DecisionLog = (event: DecisionEvent) => unknown
