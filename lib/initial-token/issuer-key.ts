import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { KeyInvalid } from '../errors.js'
import { decodeBase64url, isCanonicalBase64url } from '../jws/base64url.js'
import { isCanonicalPoint, isSmallOrder } from '../jws/ed25519-point.js'
import { isJwtAlgorithm, type JwtAlgorithm, RSA_ALGORITHMS } from './jwt-algorithm.js'
import { readRsaNumbers } from './rsa-numbers.js'

/** One public key of an issuer, after all import checks. */
export interface IssuerKey {
  /** The issuer's own name for the key, if it has one. */
  readonly kid: string | undefined
  /** What the key verifies. */
  readonly algorithms: readonly JwtAlgorithm[]
  readonly key: KeyObject
}

/** The members of a public JWK that make the key, and what such a key verifies. */
interface Material {
  readonly algorithms: readonly JwtAlgorithm[]
  readonly jwk: JsonWebKey
}

type Members = ReadonlyMap<string, unknown>

// RFC 7518, sections 6.2.2, 6.3.2 and 6.4.1: whoever publishes these lets everybody sign.
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']
const CURVES = new Map<unknown, { readonly algorithm: JwtAlgorithm; readonly bytes: number }>([
  ['P-256', { algorithm: 'ES256', bytes: 32 }],
  ['P-384', { algorithm: 'ES384', bytes: 48 }],
  ['P-521', { algorithm: 'ES512', bytes: 66 }],
])
const ED25519_ALGORITHMS: readonly JwtAlgorithm[] = ['EdDSA', 'Ed25519']
const ED25519_BYTES = 32

/**
 * Reads one JWK of an issuer's key set, by RFC 7517 and RFC 7518. Undefined for a key of another purpose: its `use`,
 * `key_ops`, `alg`, type or curve is for something that we do not do. Refuses with ERR_KEY_INVALID a symmetric key, one with private
 * members, and one whose numbers are malformed, weak or off the curve.
 */
export function readIssuerKey(jwk: unknown): IssuerKey | undefined {
  if (typeof jwk !== 'object' || jwk === null || Array.isArray(jwk)) throw new KeyInvalid('not a JWK')
  const members: Members = new Map(Object.entries(jwk))
  refuseSecrets(members)
  if (!isForVerifying(members)) return undefined
  const material = readMaterial(members)
  const algorithms = material?.algorithms.filter(name => agrees(members.get('alg'), name)) ?? []
  if (material === undefined || algorithms.length === 0) return undefined
  return Object.freeze({ kid: readKid(members), algorithms: Object.freeze(algorithms), key: prepare(material.jwk) })
}

function refuseSecrets(members: Members): void {
  if (members.get('kty') === 'oct') throw new KeyInvalid('a symmetric key')
  if (PRIVATE_MEMBERS.some(name => members.has(name))) throw new KeyInvalid('a key with private members')
}

/** RFC 7517, sections 4.2 and 4.3. */
function isForVerifying(members: Members): boolean {
  if (members.has('use') && members.get('use') !== 'sig') return false
  const operations = members.get('key_ops')
  return !members.has('key_ops') || (Array.isArray(operations) && operations.includes('verify'))
}

function readMaterial(members: Members): Material | undefined {
  switch (members.get('kty')) {
    case 'RSA':
      return {
        algorithms: RSA_ALGORITHMS,
        jwk: { kty: 'RSA', ...readRsaNumbers(members.get('n'), members.get('e')) },
      }
    case 'EC':
      return readCurvePoint(members)
    case 'OKP':
      return readEd25519(members)
    default:
      return undefined
  }
}

function readCurvePoint(members: Members): Material | undefined {
  const crv = members.get('crv')
  const curve = CURVES.get(crv)
  if (curve === undefined) return undefined
  const x = octets(members.get('x'), curve.bytes)
  const y = octets(members.get('y'), curve.bytes)
  return { algorithms: [curve.algorithm], jwk: { kty: 'EC', crv: crv as string, x, y } }
}

function readEd25519(members: Members): Material | undefined {
  if (members.get('crv') !== 'Ed25519') return undefined
  const x = octets(members.get('x'), ED25519_BYTES)
  const point = decodeBase64url(x)
  if (!isCanonicalPoint(point)) throw new KeyInvalid('an Ed25519 point that is not canonical')
  if (isSmallOrder(point)) throw new KeyInvalid('an Ed25519 point of small order')
  return { algorithms: ED25519_ALGORITHMS, jwk: { kty: 'OKP', crv: 'Ed25519', x } }
}

function octets(value: unknown, bytes: number): string {
  if (typeof value !== 'string' || !isCanonicalBase64url(value) || decodeBase64url(value).length !== bytes) {
    throw new KeyInvalid(`a coordinate that is not canonical base64url of ${bytes} bytes`)
  }
  return value
}

/** `EdDSA` and `Ed25519` are two names of one algorithm (RFC 9864, section 2.2). */
function agrees(declared: unknown, algorithm: JwtAlgorithm): boolean {
  if (declared === undefined || declared === algorithm) return true
  return isJwtAlgorithm(declared) && [declared, algorithm].every(name => ED25519_ALGORITHMS.includes(name))
}

function readKid(members: Members): string | undefined {
  const kid = members.get('kid')
  if (kid === undefined || typeof kid === 'string') return kid
  throw new KeyInvalid('a `kid` that is not a string')
}

/** OpenSSL checks that a point lies on its curve. */
function prepare(jwk: JsonWebKey): KeyObject {
  try {
    return createPublicKey({ format: 'jwk', key: jwk })
  } catch (cause) {
    throw new KeyInvalid('a point off its curve', { cause })
  }
}
