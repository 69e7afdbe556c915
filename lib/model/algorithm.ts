/** The algorithms that sign hops and registrations (RFC 7518, RFC 8037). */
export type Algorithm = 'ES256' | 'EdDSA'

/** Whether a value is the name of an algorithm that we allow. */
export function isAlgorithm(value: unknown): value is Algorithm {
  return value === 'ES256' || value === 'EdDSA'
}
