import { AvailabilityError, TokenError } from './base.js'

/** The chain brings a user, and its origin is not one of our edges. */
export class EdgeNotAllowed extends TokenError {
  readonly code = 'ERR_EDGE_NOT_ALLOWED'
  override readonly invariant = 15
}

/** The initial token is of a kind, or of an issuer, that is not configured here. */
export class InitialTokenNotAccepted extends TokenError {
  readonly code = 'ERR_INITIAL_TOKEN_NOT_ACCEPTED'
  override readonly invariant = 15
}

/** The initial token does not verify, or says something that it must not. */
export class InitialTokenInvalid extends TokenError {
  readonly code = 'ERR_INITIAL_TOKEN_INVALID'
  override readonly invariant = 15
}

/** The initial token was issued to another edge than the one that begins the chain with it. */
export class InitialTokenForeign extends TokenError {
  readonly code = 'ERR_INITIAL_TOKEN_FOREIGN'
  override readonly invariant = 15
}

/** The initial token has expired. */
export class InitialTokenExpired extends TokenError {
  readonly code = 'ERR_INITIAL_TOKEN_EXPIRED'
  override readonly invariant = 15
}

/** The issuer of the initial token cannot be asked: for its keys, for what it knows of a token, or for another one. */
export class IssuerUnavailable extends AvailabilityError {
  readonly code = 'ERR_ISSUER_UNAVAILABLE'
}
