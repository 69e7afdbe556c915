import { OptionError } from '../errors.js'
import { isServiceName } from '../model/names.js'

/** Where a registration is stored: below the name of its service, under the thumbprint of its key. */
export interface Place {
  readonly service: string
  readonly kid: string
}

// A SHA-256 thumbprint (RFC 7638) in canonical base64url: no dot, no slash.
const KID = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/

/** Whether a value is a key's thumbprint: 43 characters. */
export function isKid(value: unknown): value is string {
  return typeof value === 'string' && KID.test(value)
}

/** Refuses what names no place (ERR_OPTION), before it becomes part of a path. */
export function checkPlace(service: unknown, kid: unknown): void {
  checkService(service)
  if (!isKid(kid)) throw new OptionError('the kid is not a thumbprint of 43 characters')
}

/** Refuses what is no service name (ERR_OPTION). */
export function checkService(service: unknown): void {
  if (!isServiceName(service)) throw new OptionError('the service must match [a-z0-9][a-z0-9._-]{0,127}')
}

/** A place in one string. No name has a slash, so that no two places share one. */
export function pathOf(service: string, kid: string): string {
  return `${service}/${kid}`
}

/** The place that a path of `pathOf` names. */
export function placeOf(path: string): Place {
  const [service = '', kid = ''] = path.split('/')
  return { service, kid }
}

/** A place in texts of its own, for whoever remembers it: what is cut out of a header keeps all of that. Refuses what names no place (ERR_OPTION). */
export function ownPlace(service: string, kid: string): Place {
  checkPlace(service, kid)
  return placeOf(pathOf(service, kid))
}
