import type { ChainLimits } from '../chain/party.js'
import { OptionError } from '../errors.js'
import {
  HOP_LIFETIME_SECONDS,
  MAX_DEPTH_HOPS,
  MAX_HOP_LIFETIME_SECONDS,
  MAX_PRESENTATION_CHARACTERS,
  PRESENTATION_SECONDS,
  SKEW_SECONDS,
} from '../limits/chains.js'
import {
  KEY_FRESH_SECONDS,
  KEY_STALE_SECONDS,
  MAX_REGISTRATION_SECONDS,
  UNKNOWN_KEY_LOOKUPS_PER_SECOND,
} from '../limits/keys.js'
import { MAX_BODY_BYTES } from '../limits/requests.js'
import { isOperation } from '../model/names.js'
import { checkInteger, checkObject, checkOptions } from '../options.js'
import type { KeyFinderLimits } from '../registry/key-finder.js'

/** The numbers that a service may change. Sender and receiver each keep to their own. */
export interface LimitOptions {
  /** Characters of a presentation: 1 to 8000, which is the default. */
  readonly presentationCharacters?: number | undefined
  /** Hops of a chain: 1 to 16, which is the default. */
  readonly depthHops?: number | undefined
  /** Seconds by which clocks may differ: 0 to 60, default 5. */
  readonly skewSeconds?: number | undefined
  /** Seconds that a hop may live: 1 to 3600, default 300. */
  readonly hopLifetimeSeconds?: number | undefined
  /** Seconds for which a presentation is fresh: 1 to 3600, default 60. */
  readonly presentationSeconds?: number | undefined
  /** The same for single operations, such as those that wait in a queue. */
  readonly presentationSecondsFor?: Readonly<Record<string, number>> | undefined
  /** Seconds that a registration lives: 60 to 86,400, which is the default. */
  readonly registrationSeconds?: number | undefined
  /** Seconds for which a key is used without asking the registry again: 0 to 600, default 60. */
  readonly keyFreshSeconds?: number | undefined
  /** Seconds for which a key is used while the registry cannot be reached: 0 to 3600, default 600. */
  readonly keyStaleSeconds?: number | undefined
  /** Look-ups of unknown keys in a second: 1 to 100,000, default 100. */
  readonly unknownKeyLookupsPerSecond?: number | undefined
  /** Bytes of a body that a receiver, or `streams: 'buffer'`, buffers: 0 to 1 GiB, default 1 MiB. */
  readonly bodyBytes?: number | undefined
}

/** Limits with every number decided. */
export interface ServiceLimits extends ChainLimits {
  readonly registrationSeconds: number
  readonly keyFreshSeconds: number
  readonly keyStaleSeconds: number
  readonly unknownKeyLookupsPerSecond: number
  readonly bodyBytes: number
}

const KNOWN = [
  'presentationCharacters',
  'depthHops',
  'skewSeconds',
  'hopLifetimeSeconds',
  'presentationSeconds',
  'presentationSecondsFor',
  'registrationSeconds',
  'keyFreshSeconds',
  'keyStaleSeconds',
  'unknownKeyLookupsPerSecond',
  'bodyBytes',
] as const

type IntegerLimit = Exclude<(typeof KNOWN)[number], 'presentationSecondsFor'>

/** Decides every number, refusing those out of bounds (ERR_OPTION). */
export function resolveLimits(options: LimitOptions = {}): ServiceLimits {
  checkOptions('`limits`', options, KNOWN)
  const integer = (name: IntegerLimit, least: number, most: number, otherwise: number) =>
    checkInteger(`\`limits.${name}\``, options[name], { least, most, otherwise })
  return Object.freeze({
    presentationCharacters: integer(
      'presentationCharacters',
      1,
      MAX_PRESENTATION_CHARACTERS,
      MAX_PRESENTATION_CHARACTERS,
    ),
    depthHops: integer('depthHops', 1, MAX_DEPTH_HOPS, MAX_DEPTH_HOPS),
    skewSeconds: integer('skewSeconds', 0, 60, SKEW_SECONDS),
    hopLifetimeSeconds: integer('hopLifetimeSeconds', 1, MAX_HOP_LIFETIME_SECONDS, HOP_LIFETIME_SECONDS),
    presentationSeconds: resolvePresentationSeconds(options),
    registrationSeconds: integer('registrationSeconds', 60, MAX_REGISTRATION_SECONDS, MAX_REGISTRATION_SECONDS),
    keyFreshSeconds: integer('keyFreshSeconds', 0, 600, KEY_FRESH_SECONDS),
    keyStaleSeconds: integer('keyStaleSeconds', 0, 3600, KEY_STALE_SECONDS),
    unknownKeyLookupsPerSecond: integer('unknownKeyLookupsPerSecond', 1, 100_000, UNKNOWN_KEY_LOOKUPS_PER_SECOND),
    bodyBytes: integer('bodyBytes', 0, 2 ** 30, MAX_BODY_BYTES),
  })
}

/** Those that the key finder keeps to. */
export function keyFinderLimits(limits: ServiceLimits): Partial<KeyFinderLimits> {
  const { keyFreshSeconds, keyStaleSeconds, unknownKeyLookupsPerSecond } = limits
  return {
    freshSeconds: keyFreshSeconds,
    staleSeconds: keyStaleSeconds,
    unknownLookupsPerSecond: unknownKeyLookupsPerSecond,
  }
}

function resolvePresentationSeconds(options: LimitOptions): (operation: string) => number {
  const bounds = { least: 1, most: MAX_HOP_LIFETIME_SECONDS, otherwise: PRESENTATION_SECONDS }
  const general = checkInteger('`limits.presentationSeconds`', options.presentationSeconds, bounds)
  const single = new Map<string, number>()
  const { presentationSecondsFor = {} } = options
  for (const [operation, seconds] of Object.entries(
    checkObject('`limits.presentationSecondsFor`', presentationSecondsFor),
  )) {
    if (!isOperation(operation))
      throw new OptionError('`limits.presentationSecondsFor` has a member that is no operation')
    single.set(operation, checkInteger(`\`limits.presentationSecondsFor.${operation}\``, seconds, bounds))
  }
  return operation => single.get(operation) ?? general
}
