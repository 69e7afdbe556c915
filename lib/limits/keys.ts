// Of registrations, and of keys that are found and remembered.

/** A registration lives at most this long. */
export const MAX_REGISTRATION_SECONDS = 86_400
/** Characters of a stored registration, a certification around it included. */
export const MAX_REGISTRATION_CHARACTERS = 16_384
/** A root's delegation to a registrar holds at most this long: 31 days. */
export const MAX_DELEGATION_SECONDS = 2_678_400
/** Certificates that come with a registered key: the service's own, and those of the authorities between it and a root. */
export const MAX_KEY_CERTIFICATES = 6
/** Bytes of them all: what a registration has room for. */
export const MAX_KEY_CERTIFICATES_BYTES = 8192
/** Roots of one certificate authority. */
export const MAX_ROOT_CERTIFICATES = 64
/** Bits of a certificate authority's RSA key, at least ... */
export const MIN_AUTHORITY_RSA_BITS = 2048
/** ... and at most, so that a verification stays cheap. */
export const MAX_AUTHORITY_RSA_BITS = 8192
/** A generated key is replaced, and a brought key's registration renewed, after this share of its lifetime. */
export const RENEWAL_SHARE = 0.5
/**
 * A key that replaces another, and the new window of a brought one, are used this long after they were published: a replica of the registry may
 * not have them at once.
 */
export const PUBLICATION_SETTLE_SECONDS = 10
/** How often a running service looks whether its registration is due for renewal. */
export const RENEWAL_CHECK_SECONDS = 15

/** A key found in the registry is used for this long without asking again. */
export const KEY_FRESH_SECONDS = 60
/** While the registry cannot be reached a key found earlier is used for this long, never past its registration's expiry. */
export const KEY_STALE_SECONDS = 600
/** After a failed look-up of a key found earlier, the registry is not asked for it again for this long. */
export const KEY_RETRY_SECONDS = 1
/** A key that the registry did not have is remembered as unknown for this long. */
export const UNKNOWN_KEY_SECONDS = 2
/** Look-ups of keys that turn out to be unknown, at most. */
export const UNKNOWN_KEY_LOOKUPS_PER_SECOND = 100
/** Keys remembered by one service. */
export const MAX_CACHED_KEYS = 10_000
/** Of them, keys of one service: as many instances may call one receiver before it looks keys up again and again. */
export const MAX_CACHED_KEYS_PER_SERVICE = 1000
/** Unknown keys remembered by one service. */
export const MAX_UNKNOWN_KEYS = 1000
/** A registry that has not answered after this long cannot answer. */
export const REGISTRY_TIMEOUT_SECONDS = 5
