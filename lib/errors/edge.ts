import { LocalError, PermissionError, TokenError } from './base.js'

/** A request of a public client has no bearer token. */
export class BearerMissing extends TokenError {
  readonly code = 'ERR_BEARER_MISSING'
}

/** A request of a public client has more than one bearer token, or something that is none. */
export class BearerMalformed extends TokenError {
  readonly code = 'ERR_BEARER_MALFORMED'
  override readonly status = 400
}

/** The bearer token is bound to a key, and a request that only carries it proves nothing. */
export class BearerBound extends TokenError {
  readonly code = 'ERR_BEARER_BOUND'
}

/** A request of a confidential client has no session with a token. */
export class SessionMissing extends TokenError {
  readonly code = 'ERR_SESSION_MISSING'
}

/** The token that invoked this edge would be passed on: whoever sees the chain could call the edge again. */
export class TokenPassedOn extends LocalError {
  readonly code = 'ERR_TOKEN_PASSED_ON'
  override readonly invariant = 21
}

/** The authorization server does not exchange this token, for this purpose. */
export class ExchangeRefused extends PermissionError {
  readonly code = 'ERR_EXCHANGE_REFUSED'
}
