import type { Receiver } from '../chain/party.js'
import { type Clock, systemClock } from '../clock.js'
import type { CountersignError } from '../errors.js'
import type { Fetch } from '../http/client.js'
import { type DestinationCheck, destinationCheck } from '../http/destinations.js'
import { InitialTokens } from '../initial-token/initial-tokens.js'
import { importSigningKey } from '../jws/signing-key.js'
import { KeyFinder } from '../registry/key-finder.js'
import { ServiceKey } from '../registry/service-key.js'
import { MemoryReplayStore } from '../replay/memory-replay-store.js'
import { type DecisionLog, logToStandardError } from './decision-event.js'
import { readInstant } from './instant.js'
import { keyFinderLimits, resolveLimits, type ServiceLimits } from './limit-options.js'
import { resolveMode } from './mode.js'
import { type ServiceOptions, validateServiceOptions } from './options.js'

/** The parts of a running service. */
export interface Parts {
  readonly receiver: Receiver
  readonly limits: ServiceLimits
  readonly keys: KeyFinder
  readonly key: ServiceKey
  readonly initialTokens: InitialTokens
  readonly checkDestination: DestinationCheck
  readonly fetch: Fetch
  readonly clock: Clock
  readonly log: DecisionLog
}

/** Makes the parts that the options describe, and registers the key. No option is used before all were checked. */
export async function assembleParts(options: ServiceOptions): Promise<Parts> {
  validateServiceOptions(options)
  const { name, registry, policy, edges = [], clock = systemClock } = options
  const { log = logToStandardError, fetch = nodeFetch } = options
  readInstant(clock)
  const limits = resolveLimits(options.limits)
  const initialTokens = new InitialTokens(options.initialToken)
  const enforces = resolveMode(options.mode)
  const checkDestination = destinationCheck(options.destinations)
  const replay = options.replay ?? new MemoryReplayStore({ clock })
  const key = await ServiceKey.start({
    service: name,
    registry,
    key: options.key && (await importSigningKey(options.key)),
    algorithm: options.algorithm,
    registrationSeconds: limits.registrationSeconds,
    hopLifetimeSeconds: limits.hopLifetimeSeconds,
    clock,
    onError: warn,
  })
  const keys = new KeyFinder({ registry, limits: keyFinderLimits(limits), onError: warn })
  await keys.watch()
  const receiver = { name, keys, limits, edges: new Set(edges), initialTokens, replay, policy, enforces }
  return { receiver, limits, keys, key, initialTokens, checkDestination, fetch, clock, log }
}

/** node-fetch, loaded when it is first needed. */
const nodeFetch: Fetch = async (url, init) => {
  const { default: fetch } = await import('node-fetch')
  return await fetch(url, init)
}

/** What goes wrong in the background, and is tried again. */
function warn(error: CountersignError): void {
  process.emitWarning(`countersign: ${error.code}: ${error.message}`)
}
