import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { base64url } from '../forge/base64url.js'
import { type ForgedAlgorithm, type ForgedKey, forgeKey, thumbprint } from '../forge/key.js'

const keys = new Map<string, ForgedKey>()
const publicKeys = new Map<string, { readonly algorithm: ForgedAlgorithm; readonly key: KeyObject }>()

/** The key of a seed, always the same. */
export function keyOf(seed: string, algorithm: ForgedAlgorithm): ForgedKey {
  const known = keys.get(`${algorithm} ${seed}`)
  if (known !== undefined) return known
  const key = quicken(forgeKey(`model ${seed}`, algorithm))
  keys.set(`${algorithm} ${seed}`, key)
  publicKeys.set(key.kid, { algorithm, key: createPublicKey(key.privateKey) })
  return key
}

/** The key of one instance of a service. */
export function serviceKey(name: string, algorithm: ForgedAlgorithm, instance = 0): ForgedKey {
  return keyOf(`${name} ${instance}`, algorithm)
}

/** Whether a signature verifies under the sound key that has this thumbprint. False where there is no such key. */
export function verifiesUnder(kid: string, algorithm: string, data: string, signature: string): boolean {
  const found = publicKeys.get(kid)
  if (found === undefined || found.algorithm !== algorithm) return false
  const bytes = Buffer.from(signature, 'base64url')
  return algorithm === 'ES256'
    ? verify('sha256', Buffer.from(data), { key: found.key, dsaEncoding: 'ieee-p1363' }, bytes)
    : verify(null, Buffer.from(data), found.key, bytes)
}

/** A public key that is the neutral element of edwards25519: without a private half, everybody signs everything under it. */
export function smallOrderKey(): ForgedKey {
  const one = Buffer.alloc(32)
  one[0] = 1
  const publicJwk = { kty: 'OKP', crv: 'Ed25519', x: base64url(one) }
  const own = keyOf('nobody', 'EdDSA')
  return {
    ...own,
    publicJwk,
    privateJwk: publicJwk,
    kid: thumbprint(publicJwk),
    sign: () => Buffer.concat([one, Buffer.alloc(32)]),
  }
}

/** OpenSSL signs ECDSA much faster; that no two of its signatures are the same does not matter here. */
function quicken(key: ForgedKey): ForgedKey {
  const { algorithm, privateKey } = key
  if (algorithm === 'EdDSA') return key
  return {
    ...key,
    sign: data => sign('sha256', Buffer.from(data as string), { key: privateKey, dsaEncoding: 'ieee-p1363' }),
  }
}
