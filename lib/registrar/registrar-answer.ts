import { STATUS_CODES } from 'node:http'
import {
  AvailabilityError,
  CountersignError,
  CredentialForeign,
  DelegationEnded,
  KeyInvalid,
  KeyRevoked,
  RateExceeded,
  RegistrationInvalid,
  RegistrationMismatch,
} from '../errors.js'
import { RETRY_AFTER_SECONDS } from '../limits/requests.js'

/** An answer of a registrar. */
export interface RegistrarAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

// What the sender may know: it is of his own registration, or of the registrar's state. Of a credential that does not hold he hears its code alone.
const TOLD = [
  CredentialForeign,
  DelegationEnded,
  KeyInvalid,
  KeyRevoked,
  RateExceeded,
  RegistrationInvalid,
  RegistrationMismatch,
]
// The credential holds, and what came with it does not.
const UNPROCESSABLE = [RegistrationInvalid, RegistrationMismatch, KeyInvalid]

/** An answer in JSON. */
export function toJson(status: number, content: object): RegistrarAnswer {
  return toAnswer(status, 'application/json', content, {})
}

/** A problem (RFC 9457) without an error behind it: nothing is there, or it may not be asked in this way. */
export function toRefusal(
  status: number,
  correlation: string,
  headers: RegistrarAnswer['headers'] = {},
): RegistrarAnswer {
  return toAnswer(status, 'application/problem+json', problem(status, correlation), headers)
}

/** The problem that says what went wrong, with the code. */
export function toProblem(error: unknown, correlation: string): RegistrarAnswer {
  const status = statusOf(error)
  const code = error instanceof CountersignError ? error.code : undefined
  const detail = error instanceof Error && TOLD.some(kind => error instanceof kind) ? error.message : undefined
  return toAnswer(
    status,
    'application/problem+json',
    { ...problem(status, correlation), code, detail },
    {
      ...(status === 401 && { 'www-authenticate': 'Bearer, Assertion, Enrolment' }),
      ...(error instanceof AvailabilityError && { 'retry-after': String(RETRY_AFTER_SECONDS) }),
    },
  )
}

function problem(status: number, correlation: string): object {
  return { type: 'about:blank', title: STATUS_CODES[status], status, instance: `urn:uuid:${correlation}` }
}

function statusOf(error: unknown): number {
  if (error instanceof KeyRevoked) return 409
  if (UNPROCESSABLE.some(kind => error instanceof kind)) return 422
  return error instanceof CountersignError ? error.status : 500
}

function toAnswer(
  status: number,
  contentType: string,
  content: object,
  headers: RegistrarAnswer['headers'],
): RegistrarAnswer {
  const body = JSON.stringify(content)
  return {
    status,
    headers: {
      ...headers,
      'content-type': contentType,
      'content-length': String(Buffer.byteLength(body)),
      'cache-control': 'no-store',
    },
    body,
  }
}
