import { randomUUID } from 'node:crypto'
import { BearerMalformed, BearerMissing, CountersignError, TokenError } from '../errors.js'
import { credentialsOf } from './bearer.js'
import type { Admission, Arrival, Edge, EdgeRequest, EdgeService } from './edge.js'
import { type Problem, toProblem } from './problem.js'
import { warnOf } from './warning.js'

/** A user who may come in, and the correlation id of his request. */
export interface Welcome {
  readonly arrival: Arrival
  readonly correlation: string
}

/** A user who may not, and what to answer. */
export interface Dismissal {
  readonly problem: Problem
  readonly correlation: string
}

/**
 * Receives one request of a user: authenticates it, and begins a chain with whom it brings. Never throws: what is wrong stands on
 * standard error, and the answer says no more than its status and what the scheme's RFC asks for.
 */
export async function receiveUser<R extends EdgeRequest>(
  edge: Edge<R>,
  service: EdgeService,
  request: R,
): Promise<Welcome | Dismissal> {
  const correlation = randomUUID()
  let admission: Admission | undefined
  try {
    const arrival = await service.arrive(async now => {
      admission = await edge.admit(request, now)
      return { ...admission, credentials: [...admission.credentials, ...credentialsOf(request.rawHeaders)] }
    })
    return { arrival, correlation }
  } catch (error) {
    report(service, error, correlation)
    return { problem: toChallenge(edge, statusOf(error, admission), error, correlation), correlation }
  }
}

/** A user who was authenticated is not to blame for the token that was to be embedded for him. */
function statusOf(error: unknown, admission: Admission | undefined): number {
  if (!(error instanceof CountersignError)) return 500
  return error instanceof TokenError && admission?.user !== undefined ? 500 : error.status
}

/** RFC 6750, section 3.1: where nothing was presented, the challenge does not say what was wrong with it. */
function toChallenge({ scheme }: Edge<never>, status: number, error: unknown, correlation: string): Problem {
  const { headers, ...problem } = toProblem(status, correlation)
  const challenge = challengeOf(scheme, status, error)
  return { ...problem, headers: { ...headers, ...(challenge !== undefined && { 'www-authenticate': challenge }) } }
}

function challengeOf(scheme: Edge['scheme'], status: number, error: unknown): string | undefined {
  if (error instanceof BearerMalformed) return 'Bearer error="invalid_request"'
  if (status !== 401) return undefined
  return scheme === 'Session' || error instanceof BearerMissing ? scheme : 'Bearer error="invalid_token"'
}

/** A line for the operator. What is none of ours is a programmer's mistake, and comes with its stack. */
function report(service: EdgeService, error: unknown, correlation: string): void {
  if (error instanceof CountersignError) {
    process.stderr.write(
      `countersign: ${service.name} did not let a user in: ${error.code} ${error.message} [${correlation}]\n`,
    )
  } else {
    warnOf(`\`${service.name}\` cannot let users in [${correlation}]`, error)
  }
}
