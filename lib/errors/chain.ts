import type { Decision } from '../model/decision.js'
import { PermissionError, TokenError } from './base.js'

/** A hop's signature does not verify. */
export class SignatureInvalid extends TokenError {
  readonly code = 'ERR_SIGNATURE_INVALID'
  override readonly invariant = 7
}

/** The newest hop is addressed to another service. */
export class AudienceMismatch extends TokenError {
  readonly code = 'ERR_AUDIENCE_MISMATCH'
  override readonly invariant = 8
}

/** A hop wraps one that was not addressed to its signer. */
export class CustodyBroken extends TokenError {
  readonly code = 'ERR_CUSTODY_BROKEN'
  override readonly invariant = 9
}

/** A hop's `exp` is not after its `iat`, or too long after it. */
export class HopLifetimeInvalid extends TokenError {
  readonly code = 'ERR_HOP_LIFETIME'
  override readonly invariant = 10
}

/** A hop was signed in the future. */
export class HopNotYetValid extends TokenError {
  readonly code = 'ERR_HOP_NOT_YET_VALID'
  override readonly invariant = 10
}

/** A hop has expired. */
export class HopExpired extends TokenError {
  readonly code = 'ERR_HOP_EXPIRED'
  override readonly invariant = 10
}

/** A hop was signed before what it wraps, or outlives it. */
export class HopNesting extends TokenError {
  readonly code = 'ERR_HOP_NESTING'
  override readonly invariant = 10
}

/** A hop lies outside the time for which its key is registered. */
export class HopOutsideRegistration extends TokenError {
  readonly code = 'ERR_HOP_OUTSIDE_REGISTRATION'
  override readonly invariant = 10
}

/** The newest hop is still valid, but too old to be presented. */
export class PresentationStale extends TokenError {
  readonly code = 'ERR_PRESENTATION_STALE'
  override readonly invariant = 10
}

/** The secret does not open the newest hop. */
export class SealBroken extends TokenError {
  readonly code = 'ERR_SEAL_BROKEN'
  override readonly invariant = 11
}

/** The presentation was accepted before. */
export class PresentationReplayed extends TokenError {
  readonly code = 'ERR_PRESENTATION_REPLAYED'
  override readonly invariant = 12
}

/** The newest hop asks for another operation than the receiver bound to the route. */
export class OperationMismatch extends PermissionError {
  readonly code = 'ERR_OPERATION_MISMATCH'
  override readonly invariant = 13
}

/** A hop states more words of a claim than the chain that it wraps, where the receiver lets the claim only narrow. */
export class ClaimWidened extends TokenError {
  readonly code = 'ERR_CLAIM_WIDENED'
  override readonly invariant = 24
}

/** A hop states another value of a claim than the chain that it wraps, where the receiver keeps the claim constant. */
export class ClaimChanged extends TokenError {
  readonly code = 'ERR_CLAIM_CHANGED'
  override readonly invariant = 24
}

/** The policy does not accept the call. `decision` says why. */
export class PolicyRejected extends PermissionError {
  readonly code = 'ERR_POLICY_REJECTED'
  override readonly invariant = 16

  constructor(
    readonly decision: Decision,
    /** The chain's `txn`: it was verified. */
    readonly transaction: string,
  ) {
    super(`refused by policy: ${decision.reason}`)
  }
}
