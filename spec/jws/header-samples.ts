import type { ProtectedHeader } from '../../lib/jws/protected-header.js'

export const SHA256 = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
export const RANDOM = 'AAAAAAAAAAAAAAAAAAAAAA'

export const HEADER: ProtectedHeader = {
  alg: 'ES256',
  kid: SHA256,
  typ: 'hop+jws',
  iss: 'cart',
  aud: 'inventory',
  op: 'commit',
  jti: SHA256,
  iat: 1000,
  exp: 1300,
}
