import { OptionError } from '../../errors.js'
import type { Place } from '../place.js'

// `<prefix>/<service>/keys/<kid>` is a registration, `<prefix>/<service>/revoked/<kid>` a tombstone: two folders, because who may delete is
// decided by the folder alone, and a service may clear away its registrations and never a tombstone.

/** Where registrations are kept, unless the options say otherwise. */
export const DEFAULT_PREFIX = '/countersign'

const PREFIX = /^(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$/

/** The path of the node above all services. */
export function checkPrefix(what: string, prefix: string = DEFAULT_PREFIX): string {
  if (typeof prefix === 'string' && PREFIX.test(prefix)) return prefix
  throw new OptionError(`${what}: \`prefix\` must be a path such as ${DEFAULT_PREFIX}`)
}

export function serviceNode(prefix: string, service: string): string {
  return `${prefix}/${service}`
}

/** The folder of a service's registrations. Its text is the kid of the last one, so that whoever watches it hears of renewals too. */
export function keysNode(prefix: string, service: string): string {
  return `${prefix}/${service}/keys`
}

/** The folder of a service's tombstones. It is set at each revocation, so that a publication can be refused that began before. */
export function tombstonesNode(prefix: string, service: string): string {
  return `${prefix}/${service}/revoked`
}

export function registrationNode(prefix: string, { service, kid }: Place): string {
  return `${keysNode(prefix, service)}/${kid}`
}

export function tombstoneNode(prefix: string, { service, kid }: Place): string {
  return `${tombstonesNode(prefix, service)}/${kid}`
}
