import { AvailabilityError, PermissionError, TokenError } from './base.js'

/** What a registrar was shown proves nobody to be a service: malformed, expired, used before, or not for it. */
export class CredentialInvalid extends TokenError {
  readonly code = 'ERR_CREDENTIAL_INVALID'
}

/** The credential is another service's than the one in whose name something is asked of a registrar. */
export class CredentialForeign extends PermissionError {
  readonly code = 'ERR_CREDENTIAL_FOREIGN'
}

/** The root's delegation has ended, or ends before what the registrar is asked to certify. */
export class DelegationEnded extends AvailabilityError {
  readonly code = 'ERR_DELEGATION_ENDED'
}

/** Too many requests of one address, or of one service. */
export class RateExceeded extends AvailabilityError {
  readonly code = 'ERR_RATE_EXCEEDED'
  override readonly status = 429
}
