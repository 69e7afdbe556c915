import { LocalError, TokenError } from './base.js'

/** The request is another one than the newest hop was signed for. */
export class RequestMismatch extends TokenError {
  readonly code = 'ERR_REQUEST_MISMATCH'
  override readonly invariant = 14
}

/** The route requires a binding that the newest hop does not have. */
export class RequestUnbound extends TokenError {
  readonly code = 'ERR_REQUEST_UNBOUND'
  override readonly invariant = 14
}

/** The newest hop is bound to a request, and the receiver has none to compare it with. */
export class RequestAbsent extends TokenError {
  readonly code = 'ERR_REQUEST_ABSENT'
  override readonly invariant = 14
}

/** The body is larger than the receiver buffers. */
export class BodyTooLarge extends TokenError {
  readonly code = 'ERR_BODY_TOO_LARGE'
  override readonly status = 413
  override readonly invariant = 14
}

/** The body broke off before its end. */
export class BodyIncomplete extends TokenError {
  readonly code = 'ERR_BODY_INCOMPLETE'
  override readonly status = 400
  override readonly invariant = 14
}

/** The body is not of the content type that it names. */
export class BodyMalformed extends TokenError {
  readonly code = 'ERR_BODY_MALFORMED'
  override readonly status = 400
}

/** The body was read before its raw bytes could be bound. */
export class BodyConsumed extends LocalError {
  readonly code = 'ERR_BODY_CONSUMED'
  override readonly invariant = 14
}
