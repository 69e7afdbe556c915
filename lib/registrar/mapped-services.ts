import { OptionError } from '../errors.js'
import { MAX_MAPPED_CREDENTIALS } from '../limits/registrars.js'
import { isServiceName } from '../model/names.js'
import { checkObject } from '../options.js'

/** Reads an option that maps what a credential says to the service that its holder is. Throws ERR_OPTION. */
export function readServices(what: string, services: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  const entries = Object.entries(checkObject(what, services))
  if (entries.length === 0 || entries.length > MAX_MAPPED_CREDENTIALS) {
    throw new OptionError(`${what}: expected 1 to ${MAX_MAPPED_CREDENTIALS} members`)
  }
  for (const [name, service] of entries) {
    if (!isServiceName(service)) throw new OptionError(`${what}: \`${name}\` maps to what is no service name`)
  }
  return new Map(entries)
}
