import { LocalError, TokenError } from './base.js'

/** A hop names another algorithm than the registration of its key. */
export class AlgorithmMismatch extends TokenError {
  readonly code = 'ERR_ALGORITHM_MISMATCH'
  override readonly invariant = 4
}

/** A key failed an import check: private members, encoding, curve, order, thumbprint. */
export class KeyInvalid extends TokenError {
  readonly code = 'ERR_KEY_INVALID'
  override readonly invariant = 5
}

/** The registry has no key of this service under this kid. */
export class KeyUnknown extends TokenError {
  readonly code = 'ERR_KEY_UNKNOWN'
  override readonly invariant = 6
}

/** The key was revoked. */
export class KeyRevoked extends TokenError {
  readonly code = 'ERR_KEY_REVOKED'
  override readonly invariant = 6
}

/** What the registry holds is no registration: shape, window or its own signature. */
export class RegistrationInvalid extends TokenError {
  readonly code = 'ERR_REGISTRATION_INVALID'
  override readonly invariant = 6
}

/** A registration names another service, or another key, than the place where it was found. */
export class RegistrationMismatch extends TokenError {
  readonly code = 'ERR_REGISTRATION_MISMATCH'
  override readonly invariant = 6
}

/** A registration is not certified by a registrar that the verifier pins, or by a PKI that it trusts: shape, time, delegation, certificates or signature. */
export class CertificationInvalid extends TokenError {
  readonly code = 'ERR_CERTIFICATION_INVALID'
  override readonly invariant = 6
}

/** The key that a service was given to sign with cannot be used. */
export class SigningKeyUnusable extends LocalError {
  readonly code = 'ERR_SIGNING_KEY_UNUSABLE'
}
