// Of the tokens of authorization servers.

/** Tokens of one issuer that are remembered to have verified. */
export const MAX_VERIFIED_TOKENS = 4096
/** A key set fetched from an issuer is used for this long. */
export const JWKS_FRESH_SECONDS = 600
/** An issuer's key set is fetched again for an unknown kid at most this often. */
export const JWKS_COOLDOWN_SECONDS = 30
/** An issuer's key set, at most. */
export const MAX_JWKS_BYTES = 65_536
/** While an issuer cannot be reached its key set serves for this long after it was fetched. */
export const JWKS_STALE_SECONDS = 3600
/** Keys in an issuer's key set, at most. */
export const MAX_JWKS_KEYS = 100
/** An issuer that has not answered after this long cannot answer. */
export const JWKS_TIMEOUT_SECONDS = 5

/** An authorization server that was asked for a token, or about one, and has not answered after this long cannot answer. */
export const ISSUER_TIMEOUT_SECONDS = 5
/** It may be given this long at most. */
export const MAX_ISSUER_TIMEOUT_SECONDS = 60
/** What an authorization server says of a token, or gives for it, at most. */
export const MAX_ISSUER_ANSWER_BYTES = 65_536
/** An opaque token that was active is taken to be so for this long: a revocation is seen as late as that. */
export const INTROSPECTION_SECONDS = 60
/** It may be taken to be so for this long at most. */
export const MAX_INTROSPECTION_SECONDS = 3600
/** A token that was not active is refused without asking for this long. */
export const INACTIVE_TOKEN_SECONDS = 10
/** Active tokens remembered by one verifier. */
export const MAX_ACTIVE_TOKENS = 10_000
/** Tokens that were not active, remembered by one verifier. */
export const MAX_INACTIVE_TOKENS = 1000
/** Questions about tokens that turn out not to be active, at most. */
export const UNKNOWN_TOKEN_LOOKUPS_PER_SECOND = 100
/** A token that was made from a verified call, for one exchange, lives this long. */
export const ACTOR_TOKEN_SECONDS = 60
