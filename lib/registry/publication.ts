import { OptionError } from '../errors.js'
import { MAX_REGISTRATION_CHARACTERS } from '../limits/keys.js'
import type { Publication } from '../model/registry.js'
import { checkPlace } from './place.js'

/** Refuses what cannot be published (ERR_OPTION). The registration itself is not judged: registries store, key finders verify. */
export function checkPublication({ service, kid, registration, expiresAt }: Publication): void {
  checkPlace(service, kid)
  if (typeof registration !== 'string' || registration.length > MAX_REGISTRATION_CHARACTERS) {
    throw new OptionError(`the registration is not a text of at most ${MAX_REGISTRATION_CHARACTERS} characters`)
  }
  if (!Number.isSafeInteger(expiresAt)) throw new OptionError('`expiresAt` is not a number of whole seconds')
}
