/** An accepted presentation, as a replay store knows it. */
export interface ReplayEntry {
  /** Name of the service that signed the newest hop. */
  readonly caller: string
  /** The newest hop's `kid`. */
  readonly kid: string
  /** The newest hop's `jti`. */
  readonly jti: string
  /** The newest hop's `iat`: seconds since the epoch. */
  readonly issuedAt: number
  /** Seconds since the epoch until which the presentation must be remembered. */
  readonly until: number
}

/** Remembers presentations, so that each is accepted once (invariant 12). */
export interface ReplayStore {
  /**
   * Remembers (kid, jti), in one step that no other call can come between, and says whether it was `new`. Throws ReplayStoreFull and
   * ReplayStoreYoung; any other error means that the store cannot answer. Anything but `new` keeps the call out.
   */
  remember(entry: ReplayEntry, now: number): Promise<'new' | 'seen'> | 'new' | 'seen'
}
