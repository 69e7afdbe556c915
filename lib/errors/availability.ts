import { AvailabilityError } from './base.js'

/** The registry cannot be reached, and no key found earlier is fresh enough. */
export class RegistryUnavailable extends AvailabilityError {
  readonly code = 'ERR_REGISTRY_UNAVAILABLE'
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
