// Of requests and their bodies, and of what is accepted once.

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
/** A body that has not arrived after this long, or a tenth more, is given up: its sender was verified for this instant, not for later. */
export const BODY_SECONDS = 30
/** Calls are judged by the instant they came at, perhaps this long ago: their bodies, the registry and issuers were waited for. */
export const OUT_OF_ORDER_SECONDS = 60
/** For this long the rest of a refused upload is read and thrown away, so that the client gets to read the answer. */
export const REFUSED_UPLOAD_SECONDS = 5

/** Seconds that a 503 asks the caller to wait. */
export const RETRY_AFTER_SECONDS = 1
