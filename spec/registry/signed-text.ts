import { signCompact } from '../../lib/jws/compact.js'
import { generateSigningKey, type SigningKey } from '../../lib/jws/signing-key.js'
import type { Publication } from '../../lib/model/registry.js'
import { signRegistration } from '../../lib/registry/registration.js'

/** Members that replace a registration's own; those that are undefined are left out. */
export interface Changes {
  readonly header?: object
  readonly payload?: object
  /** Whose signature it is, if not that of the registered key. */
  readonly signer?: SigningKey
}

/** A registration of `cart` from 1000 to 2000 by a key, with some members changed. */
export async function signChanged(key: SigningKey, { header, payload, signer = key }: Changes = {}): Promise<string> {
  return signCompact(
    { alg: key.algorithm, kid: key.kid, typ: 'registration+jws', ...header },
    JSON.stringify({ service: 'cart', jwk: key.publicJwk, alg: key.algorithm, nbf: 1000, exp: 2000, ...payload }),
    signer,
  )
}

/** A new key of a service on its way into a registry, registered from 1000 to 2000. */
export async function makePublication(service: string, key?: SigningKey): Promise<Publication> {
  const signingKey = key ?? (await generateSigningKey('EdDSA'))
  const registration = await signRegistration(signingKey, { service, notBefore: 1000, expiresAt: 2000 })
  return { service, kid: signingKey.kid, registration, expiresAt: 2000 }
}
