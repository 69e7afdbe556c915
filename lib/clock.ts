/** Tells the time: whole or fractional seconds since the epoch (RFC 7519 NumericDate). */
export type Clock = () => number

/** The machine's clock; the one place that reads it. */
export const systemClock: Clock = () => Date.now() / 1000
