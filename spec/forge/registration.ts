import { forgeCompact } from './compact.js'
import type { ForgedKey, Signer } from './key.js'

/** What may be wrong with a registration. Members that are undefined are left out. */
export interface RegistrationPieces {
  /** `nbf`, in seconds since the epoch. */
  readonly from: number
  /** `exp`; an hour after `from` if absent. */
  readonly until?: number | undefined
  /** Members over the regular ones. */
  readonly header?: Readonly<Record<string, unknown>> | undefined
  /** Members over the regular ones. */
  readonly payload?: Readonly<Record<string, unknown>> | undefined
  /** Signs in place of the key that is registered. */
  readonly signedBy?: ForgedKey | undefined
}

/** A registration, and the place at which it belongs. */
export interface ForgedRegistration {
  readonly service: string
  readonly kid: string
  readonly registration: string
  /** Its `exp`, in seconds since the epoch. */
  readonly expiresAt: number
}

/** Makes a registration (docs/wire-format.md, section 6). */
export function forgeRegistration({ name, key }: Signer, pieces: RegistrationPieces): ForgedRegistration {
  const { from, until = from + 3600, signedBy = key } = pieces
  const { kid, algorithm: alg, publicJwk: jwk } = key
  const registration = forgeCompact({
    header: { alg, kid, typ: 'registration+jws', ...pieces.header },
    payload: { service: name, jwk, alg, nbf: from, exp: until, ...pieces.payload },
    key: signedBy,
  })
  return { service: name, kid, registration, expiresAt: until }
}
