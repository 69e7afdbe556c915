import { createECDH, createHash, createPrivateKey, type JsonWebKey, type KeyObject, sign } from 'node:crypto'
import { base64url } from './base64url.js'
import { signDeterministically } from './ecdsa.js'

/** The two algorithms of docs/wire-format.md. */
export type ForgedAlgorithm = 'ES256' | 'EdDSA'

/** A key pair with a known private half. The same seed makes the same key. */
export interface ForgedKey {
  readonly algorithm: ForgedAlgorithm
  /** RFC 7638 SHA-256 thumbprint. */
  readonly kid: string
  readonly publicJwk: JsonWebKey
  readonly privateJwk: JsonWebKey
  readonly privateKey: KeyObject
  /** 64 bytes; the same for the same data. */
  sign(data: Uint8Array | string): Buffer
}

/** One who signs: a name and a key. Nothing says that the two belong together until a registration does. */
export interface Signer {
  readonly name: string
  readonly key: ForgedKey
}

// RFC 8410, section 7: what stands before the 32 bytes of an Ed25519 seed in PKCS #8.
const ED25519_PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')

/** Makes the key of a seed. */
export function forgeKey(seed: string, algorithm: ForgedAlgorithm = 'ES256'): ForgedKey {
  const scalar = createHash('sha256').update(`${algorithm} ${seed}`).digest()
  return algorithm === 'ES256' ? forgeP256(scalar) : forgeEd25519(scalar)
}

/** Makes a signer whose key's seed is his name, or another one: his second key, or somebody else's under his name. */
export function forgeSigner(name: string, algorithm: ForgedAlgorithm = 'ES256', seed = name): Signer {
  return { name, key: forgeKey(seed, algorithm) }
}

/** RFC 7638, section 3: the required members in lexicographic order, without white space. */
export function thumbprint(jwk: JsonWebKey): string {
  const { crv, kty, x, y } = jwk
  return base64url(createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest())
}

function forgeP256(scalar: Buffer): ForgedKey {
  const ecdh = createECDH('prime256v1')
  ecdh.setPrivateKey(scalar)
  const point = ecdh.getPublicKey()
  const publicJwk = { kty: 'EC', crv: 'P-256', x: base64url(point.subarray(1, 33)), y: base64url(point.subarray(33)) }
  const privateJwk = { ...publicJwk, d: base64url(scalar) }
  return {
    algorithm: 'ES256',
    kid: thumbprint(publicJwk),
    publicJwk,
    privateJwk,
    privateKey: createPrivateKey({ format: 'jwk', key: privateJwk }),
    sign: data => signDeterministically(scalar, Buffer.from(data as string)),
  }
}

function forgeEd25519(seed: Buffer): ForgedKey {
  const privateKey = createPrivateKey({
    format: 'der',
    type: 'pkcs8',
    key: Buffer.concat([ED25519_PKCS8, seed]),
  })
  const privateJwk = privateKey.export({ format: 'jwk' })
  const publicJwk = { kty: 'OKP', crv: 'Ed25519', x: privateJwk.x as string }
  return {
    algorithm: 'EdDSA',
    kid: thumbprint(publicJwk),
    publicJwk,
    privateJwk,
    privateKey,
    sign: data => sign(null, Buffer.from(data as string), privateKey),
  }
}
