/** A Redis that has not answered after this long cannot answer. */
export const REPLAY_TIMEOUT_SECONDS = 2
/** It may be given this long at most. */
export const MAX_REPLAY_TIMEOUT_SECONDS = 60
/** Questions that wait for one Redis, at most: one that hangs must not fill our memory. */
export const MAX_REPLAY_QUESTIONS = 10_000
