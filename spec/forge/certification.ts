import { forgeCompact } from './compact.js'
import type { ForgedKey } from './key.js'

/** What may be wrong with a statement of a registrar or a root. Members that are undefined are left out. */
export interface StatementPieces {
  readonly by: ForgedKey
  /** `iat`, in seconds since the epoch. */
  readonly from: number
  /** `exp`; an hour after `from` if absent. */
  readonly until?: number | undefined
  /** Members over the regular ones. */
  readonly header?: Readonly<Record<string, unknown>> | undefined
}

/** Certifies a registration's text (docs/wire-format.md, section 6). */
export function forgeCertification(registration: string, pieces: StatementPieces): string {
  return forgeStatement('certification+jws', registration, pieces)
}

/** Delegates certifying to a registrar's key. */
export function forgeDelegation({ publicJwk: jwk, algorithm: alg }: ForgedKey, pieces: StatementPieces): string {
  return forgeStatement('delegation+jws', { jwk, alg }, pieces)
}

function forgeStatement(
  typ: string,
  payload: string | object,
  { by, from, until = from + 3600, header }: StatementPieces,
): string {
  return forgeCompact({
    header: { alg: by.algorithm, kid: by.kid, typ, iat: from, exp: until, ...header },
    payload,
    key: by,
  })
}
