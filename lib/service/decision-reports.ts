import { channel } from 'node:diagnostics_channel'
import type { VerifiedCall } from '../chain/verified-call.js'
import { PolicyRejected } from '../errors.js'
import type { Candidate } from './candidate.js'
import { DECISION_CHANNEL, type DecisionEvent, type DecisionLog } from './decision-event.js'
import { acceptedEvent, type Hearing, refusedEvent } from './hearing.js'
import { logToStandardError } from './standard-error-log.js'

const decisions = channel(DECISION_CHANNEL)

/** Tells of the decisions of one service, on the channel and in its log, and asks the candidate policy. Never throws. */
export class DecisionReports {
  readonly #log: DecisionLog
  readonly #candidate: Candidate | undefined

  constructor(log: DecisionLog, candidate: Candidate | undefined) {
    this.#log = log
    this.#candidate = candidate
  }

  /** A call goes on. Where nobody listens this costs next to nothing. */
  accepted(hearing: Hearing, call: VerifiedCall): void {
    contain(() => {
      const { decision, policyInput } = call
      const candidate = this.#candidate?.compare(decision, policyInput)
      const isPlain = decision.effect === 'accept' && candidate?.differs !== true
      if (isPlain && this.#log === logToStandardError && !decisions.hasSubscribers) return
      this.#tell(acceptedEvent(hearing, call, candidate))
    })
  }

  /** A call was refused. */
  refused(hearing: Hearing, error: unknown): void {
    contain(() => {
      const decision = error instanceof PolicyRejected ? error.decision : undefined
      const { policyInput } = hearing.evidence
      const candidate = decision && policyInput && this.#candidate?.compare(decision, policyInput)
      this.#tell(refusedEvent(hearing, error, { decision, candidate }))
    })
  }

  #tell(event: DecisionEvent): void {
    decisions.publish(event)
    const logged = this.#log(event)
    // Nobody awaits it: unhandled, its failure would end the process.
    if (logged instanceof Promise) logged.catch(() => {})
  }
}

/** A log, a policy on trial or a listener that fails changes no decision. */
function contain(report: () => void): void {
  try {
    report()
  } catch {
    // Its own affair.
  }
}
