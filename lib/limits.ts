/**
 * Every number, with its unit in its name (docs/wire-format.md, section 7). A service may change those that `LimitOptions`
 * lists.
 */

/** Characters of a presentation, the header's name not counted: nginx and Apache take about 8 KB for one header line. */
export const MAX_PRESENTATION_CHARACTERS = 8000
/** Hops of a chain, the newest included. */
export const MAX_DEPTH_HOPS = 16
/** Objects and arrays inside each other in one JSON text. */
export const MAX_JSON_DEPTH = 8
/** The caller's own claims in one hop, as compact JSON. */
export const MAX_CLAIMS_BYTES = 2048

/** Clocks of two machines may differ by this much. */
export const SKEW_SECONDS = 5
/** A hop lives at most this long, unless the service says otherwise. */
export const HOP_LIFETIME_SECONDS = 300
/** A service may raise the lifetime of a hop to this, not further. */
export const MAX_HOP_LIFETIME_SECONDS = 3600
/** A presentation is fresh for this long after its newest hop was signed. */
export const PRESENTATION_SECONDS = 60

/** A registration lives at most this long. */
export const MAX_REGISTRATION_SECONDS = 86_400
/** Characters of a stored registration, a certification around it included. */
export const MAX_REGISTRATION_CHARACTERS = 16_384
/** A generated key is replaced, and a brought key's registration renewed, after this share of its lifetime. */
export const RENEWAL_SHARE = 0.5
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
/** Unknown keys remembered by one service. */
export const MAX_UNKNOWN_KEYS = 1000
/** A registry that has not answered after this long cannot answer. */
export const REGISTRY_TIMEOUT_SECONDS = 5

/** A registration's file is removed when it is older than this: an hour more than it can live, since clocks differ. */
export const MAX_REGISTRATION_FILE_SECONDS = 90_000
/** A watched directory is looked through this often, whatever the system's events say or keep to themselves. */
export const DIRECTORY_RESCAN_SECONDS = 5
/** A watched directory that is not there is looked for this often. */
export const DIRECTORY_RETRY_SECONDS = 1
/** Events of files come in bursts: a watched directory is looked at this long after the first. */
export const DIRECTORY_SETTLE_MILLISECONDS = 10
/** Files of one service whose changes are watched; changes of more are seen when their keys are no longer fresh. */
export const MAX_WATCHED_FILES_PER_SERVICE = 4096

/** A registry that did not answer before gets this long where a key found earlier can be used instead. */
export const REGISTRY_GRACE_SECONDS = 0.25

/** Presentations remembered by a memory replay store, so that each is accepted once. */
export const MAX_REPLAY_ENTRIES = 1_000_000
/** The share of a memory replay store that the presentations of one caller may fill. */
export const REPLAY_SHARE_PER_CALLER = 0.5

/** A Redis that has not answered after this long cannot answer. */
export const REPLAY_TIMEOUT_SECONDS = 2
/** It may be given this long at most. */
export const MAX_REPLAY_TIMEOUT_SECONDS = 60
/** Questions that wait for one Redis, at most: one that hangs must not fill our memory. */
export const MAX_REPLAY_QUESTIONS = 10_000

/** Bodies that a receiver or a client buffers. */
export const MAX_BODY_BYTES = 1_048_576

/** Fields of a form that is parsed for a handler. */
export const MAX_FORM_FIELDS = 10_000
/** A body that has not arrived after this long is given up: its sender was verified for this instant, not for later. */
export const BODY_SECONDS = 30
/** For this long the rest of a refused upload is read and thrown away, so that the client gets to read the answer. */
export const REFUSED_UPLOAD_SECONDS = 5

/** Seconds that a 503 asks the caller to wait. */
export const RETRY_AFTER_SECONDS = 1

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

/** A policy file, at most. */
export const MAX_POLICY_BYTES = 65_536
/** Rules in one policy. */
export const MAX_POLICY_RULES = 256
/** Mappings and sequences inside each other in one policy. */
export const MAX_POLICY_DEPTH = 32
/** Frames of a call stack that a policy judges, far more than a chain can have. */
export const MAX_POLICY_FRAMES = 1024
/** Code points of one pattern; the schema says the same. */
export const MAX_PATTERN_CHARACTERS = 256
/** Instructions of one compiled pattern: what matching costs a character, at worst. */
export const MAX_PATTERN_INSTRUCTIONS = 1000
/** Instructions and characters of all patterns of one policy, so that loading stays quick. */
export const MAX_POLICY_PATTERNS_SIZE = 24_000
/** A text with more UTF-16 code units matches no pattern. */
export const MAX_TEXT_CHARACTERS = 8192
/** A changed policy file is read again after this long, and taken only if it did not change in between. */
export const POLICY_SETTLE_MILLISECONDS = 60
/** How often a watched policy file is read even where nothing said that it changed. */
export const POLICY_POLL_MILLISECONDS = 5000
