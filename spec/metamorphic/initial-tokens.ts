import type { InitialTokenVerifier } from '../../lib/index.js'

/** A verifier that takes every token, so that a refusal has another reason. */
export function takesAnything(kind: 'jwt' | 'token'): InitialTokenVerifier {
  return { kind, issuer: 'https://login.example', verify: async () => ({ kind, claims: { sub: 'jo' } }) }
}
