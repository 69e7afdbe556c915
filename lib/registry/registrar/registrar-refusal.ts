import {
  type CountersignError,
  CredentialForeign,
  CredentialInvalid,
  DelegationEnded,
  KeyInvalid,
  KeyRevoked,
  RateExceeded,
  RegistrationInvalid,
  RegistrationMismatch,
} from '../../errors.js'
import { parseStrictJson } from '../../jws/strict-json.js'
import type { JsonObject } from '../../model/json.js'
import type { WireAnswer } from './wire.js'

/** A registrar that answers something else than what it was asked for. */
export class RegistrarError extends Error {
  /** The registrar's own code, or `HTTP_` and its status: what an operator looks for. */
  readonly code: string

  constructor(status: number, code: string) {
    super(`the registrar answered ${status} (${code})`)
    this.name = 'RegistrarError'
    this.code = code
  }
}

const KINDS: ReadonlyMap<unknown, new (message: string) => CountersignError> = new Map(
  Object.entries({
    ERR_CREDENTIAL_FOREIGN: CredentialForeign,
    ERR_CREDENTIAL_INVALID: CredentialInvalid,
    ERR_DELEGATION_ENDED: DelegationEnded,
    ERR_KEY_INVALID: KeyInvalid,
    ERR_KEY_REVOKED: KeyRevoked,
    ERR_RATE_EXCEEDED: RateExceeded,
    ERR_REGISTRATION_INVALID: RegistrationInvalid,
    ERR_REGISTRATION_MISMATCH: RegistrationMismatch,
  }),
)
const CODE = /^ERR_[A-Z0-9_]{1,36}$/
// A sentence: nothing in it that speaks to a terminal.
const DETAIL = /^[ -~]{1,256}$/

/** The error that a registrar's problem (RFC 9457) stands for. Its words are the registrar's own, and short. */
export function refusalIn({ status, bytes }: WireAnswer): Error {
  const { code, detail } = readProblem(bytes)
  if (typeof code !== 'string' || !CODE.test(code)) return new RegistrarError(status, `HTTP_${status}`)
  const Kind = KINDS.get(code)
  if (Kind === undefined) return new RegistrarError(status, code)
  const why = typeof detail === 'string' && DETAIL.test(detail) ? `: ${detail}` : ''
  return new Kind(`the registrar refuses${why}`)
}

function readProblem(bytes: Buffer): JsonObject {
  try {
    return parseStrictJson(bytes)
  } catch {
    // A page of a proxy, for example.
    return {}
  }
}
