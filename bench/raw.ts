import { createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto'
import type { Algorithm } from './services.js'

/** One raw call of crypto.verify, ready to run: the same bytes that a receiver verifies, with a prepared key. */
export type RawCall = () => void

const dsaEncoding = 'ieee-p1363'

/** The raw verifications in a presentation, one a hop, over exactly the bytes that its receiver verifies. */
export function rawVerifications(presentation: string, algorithm: Algorithm): readonly RawCall[] {
  const parts = presentation.split('~').slice(1)
  return parts.flatMap((part, index) => {
    const [header, signature] = part.split('..')
    if (header === undefined || signature === undefined) return []
    const payload = Buffer.from(parts.slice(index + 1).join('~')).toString('base64url')
    return [rawVerification(Buffer.from(`${header}.${payload}`), algorithm, Buffer.from(signature, 'base64url').length)]
  })
}

/** Signatures are remade with a key of our own: what is measured is crypto.verify over these bytes. */
export function rawVerification(data: Buffer, algorithm: Algorithm, length = 64): RawCall {
  const { privateKey, publicKey } = makePair(algorithm)
  const signature =
    algorithm === 'ES256' ? sign('sha256', data, { key: privateKey, dsaEncoding }) : sign(null, data, privateKey)
  if (signature.length !== length) throw new Error('another signature length')
  return algorithm === 'ES256'
    ? () => check(verify('sha256', data, { key: publicKey, dsaEncoding }, signature))
    : () => check(verify(null, data, publicKey, signature))
}

/** One raw call of crypto.sign over the bytes that a sender signs. */
export function rawSigning(presentation: string, algorithm: Algorithm): RawCall {
  const [header = '', payload = ''] = splitNewest(presentation)
  return rawSignature(Buffer.from(`${header}.${Buffer.from(payload).toString('base64url')}`), algorithm)
}

/** One raw call of crypto.sign over some bytes. */
export function rawSignature(data: Buffer, algorithm: Algorithm): RawCall {
  const { privateKey } = makePair(algorithm)
  return algorithm === 'ES256'
    ? () => void sign('sha256', data, { key: privateKey, dsaEncoding })
    : () => void sign(null, data, privateKey)
}

function splitNewest(presentation: string): [header: string | undefined, payload: string] {
  const [, newest, ...rest] = presentation.split('~')
  return [newest?.split('..')[0], rest.join('~')]
}

/** A key pair for an algorithm. */
export function makePair(algorithm: Algorithm): { privateKey: KeyObject; publicKey: KeyObject } {
  const { privateKey } =
    algorithm === 'ES256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519')
  return { privateKey, publicKey: createPublicKey(privateKey) }
}

function check(verified: boolean): void {
  if (!verified) throw new Error('does not verify')
}
