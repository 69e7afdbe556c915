import type { Receiver } from '../chain/party.js'
import { VerifiedChains } from '../chain/verified-chains.js'
import { type Clock, systemClock } from '../clock.js'
import type { Fetch } from '../http/client.js'
import { type DestinationCheck, destinationCheck } from '../http/destinations.js'
import { InitialTokens } from '../initial-token/initial-tokens.js'
import { importSigningKey } from '../jws/signing-key.js'
import { KeyFinder } from '../registry/key-finder.js'
import { resolveRegistrars } from '../registry/registrar/pinned-registrars.js'
import { ServiceKey } from '../registry/service-key.js'
import { MemoryReplayStore } from '../replay/memory-replay-store.js'
import { Candidate } from './candidate.js'
import { resolveClaims } from './claims-option.js'
import { DecisionReports } from './decision-reports.js'
import { readInstant } from './instant.js'
import { keyFinderLimits, resolveLimits, type ServiceLimits } from './limit-options.js'
import { resolveMode } from './mode.js'
import { type ServiceOptions, validateServiceOptions } from './options.js'
import { RegistryReports } from './registry-event.js'
import { logToStandardError } from './standard-error-log.js'

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
  readonly reports: DecisionReports
}

/** Makes the parts that the options describe, and registers the key. No option is used before all were checked. */
export async function assembleParts(options: ServiceOptions): Promise<Parts> {
  validateServiceOptions(options)
  const { name, policy, candidatePolicy, edges = [], clock = systemClock } = options
  const { log = logToStandardError, fetch = nodeFetch } = options
  readInstant(clock)
  const limits = resolveLimits(options.limits)
  const initialTokens = new InitialTokens(options.initialToken)
  const enforces = resolveMode(options.mode)
  const claimsAlongChain = resolveClaims(options.claimsAlongChain)
  const checkDestination = destinationCheck(options.destinations)
  const replay = options.replay ?? new MemoryReplayStore({ clock })
  const registryReports = new RegistryReports(name, clock)
  const registry = registryReports.watched(options.registry)
  const verify = await resolveRegistrars(options.registrars)
  const key = await ServiceKey.start({
    service: name,
    registry,
    key: options.key && (await importSigningKey(options.key)),
    algorithm: options.algorithm,
    registrationSeconds: limits.registrationSeconds,
    hopLifetimeSeconds: limits.hopLifetimeSeconds,
    clock,
    onError: registryReports.trouble,
    onUse: registryReports.registered,
  })
  const verifiedChains = new VerifiedChains()
  const keys = new KeyFinder({
    registry,
    verify,
    limits: keyFinderLimits(limits),
    onDoubt: place => verifiedChains.forgetKey(place),
    onError: registryReports.trouble,
  })
  await keys.watch()
  const receiver = {
    name,
    keys,
    limits,
    edges: new Set(edges),
    initialTokens,
    replay,
    verifiedChains,
    claimsAlongChain,
    policy,
    enforces,
  }
  const candidate = candidatePolicy && new Candidate(candidatePolicy, name)
  const reports = new DecisionReports(log, candidate)
  return { receiver, limits, keys, key, initialTokens, checkDestination, fetch, clock, reports }
}

/** node-fetch, loaded when it is first needed. */
const nodeFetch: Fetch = async (url, init) => {
  const { default: fetch } = await import('node-fetch')
  return await fetch(url, init)
}
