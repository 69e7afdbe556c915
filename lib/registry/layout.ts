import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { isKid, type Place } from './place.js'

// `<directory>/<service>/<kid>` is a registration, `<kid>.revoked` a tombstone, `.<random>.tmp` a file being written.
// `<directory>/.countersign` marks the directory as a registry's: without it, it may be a mount that is missing.

const MARKER = '.countersign'
const TOMBSTONE = '.revoked'
const TEMPORARY = /^\.[A-Za-z0-9_-]{22}\.tmp$/

/** The name of a key's tombstone. */
export function tombstoneName(kid: string): string {
  return `${kid}${TOMBSTONE}`
}

/** An unguessable name for a file being written, which nobody reads as anything else. */
export function temporaryName(): string {
  return `.${randomBytes(16).toString('base64url')}.tmp`
}

export function isTemporaryName(name: string): boolean {
  return TEMPORARY.test(name)
}

/** The key that a file's name speaks of, if it is a registration's or a tombstone's. */
export function kidOf(name: string): string | undefined {
  const kid = name.endsWith(TOMBSTONE) ? name.slice(0, -TOMBSTONE.length) : name
  return isKid(kid) ? kid : undefined
}

export function markerPath(directory: string): string {
  return join(directory, MARKER)
}

export function folderOf(directory: string, service: string): string {
  return join(directory, service)
}

export function registrationPath(directory: string, { service, kid }: Place): string {
  return join(directory, service, kid)
}

export function tombstonePath(directory: string, { service, kid }: Place): string {
  return join(directory, service, tombstoneName(kid))
}
