/** What a registry holds under one (service, kid). Nothing in it is verified: registries store, key finders verify. */
export interface RegistryEntry {
  readonly service: string
  readonly kid: string
  /** The registration's text as it was published; absent where there is only a tombstone. */
  readonly registration?: string
  /** Whether there is a tombstone. */
  readonly revoked: boolean
}

/** Something may have changed at (service, kid). A hint: whoever hears it reads again. */
export interface RegistryChange {
  readonly service: string
  readonly kid: string
}

/** A registration on its way into a registry. */
export interface Publication {
  readonly service: string
  readonly kid: string
  /** The registration's text: a compact JWS. */
  readonly registration: string
  /** The registration's `exp`, in seconds since the epoch, for engines that can forget by themselves. */
  readonly expiresAt: number
}

/** A running watch. */
export interface RegistryWatch {
  close(): Promise<void>
}

/**
 * Where registrations are kept, at `<prefix>/<service>/<kid>`: a dumb store, which only the service itself may write below its name.
 * Every function may fail with any error; to its callers that means that the registry cannot answer.
 */
export interface KeyRegistry {
  /** Stores a registration over an earlier one of the same kid. Never clears a tombstone: ERR_KEY_REVOKED. */
  publish(publication: Publication): Promise<void>
  /** What is stored under (service, kid), or undefined if the registry answers that there is nothing. */
  find(service: string, kid: string): Promise<RegistryEntry | undefined>
  /** Leaves a tombstone, which wins over any registration of this kid. */
  revoke(service: string, kid: string): Promise<void>
  /** Everything that is stored, or everything of one service. */
  list(service?: string): Promise<readonly RegistryEntry[]>
  /** Tells a listener of changes, within a second or so, until closed. Does not keep the process alive. */
  watch(listener: (change: RegistryChange) => void): Promise<RegistryWatch>
  /** Ends watches and connections. What is stored stays. */
  close(): Promise<void>
}
