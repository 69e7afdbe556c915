import { judge } from '../chain/judgement.js'
import { CANDIDATE_REST_FACTOR, CANDIDATE_SLOW_MILLISECONDS } from '../limits/decisions.js'
import type { Decision } from '../model/decision.js'
import type { Policy, PolicyInput } from '../model/policy.js'
import type { CandidateDecision } from './decision-event.js'

/**
 * A policy on trial: it judges what the policy has decided, and changes nothing. One that fails rejects, as it would if it were
 * the policy. One that is slow rests, so that it takes no more than a hundredth of the time.
 */
export class Candidate {
  readonly #policy: Policy
  readonly #service: string
  #restsUntil = 0
  #toldSlow = false

  constructor(policy: Policy, service: string) {
    this.#policy = policy
    this.#service = service
  }

  /** What it says of a call, beside the decision; undefined while it rests. */
  compare(decision: Decision, input: PolicyInput): CandidateDecision | undefined {
    const startedAt = performance.now()
    if (startedAt < this.#restsUntil) return undefined
    const { effect, reason, lists } = judge(this.#policy, input)
    this.#restIfSlow(startedAt, performance.now())
    return Object.freeze({ effect, reason, lists, differs: effect !== decision.effect })
  }

  #restIfSlow(startedAt: number, now: number): void {
    const took = now - startedAt
    if (took < CANDIDATE_SLOW_MILLISECONDS) return
    this.#restsUntil = now + took * CANDIDATE_REST_FACTOR
    if (this.#toldSlow) return
    this.#toldSlow = true
    const message = `countersign: ${this.#service}: the candidate policy took ${Math.round(took)} ms over one call, and judges only some of them`
    process.emitWarning(message, { type: 'CountersignWarning' })
  }
}
