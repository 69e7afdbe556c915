// Of presentations, their hops, and how they are verified.

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

/** Chains of which one service remembers that they verified: a multiple of four. */
export const MAX_SEEN_CHAINS = 16_384
/** Chains of which it remembers all that it has read, for callers who fan out around the same one. */
export const MAX_VERIFIED_CHAINS = 4096
/** What they may weigh in all, by a generous estimate. */
export const MAX_VERIFIED_CHAINS_BYTES = 16_777_216
/** Threads that verify beside the one that runs a service, and no more than there are cores for. */
export const VERIFICATION_THREADS = 3
/** Signatures that are with them, or wait for them: a power of two. Of more, each caller verifies his own. */
export const VERIFICATIONS_UNDER_WAY = 128
/** Where calls press, so many are left to those threads; of more, this one takes one whenever its event loop comes round. */
export const SIGNATURES_LEFT_TO_THREADS = 6
/** Prepared keys that each of them holds. */
export const KEYS_PER_THREAD = 1024
/** Where nothing is finished for so long, and again for so long, this thread goes on alone. */
export const THREAD_SILENCE_MILLISECONDS = 25
/** Where that has come so often, it goes on alone for good. */
export const MAX_TAKE_OVERS = 10
/** How calls press upon a thread is looked at this often at most, and only when one comes. */
export const PRESSURE_MILLISECONDS = 5
/** They do where it works for so much of the time, */
export const BUSY_SHARE = 0.9
/** and finds so many whenever its event loop comes round; */
export const CALLS_A_TURN = 2
/** and where other threads help, until fewer signatures than these are with them. */
export const SIGNATURES_OF_A_CROWD = 3
/** Where nobody else calls, a chain of so many hops is worth waking a thread. */
export const HOPS_WORTH_A_THREAD = 8
