import { createHash, randomBytes } from 'node:crypto'
import { base64url } from './base64url.js'
import type { Wrapped } from './initial-token.js'
import type { ForgedKey, Signer } from './key.js'

/** The pieces of one hop. Only the first two are needed; every other one may be wrong. */
export interface HopPieces {
  readonly by: Signer
  /** The service addressed. */
  readonly to: string
  /** `call` if absent. */
  readonly operation?: string | undefined
  /** What it wraps: another forged hop, an initial token, or nothing. */
  readonly around?: Wrapped | undefined
  /** Seconds since the epoch; EPOCH if absent. */
  readonly issuedAt?: number | undefined
  /** 300 seconds later if absent, or when what it wraps ends. */
  readonly expiresAt?: number | undefined
  /** 22 characters; random if absent. */
  readonly secret?: string | undefined
  /** The origin's `txn`; random if absent. */
  readonly transaction?: string | undefined
  /** Members over the regular ones; one that is undefined is left out. */
  readonly header?: Readonly<Record<string, unknown>> | undefined
  /** Writes the header: member order, white space, bytes. Compact JSON if absent. */
  readonly write?: ((header: Readonly<Record<string, unknown>>) => string | Uint8Array) | undefined
  /** Signs in place of the signer's own key. */
  readonly key?: ForgedKey | undefined
  /** Takes the place of the payload under the signature, not of what follows. */
  readonly signedPayload?: string | undefined
  /** Makes something else of the signature. */
  readonly resign?: ((signature: Buffer) => Uint8Array) | undefined
}

/** A presentation and its parts. It can be wrapped in its turn: nobody checks who does. */
export interface ForgedHop extends Wrapped {
  readonly secret: string
  /** Header and signature of the newest hop. */
  readonly hop: string
  /** What is left when the secret is dropped; the same as `text`. */
  readonly chain: string
  readonly presentation: string
  readonly expiresAt: number
}

/** The time that everything is forged at, unless it says otherwise. */
export const EPOCH = 1_800_000_000

/** Makes a hop (docs/wire-format.md, sections 2 and 3). */
export function forgeHop(pieces: HopPieces): ForgedHop {
  const { by, around, issuedAt = EPOCH, secret = random128(), key = by.key, resign } = pieces
  const expiresAt = pieces.expiresAt ?? Math.min(issuedAt + 300, around?.expiresAt ?? Number.POSITIVE_INFINITY)
  const isOrigin = around?.cty !== 'hop+jws'
  const header = {
    alg: key.algorithm,
    kid: key.kid,
    typ: 'hop+jws',
    cty: around?.cty,
    iss: by.name,
    aud: pieces.to,
    op: pieces.operation ?? 'call',
    jti: sealOf(secret),
    iat: issuedAt,
    exp: expiresAt,
    txn: isOrigin ? (pieces.transaction ?? random128()) : undefined,
    ...pieces.header,
  }
  const payload = around?.text ?? ''
  const encodedHeader = base64url(pieces.write?.(header) ?? JSON.stringify(header))
  const signature = key.sign(`${encodedHeader}.${base64url(pieces.signedPayload ?? payload)}`)
  const hop = `${encodedHeader}..${base64url(resign?.(signature) ?? signature)}`
  const chain = around === undefined ? hop : `${hop}~${payload}`
  return { secret, hop, chain, presentation: `${secret}~${chain}`, cty: 'hop+jws', text: chain, expiresAt }
}

/** The `jti` that a secret opens. */
export function sealOf(secret: string): string {
  return base64url(createHash('sha256').update(secret, 'ascii').digest())
}

/** 128 random bits: a secret, or a transaction. */
export function random128(): string {
  return base64url(randomBytes(16))
}

/** 128 bits that are always the same for the same text: a secret, or a transaction. */
export function fixed128(text: string): string {
  return base64url(createHash('sha256').update(text).digest().subarray(0, 16))
}
