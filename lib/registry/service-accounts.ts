import { OptionError } from '../errors.js'
import { checkService } from './place.js'

// Printable, and no space: engines and their tools agree on no more.
const PASSWORD = /^[\x21-\x7e]+$/

/** Refuses what is no list of services (ERR_OPTION). */
export function checkServices(what: string, services: unknown): void {
  if (!Array.isArray(services)) throw new OptionError(`${what}: \`services\` must be a list of names`)
  for (const service of services) checkService(service)
}

/** Refuses (ERR_OPTION) a service without a password, a password without a service, and one that engines may read differently. */
export function checkPasswords(
  what: string,
  services: readonly string[],
  passwords: Readonly<Record<string, string>>,
): void {
  for (const name of Object.keys(passwords)) {
    if (!services.includes(name)) throw new OptionError(`${what}: a password of \`${name}\`, which is no service here`)
  }
  for (const service of services) {
    const password = Object.hasOwn(passwords, service) ? passwords[service] : undefined
    if (typeof password !== 'string' || !PASSWORD.test(password)) {
      throw new OptionError(`${what}: the password of \`${service}\` must be printable ASCII without spaces`)
    }
  }
}
