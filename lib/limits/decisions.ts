// Of policies, and of what is told of decisions.

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

/** Characters of one message of a decision event, or of one line of the default log. */
export const MAX_TOLD_CHARACTERS = 4096
/** A candidate policy that takes this long over one call rests ... */
export const CANDIDATE_SLOW_MILLISECONDS = 10
/** ... for this many times as long as it took. */
export const CANDIDATE_REST_FACTOR = 100
/** Series of decisions that are counted apart; of more, callers and operations are counted together. */
export const MAX_COUNTED_SERIES = 2000
