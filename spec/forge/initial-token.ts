import { base64url } from './base64url.js'
import { forgeCompact } from './compact.js'
import type { ForgedKey } from './key.js'

/** What a hop wraps: the text right of its `~`, and what its `cty` says of it. */
export interface Wrapped {
  readonly cty: string
  readonly text: string
  /** When it ends, in seconds since the epoch, if it says so. */
  readonly expiresAt?: number | undefined
}

/** The pieces of a JWT. */
export interface JwtPieces {
  readonly key: ForgedKey
  /** Members over `alg` and `typ`; `alg` is the key's. */
  readonly header?: Readonly<Record<string, unknown>> | undefined
  readonly claims: Readonly<Record<string, unknown>>
  /** Takes the place of the signature that the key makes. */
  readonly signature?: Uint8Array | undefined
}

/** Claims that an edge asserts of its user: an object, or JSON as it is to be written. */
export function forgeUserClaims(claims: Readonly<Record<string, unknown>> | string): Wrapped {
  const text = base64url(typeof claims === 'string' ? claims : JSON.stringify(claims))
  const exp = typeof claims === 'string' ? undefined : claims.exp
  return { cty: 'user', text, expiresAt: typeof exp === 'number' ? exp : undefined }
}

/** A JWT of an authorization server. */
export function forgeJwt({ key, header, claims, signature }: JwtPieces): Wrapped {
  const text = forgeCompact({
    header: { alg: key.algorithm, typ: 'at+jwt', ...header },
    payload: claims,
    key,
    signature,
  })
  return { cty: 'jwt', text, expiresAt: typeof claims.exp === 'number' ? claims.exp : undefined }
}

/** A token that only its issuer can read. */
export function forgeOpaqueToken(token: string): Wrapped {
  return { cty: 'token', text: base64url(token) }
}
