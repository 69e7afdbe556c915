import { PRESENTATION_SECONDS, SKEW_SECONDS } from '../../lib/limits/chains.js'
import {
  KEY_FRESH_SECONDS,
  MAX_REGISTRATION_SECONDS,
  RENEWAL_CHECK_SECONDS,
  RENEWAL_SHARE,
} from '../../lib/limits/keys.js'
import {
  ETCD_STREAM_SECONDS,
  REGISTRATION_KEPT_SECONDS,
  REGISTRY_LISTING_SECONDS,
} from '../../lib/limits/registries.js'

/** An installation. */
export interface Installation {
  readonly services: number
  /** Of each service. */
  readonly instances: number
  /** Each instance is started anew so often a day: each time with a new key. */
  readonly startsPerDay: number
  readonly callsPerSecondAndInstance: number
  /** What one instance asks for in a second, by the simulation. */
  readonly lookupsPerSecondAndInstance: number
}

/** What it costs its registry and its replay stores. */
export interface Load {
  readonly processes: number
  readonly registrations: number
  readonly writesPerSecond: number
  /** Changes told, to all who watch. */
  readonly notificationsPerSecond: number
  /** Questions by (service, kid): each instance for its own registration, and for others' keys. */
  readonly readsPerSecond: number
  /** New streams of changes, where a stream is replaced now and then (etcd). */
  readonly streamsPerSecond: number
  /** Entries that are read by all who compare everything now and then (PostgreSQL, Redis). */
  readonly listedPerSecond: number
  readonly replayOperationsPerSecondAndService: number
  readonly replayEntriesPerService: number
}

const DAY_SECONDS = 86_400

/** The formulas of the page, as it prints them. */
export function loadOf(installation: Installation): Load {
  const { services, instances, startsPerDay, callsPerSecondAndInstance, lookupsPerSecondAndInstance } = installation
  const processes = services * instances
  const renewalSeconds = MAX_REGISTRATION_SECONDS * RENEWAL_SHARE
  const writesPerSecond = processes * (1 / renewalSeconds + startsPerDay / DAY_SECONDS)
  const registrations = writesPerSecond * (MAX_REGISTRATION_SECONDS + REGISTRATION_KEPT_SECONDS)
  const callsPerService = instances * callsPerSecondAndInstance
  return {
    processes,
    registrations,
    writesPerSecond,
    notificationsPerSecond: writesPerSecond * processes,
    readsPerSecond: processes * (1 / RENEWAL_CHECK_SECONDS + lookupsPerSecondAndInstance),
    streamsPerSecond: processes / ETCD_STREAM_SECONDS,
    listedPerSecond: (processes * registrations) / REGISTRY_LISTING_SECONDS,
    replayOperationsPerSecondAndService: callsPerService,
    replayEntriesPerService: callsPerService * (PRESENTATION_SECONDS + 2 * SKEW_SECONDS),
  }
}

/** Bytes of tokens that an instance receives in a second. */
export function headerBytesPerSecond(calls: number, hops: number, user: number): number {
  return calls * (BYTES_BESIDE_HOPS + user + hops * BYTES_PER_HOP)
}

/** The secret, the separators, and what the origin's hop alone has. */
export const BYTES_BESIDE_HOPS = 60
/** A hop with short names, bound to its request, its separator included (ES256). */
export const BYTES_PER_HOP = 456

export const FORMULAS: readonly (readonly [what: string, formula: string])[] = [
  ['processes', 'services x instances'],
  [
    'registry writes/s',
    `processes x (1 / (${MAX_REGISTRATION_SECONDS} s x ${RENEWAL_SHARE}) + starts a day / ${DAY_SECONDS} s)`,
  ],
  ['registrations kept', `writes/s x (${MAX_REGISTRATION_SECONDS} s + ${REGISTRATION_KEPT_SECONDS} s)`],
  ['notifications/s', 'writes/s x processes: each watches everything'],
  ['reads/s', `processes x (1 / ${RENEWAL_CHECK_SECONDS} s + look-ups/s of the simulation)`],
  ['look-ups/s of an instance', `keys in use, each once in ${KEY_FRESH_SECONDS} s at most`],
  ['streams/s (etcd)', `processes / ${ETCD_STREAM_SECONDS} s`],
  ['entries listed/s (PostgreSQL, Redis)', `processes x registrations / ${REGISTRY_LISTING_SECONDS} s`],
  ['replay operations/s of a service', 'instances x calls/s: one for each accepted call'],
  ['replay entries of a service', `replay operations/s x (${PRESENTATION_SECONDS} s + 2 x ${SKEW_SECONDS} s)`],
  ['bytes of a presentation', `${BYTES_BESIDE_HOPS} + user + ${BYTES_PER_HOP} x hops`],
]
