import { MAX_TOLD_CHARACTERS } from '../limits/decisions.js'
import type { DecisionEvent, DecisionLog } from './decision-event.js'

/**
 * The log of a service that was given none: on standard error a line for each refusal and each observed rejection, and one where
 * the candidate policy says the opposite.
 */
export const logToStandardError: DecisionLog = event => {
  if (event.outcome !== 'accepted') writeLine(describe(event))
  if (event.candidate?.differs) writeLine(describeCandidate(event))
}

// A line stays one line, and reads as it is written.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

function writeLine(text: string): void {
  const shown = text.length > MAX_TOLD_CHARACTERS ? `${text.slice(0, MAX_TOLD_CHARACTERS)}…` : text
  process.stderr.write(`countersign: ${shown.replace(UNPRINTABLE, ' ')}\n`)
}

function describe(event: DecisionEvent): string {
  const { service, outcome, operation, code, invariant, hop, message, decision, correlation, claimed } = event
  const where = [
    invariant !== undefined && `invariant ${invariant}`,
    hop !== undefined && `hop ${hop}`,
    claimed !== undefined && `claims to come from \`${claimed.caller}\``,
  ].filter(Boolean)
  const parts = [code, where.length > 0 && `(${where.join(', ')})`, message ?? decision?.reason, `[${correlation}]`]
  return `${service} ${outcome} \`${operation}\`: ${parts.filter(Boolean).join(' ')}`
}

function describeCandidate({ service, operation, candidate, correlation }: DecisionEvent): string {
  const verb = candidate?.effect === 'accept' ? 'accept' : 'reject'
  return `${service} candidate would ${verb} \`${operation}\`: ${candidate?.reason} [${correlation}]`
}
