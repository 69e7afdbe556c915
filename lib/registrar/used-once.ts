import { CountersignError, CredentialInvalid, OptionError, ReplayStoreUnavailable } from '../errors.js'
import type { ReplayEntry, ReplayStore } from '../replay/replay-store.js'

/** Refuses what cannot remember (ERR_OPTION). There is no default: several registrars must not have a memory each. */
export function checkReplayStore(what: string, replay: ReplayStore): void {
  if (typeof replay?.remember === 'function') return
  throw new OptionError(
    `${what}: \`replay\` must be a replay store: a MemoryReplayStore for one registrar, a shared one for several`,
  )
}

/** Uses a credential up. Throws ERR_CREDENTIAL_INVALID where it was used before, and what the store throws where that cannot be known. */
export async function useOnce(what: string, replay: ReplayStore, entry: ReplayEntry, now: number): Promise<void> {
  if ((await remember(replay, entry, now)) !== 'new') throw new CredentialInvalid(`the ${what} was used before`)
}

async function remember(replay: ReplayStore, entry: ReplayEntry, now: number): Promise<'new' | 'seen'> {
  try {
    return await replay.remember(entry, now)
  } catch (cause) {
    if (cause instanceof CountersignError) throw cause
    throw new ReplayStoreUnavailable('the replay store cannot answer', { cause })
  }
}
