import { createHash } from 'node:crypto'
import { base64url } from './base64url.js'

/** A request as it is bound (docs/wire-format.md, section 4). */
export interface ForgedRequest {
  readonly method: string
  readonly target: string
  readonly body?: string | Uint8Array | undefined
}

/** The value of `req`. */
export function requestDigest({ method, target, body = '' }: ForgedRequest): string {
  const hex = createHash('sha256').update(body).digest('hex')
  return base64url(createHash('sha256').update([method, target, hex].join('\n')).digest())
}

/** The value of `tgt`. */
export function targetDigest({ method, target }: ForgedRequest): string {
  return base64url(createHash('sha256').update([method, target].join('\n')).digest())
}
