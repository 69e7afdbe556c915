const ALGORITHMS = [
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
] as const

/** The algorithms that an authorization server may sign with (RFC 7518, RFC 8037, RFC 9864). None is symmetric. */
export type JwtAlgorithm = (typeof ALGORITHMS)[number]

const NAMES = new Set<unknown>(ALGORITHMS)

/** The algorithms of an RSA key that does not name one. */
export const RSA_ALGORITHMS: readonly JwtAlgorithm[] = ALGORITHMS.filter(name => /^[RP]S/.test(name))

/** Whether a value is the name of an algorithm that an issuer may sign with. */
export function isJwtAlgorithm(value: unknown): value is JwtAlgorithm {
  return NAMES.has(value)
}
