import { createPublicKey, type KeyObject } from 'node:crypto'
import { calculateJwkThumbprint } from 'jose/jwk/thumbprint'
import { KeyInvalid } from '../errors.js'
import type { Algorithm } from '../model/algorithm.js'
import { decodeBase64url, isCanonicalBase64url } from './base64url.js'
import { isCanonicalPoint, isSmallOrder } from './ed25519-point.js'

/** The members of a public key that matter: what a thumbprint is taken of (RFC 7638, RFC 8037). */
export type PublicJwk =
  | { readonly kty: 'EC'; readonly crv: 'P-256'; readonly x: string; readonly y: string }
  | { readonly kty: 'OKP'; readonly crv: 'Ed25519'; readonly x: string }

/** A public key after all import checks. */
export interface PublicKey {
  readonly algorithm: Algorithm
  /** RFC 7638 SHA-256 thumbprint, 43 characters. */
  readonly kid: string
  readonly jwk: PublicJwk
  readonly key: KeyObject
}

const COORDINATE_BYTES = 32
// Members that say something of a key, but are no part of it (RFC 7517, section 4).
const DESCRIBING_MEMBERS = new Set(['alg', 'use', 'key_ops', 'kid', 'ext'])

/**
 * Imports a public JWK for one algorithm (invariant 5). Refuses with ERR_KEY_INVALID: private or unknown members, another
 * key type or curve, coordinates that are not canonical base64url of 32 bytes, a point off P-256, an Ed25519 point
 * that is not canonical or of small order, and a `use`, `key_ops` or `alg` that speaks against verifying.
 */
export async function importPublicJwk(jwk: unknown, algorithm: Algorithm): Promise<PublicKey> {
  if (typeof jwk !== 'object' || jwk === null || Array.isArray(jwk)) throw new KeyInvalid('not a JWK')
  const members = new Map<string, unknown>(Object.entries(jwk))
  checkPurpose(members, algorithm)
  const publicJwk = algorithm === 'ES256' ? readP256(members) : readEd25519(members)
  checkMemberSet(members, publicJwk)
  return Object.freeze({
    algorithm,
    kid: await calculateJwkThumbprint(publicJwk),
    jwk: Object.freeze(publicJwk),
    key: prepare(publicJwk),
  })
}

function checkPurpose(members: Map<string, unknown>, algorithm: Algorithm): void {
  const use = members.get('use')
  if (members.has('use') && use !== 'sig') throw new KeyInvalid('`use` is not `sig`')
  const operations = members.get('key_ops')
  if (members.has('key_ops') && !(Array.isArray(operations) && operations.includes('verify'))) {
    throw new KeyInvalid('`key_ops` does not include `verify`')
  }
  const alg = members.get('alg')
  if (members.has('alg') && alg !== algorithm && !(alg === 'Ed25519' && algorithm === 'EdDSA')) {
    throw new KeyInvalid(`\`alg\` is not \`${algorithm}\``)
  }
}

function readP256(members: Map<string, unknown>): PublicJwk {
  if (members.get('kty') !== 'EC' || members.get('crv') !== 'P-256') throw new KeyInvalid('not a P-256 key')
  return { kty: 'EC', crv: 'P-256', x: coordinate(members.get('x')), y: coordinate(members.get('y')) }
}

function readEd25519(members: Map<string, unknown>): PublicJwk {
  if (members.get('kty') !== 'OKP' || members.get('crv') !== 'Ed25519') throw new KeyInvalid('not an Ed25519 key')
  const x = coordinate(members.get('x'))
  const point = decodeBase64url(x)
  if (!isCanonicalPoint(point)) throw new KeyInvalid('the Ed25519 point is not canonical')
  if (isSmallOrder(point)) throw new KeyInvalid('the Ed25519 point is of small order')
  return { kty: 'OKP', crv: 'Ed25519', x }
}

function coordinate(value: unknown): string {
  if (typeof value !== 'string' || !isCanonicalBase64url(value) || decodeBase64url(value).length !== COORDINATE_BYTES) {
    throw new KeyInvalid('a coordinate is not canonical base64url of 32 bytes')
  }
  return value
}

function checkMemberSet(members: Map<string, unknown>, publicJwk: PublicJwk): void {
  for (const name of members.keys()) {
    if (!Object.hasOwn(publicJwk, name) && !DESCRIBING_MEMBERS.has(name)) {
      throw new KeyInvalid('a private or unknown member')
    }
  }
}

/** OpenSSL checks that a P-256 point lies on the curve. */
function prepare(publicJwk: PublicJwk): KeyObject {
  try {
    return createPublicKey({ format: 'jwk', key: publicJwk })
  } catch (cause) {
    throw new KeyInvalid('the point is not on the curve', { cause })
  }
}
