import { AvailabilityError, type Circumstance } from './base.js'

/** The registry cannot be reached, and no key found earlier is fresh enough. */
export class RegistryUnavailable extends AvailabilityError {
  readonly code = 'ERR_REGISTRY_UNAVAILABLE'

  constructor(message: string, circumstance: Circumstance = {}) {
    super(message + systemCode(circumstance.cause), circumstance)
  }
}

const SYSTEM_CODE = /^[A-Z][A-Z0-9_]{1,40}$/

/** A code of the system or a driver, such as ENOENT: it says where to look, and quotes nothing. */
function systemCode(cause: unknown): string {
  if (typeof cause !== 'object' || cause === null || !('code' in cause)) return ''
  return typeof cause.code === 'string' && SYSTEM_CODE.test(cause.code) ? ` (${cause.code})` : ''
}

/** Too many unknown keys were looked up in this second. */
export class LookupsExhausted extends AvailabilityError {
  readonly code = 'ERR_LOOKUPS_EXHAUSTED'
}

/** The replay store cannot be reached. */
export class ReplayStoreUnavailable extends AvailabilityError {
  readonly code = 'ERR_REPLAY_STORE_UNAVAILABLE'
}

/** The replay store has no room, and forgets nothing before its time. */
export class ReplayStoreFull extends AvailabilityError {
  readonly code = 'ERR_REPLAY_STORE_FULL'
}

/** The presentation is older than the replay store, which cannot know whether it was accepted before: wrap anew. */
export class ReplayStoreYoung extends AvailabilityError {
  readonly code = 'ERR_REPLAY_STORE_YOUNG'
}
