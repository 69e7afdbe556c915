import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import type { JwtAlgorithm } from '../../lib/initial-token/jwt-algorithm.js'

/** When the specs of initial tokens play, in seconds. */
export const NOW = 10_000

/** The claims of a token that is fine. */
export const CLAIMS = { iss: 'https://idp.example', aud: 'countersign', sub: 'alice', iat: 9_900, exp: 10_600 }

const CURVES = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' } as const

/** An authorization server that signs whatever it is told to. */
export interface Issuer {
  readonly alg: JwtAlgorithm
  readonly kid: string
  /** Its public JWK, with `kid`. */
  readonly jwk: Readonly<Record<string, unknown>>
  readonly publicKey: KeyObject
  /** Signs a header and a payload, given as objects or as the very texts. `kid` and `alg` come by themselves into an object. */
  issue(claims?: object | string, header?: object | string): string
}

/** Makes an issuer with a key of its own. */
export function makeIssuer(kid = 'key-1', alg: JwtAlgorithm = 'ES256'): Issuer {
  const { privateKey, publicKey } = makeKeyPair(alg)
  return {
    alg,
    kid,
    jwk: { ...publicKey.export({ format: 'jwk' }), kid },
    publicKey,
    issue: (claims = CLAIMS, header = {}) => {
      const protectedHeader = typeof header === 'string' ? header : JSON.stringify({ alg, kid, ...header })
      const payload = typeof claims === 'string' ? claims : JSON.stringify(claims)
      const input = `${encode(protectedHeader)}.${encode(payload)}`
      return `${input}.${signInput(alg, input, privateKey).toString('base64url')}`
    },
  }
}

/** BASE64URL of a text. */
export function encode(text: string): string {
  return Buffer.from(text).toString('base64url')
}

function makeKeyPair(alg: JwtAlgorithm) {
  switch (alg) {
    case 'ES256':
    case 'ES384':
    case 'ES512':
      return generateKeyPairSync('ec', { namedCurve: CURVES[alg] })
    case 'EdDSA':
    case 'Ed25519':
      return generateKeyPairSync('ed25519')
    default:
      return generateKeyPairSync('rsa', { modulusLength: 2048 })
  }
}

function signInput(alg: JwtAlgorithm, input: string, key: KeyObject): Buffer {
  const data = Buffer.from(input)
  if (alg === 'EdDSA' || alg === 'Ed25519') return sign(null, data, key)
  const digest = `sha${alg.slice(2)}`
  // 6 is RSA_PKCS1_PSS_PADDING.
  if (alg.startsWith('PS')) return sign(digest, data, { key, padding: 6, saltLength: Number(alg.slice(2)) / 8 })
  return sign(digest, data, { key, dsaEncoding: 'ieee-p1363' })
}
