/** What anybody can read in a presentation, and sign of his own: the wire format, and nothing but node:crypto. */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

/** A presentation, taken apart at its `~`. */
export interface Parts {
  readonly secret: string
  /** Newest first. */
  readonly hops: readonly string[]
  /** The user's token. */
  readonly token: string
}

export interface HopHeader {
  readonly iss: string
  readonly aud: string
  readonly op: string
  readonly exp: number
  readonly txn?: string
}

export function takeApart(presentation: string): Parts {
  const [secret = '', ...rest] = presentation.split('~')
  return {
    secret,
    hops: rest.filter(part => part.includes('..')),
    token: rest.find(part => !part.includes('..')) ?? '',
  }
}

export function putTogether({ secret, hops, token }: Parts): string {
  return [secret, ...hops, token].join('~')
}

/** A hop's header: it is no secret. */
export function headerOf(hop = ''): HopHeader {
  return JSON.parse(Buffer.from(hop.split('..')[0] ?? '', 'base64url').toString()) as HopHeader
}

/** When the user's token ends. */
export function expiryOf(token: string): number {
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { exp: number }
  return claims.exp
}

export function makeSecret(): string {
  return randomBytes(16).toString('base64url')
}

export interface Key {
  readonly kid: string
  readonly jwk: object
  readonly privateKey: KeyObject
}

/** A key pair, and the thumbprint (RFC 7638) by which it is known. */
export function makeKey(): Key {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { crv, kty, x, y } = publicKey.export({ format: 'jwk' })
  const jwk = { crv, kty, x, y }
  return { kid: sha256(JSON.stringify(jwk)), jwk, privateKey }
}

/** A JWS (RFC 7515), compact: the payload stands between the dots. */
export function signCompact(header: object, payload: string, key: Key): string {
  const input = `${base64url(JSON.stringify(header))}.${base64url(payload)}`
  const signature = sign('sha256', Buffer.from(input), { key: key.privateKey, dsaEncoding: 'ieee-p1363' })
  return `${input}.${signature.toString('base64url')}`
}

/** A JWS, detached: the payload travels elsewhere, right of the hop. */
export function signHop(header: object, payload: string, key: Key): string {
  const [encodedHeader, , signature] = signCompact(header, payload, key).split('.')
  return `${encodedHeader}..${signature}`
}

/** To what a hop is bound: method, path and body. */
export function digestOf(method: string, target: string, body: Buffer): string {
  return sha256(`${method}\n${target}\n${createHash('sha256').update(body).digest('hex')}`)
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url')
}
