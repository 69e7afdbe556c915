import type { ForgedKey } from '../forge/key.js'
import { type ForgedRegistration, forgeRegistration } from '../forge/registration.js'
import type { Role } from './cast.js'
import { keyOf, serviceKey, smallOrderKey } from './keyring.js'
import type { Publish } from './moves.js'

/** A registration that a corrupted service publishes below its own path, and the key with which it then signs. */
export interface Attempt {
  readonly kid: string
  readonly key: ForgedKey
  readonly registration: string
  readonly from: number
  readonly until: number
  readonly isSound: boolean
}

const HOUR_SECONDS = 3600
const DAY_SECONDS = 86_400

/** Makes what a move publishes. `stolen` is the registration of the victim, as the registry has it. */
export function makeAttempt(
  { registration: kind, move }: Publish,
  as: Role,
  victim: Role,
  stolen: string,
  now: number,
): Attempt {
  const key = keyOf(`${as.name} key ${move % 8}`, move % 2 ? 'EdDSA' : 'ES256')
  const other = serviceKey(victim.name, victim.algorithm)
  const day = { from: now - HOUR_SECONDS, until: now - HOUR_SECONDS + DAY_SECONDS }
  const attempt = (made: ForgedRegistration, changes: Partial<Attempt> = {}): Attempt => {
    const window = { from: day.from, until: made.expiresAt }
    return { kid: key.kid, key, registration: made.registration, ...window, isSound: false, ...changes }
  }
  const signer = { name: as.name, key }
  switch (kind) {
    case 'own':
      return attempt(forgeRegistration(signer, day), { isSound: true })
    case 'short':
      return attempt(forgeRegistration(signer, { from: now - 20, until: now + 40 }), { from: now - 20, isSound: true })
    case 'future':
      return attempt(forgeRegistration(signer, { from: now + 20 }), { from: now + 20, isSound: true })
    case 'small-order': {
      const weak = smallOrderKey()
      return attempt(forgeRegistration({ name: as.name, key: weak }, day), { kid: weak.kid, key: weak })
    }
    case 'names-another':
      return attempt(forgeRegistration({ name: victim.name, key }, day))
    case 'stolen':
      return attempt({ ...forgeRegistration(signer, day), registration: stolen }, { kid: other.kid })
    case 'garbage':
      return attempt({ ...forgeRegistration(signer, day), registration: 'garbage' })
    case 'kid-of-another':
      return attempt(forgeRegistration(signer, { ...day, header: { kid: other.kid } }), { kid: other.kid })
    case 'key-of-another':
      return attempt(forgeRegistration({ name: as.name, key: other }, { ...day, signedBy: key }), { kid: other.kid })
    case 'private':
      return attempt(forgeRegistration(signer, { ...day, payload: { jwk: key.privateJwk } }))
    case 'unsigned':
      return attempt(forgeRegistration(signer, { ...day, signedBy: keyOf('nobody', key.algorithm) }))
    case 'long':
      return attempt(forgeRegistration(signer, { from: day.from, until: day.until + 1 }))
    case 'typ':
      return attempt(forgeRegistration(signer, { ...day, header: { typ: 'hop+jws' } }))
  }
}

/** The window that a registration names. */
export function windowOf(registration: string): { readonly from: number; readonly until: number } {
  const { nbf, exp } = JSON.parse(Buffer.from(registration.split('.')[1] ?? '', 'base64url').toString())
  return { from: nbf, until: exp }
}
