import type { Evidence } from '../chain/evidence.js'
import type { VerifiedCall } from '../chain/verified-call.js'
import { CountersignError } from '../errors.js'
import { MAX_TOLD_CHARACTERS } from '../limits/decisions.js'
import type { Decision, ListVerdict } from '../model/decision.js'
import type { CandidateDecision, DecisionEvent } from './decision-event.js'
import { foreignErrorName } from './foreign-error.js'

/** One call from its reception to its decision: what its event is made from. */
export interface Hearing extends Pick<DecisionEvent, 'time' | 'service' | 'operation' | 'correlation'> {
  /** By the process's monotonic clock, in milliseconds: for durations, never for decisions. */
  readonly startedAt: number
  readonly evidence: Evidence
  /** As it came; undefined until it is read. */
  presentation?: unknown
}

/** What the policy and the candidate say of a call, as far as they were asked. */
interface Verdicts {
  readonly decision?: Decision | undefined
  readonly candidate?: CandidateDecision | undefined
}

/** An event while it is put together, member by member: an object of spread parts would cost several times as much. */
type Draft = { -readonly [Name in keyof DecisionEvent]: DecisionEvent[Name] }

/** The event of a call that may go on. */
export function acceptedEvent(
  hearing: Hearing,
  { decision }: VerifiedCall,
  candidate?: CandidateDecision,
): DecisionEvent {
  const event = draft(hearing, decision.effect === 'accept' ? 'accepted' : 'observed')
  addVerified(event, hearing)
  addVerdicts(event, { decision, candidate })
  return Object.freeze(event)
}

/** The event of a call that was refused; with `decision` where it was the policy that refused it. */
export function refusedEvent(hearing: Hearing, error: unknown, verdicts: Verdicts = {}): DecisionEvent {
  const event = draft(hearing, 'refused')
  addFault(event, error)
  if (hearing.evidence.verified === undefined) addClaimed(event, hearing)
  else addVerified(event, hearing)
  addVerdicts(event, verdicts)
  return Object.freeze(event)
}

function draft(hearing: Hearing, outcome: DecisionEvent['outcome']): Draft {
  const { time, service, operation, correlation, startedAt, presentation, evidence } = hearing
  const microseconds = Math.round((performance.now() - startedAt) * 1000)
  const event: Draft = { time, service, operation, correlation, outcome, microseconds }
  if (typeof presentation === 'string') event.characters = presentation.length
  if (evidence.hops !== undefined) event.hops = evidence.hops.length
  return event
}

function addFault(event: Draft, error: unknown): void {
  if (!(error instanceof CountersignError)) {
    event.status = 500
    // A foreign error's message may quote anything.
    event.message = `internal error: ${foreignErrorName(error)}`
    return
  }
  const { status, code, invariant, hop, message } = error
  event.status = status
  event.code = code
  if (invariant !== undefined) event.invariant = invariant
  if (hop !== undefined) event.hop = hop
  event.message = message.length > MAX_TOLD_CHARACTERS ? `${message.slice(0, MAX_TOLD_CHARACTERS)}…` : message
}

function addVerified(event: Draft, { time, evidence }: Hearing): void {
  const { hops = [], verified, initialToken, policyInput } = evidence
  const [newest, origin] = [hops[0]?.header, hops.at(-1)?.header]
  if (newest === undefined || origin === undefined) return
  event.caller = newest.iss
  event.kid = newest.kid
  event.ageSeconds = time - newest.iat
  event.remainingSeconds = newest.exp - time
  if (verified !== 'stack') return
  event.chainAgeSeconds = time - origin.iat
  if (origin.txn !== undefined) event.transaction = origin.txn
  event.stack = Object.freeze(hops.map(({ header }) => header.iss))
  if (policyInput !== undefined) event.initialToken = initialToken?.kind ?? 'none'
}

function addClaimed(event: Draft, { time, evidence }: Hearing): void {
  const newest = evidence.hops?.[0]?.header
  if (newest === undefined) return
  const { iss: caller, kid, aud: audience, op: operation, iat, exp } = newest
  const [ageSeconds, remainingSeconds] = [time - iat, exp - time]
  event.claimed = Object.freeze({ caller, kid, audience, operation, ageSeconds, remainingSeconds })
}

function addVerdicts(event: Draft, { decision, candidate }: Verdicts): void {
  if (decision !== undefined) {
    event.decision = decision
    event.rules = Object.freeze(rulesOf(decision))
  }
  if (candidate !== undefined) event.candidate = candidate
}

/** A policy need not be ours, nor its verdicts what they should be. */
function rulesOf({ lists }: Decision): string[] {
  const verdicts: readonly (Partial<ListVerdict> | undefined)[] = Array.isArray(lists) ? lists : []
  return verdicts.map(verdict => {
    const rule = verdict?.rule
    return `${nameOf(verdict?.name ?? verdict?.list)}/${nameOf(rule?.name ?? rule?.index)}`
  })
}

function nameOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '-'
}
