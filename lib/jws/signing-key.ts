import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
  KeyObject,
  type X509Certificate,
} from 'node:crypto'
import { CertificationInvalid, SigningKeyUnusable } from '../errors.js'
import type { Algorithm } from '../model/algorithm.js'
import { checkOptions } from '../options.js'
import { type CertificatesOption, readCertificates, readX5c } from './certificates.js'
import { attachCertificates, type KeyCertificates } from './key-certificates.js'
import { importPublicJwk, type PublicJwk } from './public-key.js'
import { SIGNATURE_BYTES, signBytes, verifyBytes } from './signature.js'

/** A key that signs as one service. The private half, where we hold it at all, is out of reach of JSON and inspection. */
export interface SigningKey {
  readonly algorithm: Algorithm
  /** RFC 7638 SHA-256 thumbprint of the public half. */
  readonly kid: string
  readonly publicJwk: PublicJwk
  /** Signs bytes, which may change when it has returned: 64 bytes, for ES256 in IEEE P1363 form. */
  readonly sign: (data: Uint8Array) => Uint8Array | Promise<Uint8Array>
  /** Those that its user brought with it, for verifiers who trust a certificate authority. */
  readonly certificates?: KeyCertificates | undefined
}

/** A key whose private half stays elsewhere, in a KMS or an HSM. */
export interface ExternalKey {
  /** The public half: P-256 or Ed25519. */
  readonly publicJwk: object
  /** Signs bytes: 64 bytes, for ES256 in IEEE P1363 form (RFC 7518, section 3.4). */
  readonly sign: (data: Uint8Array) => Promise<Uint8Array>
}

/** A key on which a PKI has put the name of its service. */
export interface CertifiedKey {
  readonly key: JsonWebKey | KeyObject | ExternalKey
  /** The key's own certificate first, then those of the authorities below the root, each issuing the one before it. */
  readonly certificates: CertificatesOption
}

/**
 * A key that a user brings: a private JWK (P-256 or Ed25519, with its `d`, and `x5c` if it has certificates), a private KeyObject, a function
 * that signs, or one of these with certificates.
 */
export type BroughtKey = JsonWebKey | KeyObject | ExternalKey | CertifiedKey

const publicKeyEncoding = { type: 'spki', format: 'der' } as const
const privateKeyEncoding = { type: 'pkcs8', format: 'der' } as const
const NOT_A_KEY = 'the key is not a P-256 or Ed25519 private key'
// Signed to see that two halves belong together: no JWS, for want of a dot, and never shown to anybody.
const PROOF = Buffer.from('the halves of this key belong together')

/**
 * Makes a key pair in memory, and reads it anew: a key shares a lock with what made it, and Node.js 20 hangs for good where garbage is
 * collected while the key is asked for its details.
 */
export async function generateSigningKey(algorithm: Algorithm): Promise<SigningKey> {
  const { privateKey: encoded } =
    algorithm === 'ES256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256', publicKeyEncoding, privateKeyEncoding })
      : generateKeyPairSync('ed25519', { publicKeyEncoding, privateKeyEncoding })
  const privateKey = createPrivateKey({ key: encoded, format: 'der', type: 'pkcs8' })
  encoded.fill(0)
  return holdPrivateKey(privateKey)
}

/**
 * Takes a key that the user brings. Refuses with ERR_SIGNING_KEY_UNUSABLE what is not a P-256 or Ed25519 private key, and certificates that
 * are not its own; with ERR_OPTION what are no certificates.
 */
export async function importSigningKey(brought: BroughtKey): Promise<SigningKey> {
  if (typeof brought !== 'object' || brought === null) throw new SigningKeyUnusable(NOT_A_KEY)
  const { key, certificates } = isCertifiedKey(brought) ? readCertifiedKey(brought) : readCertificatesInside(brought)
  const signingKey = await importKey(key)
  if (certificates === undefined) return signingKey
  return Object.freeze({ ...signingKey, certificates: attachCertificates(signingKey.publicJwk, certificates) })
}

interface KeyWithCertificates {
  readonly key: JsonWebKey | KeyObject | ExternalKey
  readonly certificates: readonly X509Certificate[] | undefined
}

function isCertifiedKey(key: BroughtKey): key is CertifiedKey {
  return !(key instanceof KeyObject) && 'key' in key && typeof key.key === 'object' && key.key !== null
}

function readCertifiedKey(brought: CertifiedKey): KeyWithCertificates {
  const { key, certificates } = checkOptions('key', brought, ['key', 'certificates'])
  return { key, certificates: readCertificates('key.certificates', certificates) }
}

function readCertificatesInside(key: JsonWebKey | KeyObject | ExternalKey): KeyWithCertificates {
  if (key instanceof KeyObject || isExternalKey(key) || key.x5c === undefined) return { key, certificates: undefined }
  const { x5c } = key
  if (!Array.isArray(x5c) || !x5c.every(text => typeof text === 'string')) {
    throw new SigningKeyUnusable("the key's `x5c` is not a list of certificates")
  }
  try {
    return { key, certificates: readX5c(x5c) }
  } catch (error) {
    if (!(error instanceof CertificationInvalid)) throw error
    throw new SigningKeyUnusable(`the key's ${error.message}`, { cause: error })
  }
}

async function importKey(key: JsonWebKey | KeyObject | ExternalKey): Promise<SigningKey> {
  try {
    if (key instanceof KeyObject) return await holdPrivateKey(key)
    if (isExternalKey(key)) return await referToExternalKey(key)
    return await holdPrivateKey(createPrivateKey({ format: 'jwk', key: { ...key } }), key)
  } catch (cause) {
    if (cause instanceof SigningKeyUnusable) throw cause
    throw new SigningKeyUnusable(NOT_A_KEY, { cause: withoutDetails(cause) })
  }
}

function isExternalKey(key: JsonWebKey | ExternalKey): key is ExternalKey {
  return typeof key.sign === 'function' && typeof key.publicJwk === 'object' && key.publicJwk !== null
}

async function holdPrivateKey(privateKey: KeyObject, jwk?: JsonWebKey): Promise<SigningKey> {
  const algorithm = algorithmOf(privateKey)
  const exported = createPublicKey(privateKey).export({ format: 'jwk' })
  if (jwk !== undefined) checkPurpose(jwk, algorithm)
  const { kid, jwk: publicJwk, key: publicKey } = await importPublicJwk(exported, algorithm)
  // OpenSSL computes the public half of an Ed25519 key, and takes that of a P-256 key as it comes.
  const isBroughtHalf = jwk === undefined || (jwk.x === exported.x && jwk.y === exported.y)
  if (!isBroughtHalf || !verifyBytes({ algorithm, publicKey }, PROOF, signBytes(algorithm, privateKey, PROOF))) {
    throw new SigningKeyUnusable('the public half of the key does not belong to its private half')
  }
  return Object.freeze({
    algorithm,
    kid,
    publicJwk,
    sign: (data: Uint8Array) => signBytes(algorithm, privateKey, data),
  })
}

/** A key that says it is for something else is not used (RFC 7517, sections 4.2 to 4.4). */
function checkPurpose({ use, key_ops: operations, alg }: JsonWebKey, algorithm: Algorithm): void {
  const signs =
    (use === undefined || use === 'sig') &&
    (operations === undefined || (Array.isArray(operations) && operations.includes('sign'))) &&
    (alg === undefined || alg === algorithm || (alg === 'Ed25519' && algorithm === 'EdDSA'))
  if (!signs)
    throw new SigningKeyUnusable(`the key's \`use\`, \`key_ops\` or \`alg\` is not for signing with ${algorithm}`)
}

function algorithmOf(privateKey: KeyObject): Algorithm {
  if (privateKey.type === 'private') {
    if (privateKey.asymmetricKeyType === 'ed25519') return 'EdDSA'
    if (privateKey.asymmetricKeyDetails?.namedCurve === 'prime256v1') return 'ES256'
  }
  throw new SigningKeyUnusable(NOT_A_KEY)
}

async function referToExternalKey({ publicJwk, sign }: ExternalKey): Promise<SigningKey> {
  const algorithm: Algorithm = 'kty' in publicJwk && publicJwk.kty === 'OKP' ? 'EdDSA' : 'ES256'
  const key = await importPublicJwk(publicJwk, algorithm)
  return Object.freeze({
    algorithm,
    kid: key.kid,
    publicJwk: key.jwk,
    sign: async (data: Uint8Array) => {
      const signature = await sign(Buffer.from(data))
      if (!(signature instanceof Uint8Array) || signature.length !== SIGNATURE_BYTES) {
        throw new SigningKeyUnusable(`the sign function did not return ${SIGNATURE_BYTES} bytes`)
      }
      return signature
    },
  })
}

/** OpenSSL's and jose's messages may quote what they were given. */
function withoutDetails(cause: unknown): string {
  return cause instanceof Error ? cause.name : 'unknown'
}
