import { placeOf } from '../listing-watch.js'
import { type Place, pathOf } from '../place.js'

// `<prefix><service>/<kid>` is a registration, `<prefix><service>/<kid>.revoked` a tombstone.

/** What the names of channels begin with that tell of a key, in database 0. */
export const KEYSPACE = '__keyspace@0__:'

const TOMBSTONE = '.revoked'
const ANY_KID = '?'.repeat(43)

/** What a key of the registry speaks of. */
export interface KeyName extends Place {
  readonly isTombstone: boolean
}

export function registrationKey(prefix: string, { service, kid }: Place): string {
  return prefix + pathOf(service, kid)
}

export function tombstoneKey(prefix: string, place: Place): string {
  return registrationKey(prefix, place) + TOMBSTONE
}

/** A pattern of the keys of a service's registrations, and of nothing else: its tombstones' are longer. */
export function registrationPattern(prefix: string, service: string): string {
  return `${prefix}${service}/${ANY_KID}`
}

export function tombstonePattern(prefix: string, service: string): string {
  return registrationPattern(prefix, service) + TOMBSTONE
}

/** What a key speaks of, if it is one of the registry's. */
export function readKey(prefix: string, key: string): KeyName | undefined {
  if (!key.startsWith(prefix)) return undefined
  const isTombstone = key.endsWith(TOMBSTONE)
  const place = placeOf(key.slice(prefix.length, isTombstone ? -TOMBSTONE.length : undefined))
  return place === undefined ? undefined : { ...place, isTombstone }
}
