import { RANDOM, SHA256 } from './header-samples.js'

const NO_SHA256: readonly unknown[] = [
  '',
  'A',
  SHA256.slice(1),
  `${SHA256}A`,
  `${SHA256.slice(1)}B`,
  `${SHA256.slice(1)}=`,
  1,
  null,
  [SHA256],
]
const NO_NAME: readonly unknown[] = [
  '',
  'Cart',
  '-cart',
  '.cart',
  'ca rt',
  'cart\n',
  'cart/x',
  'càrt',
  'a'.repeat(129),
  1,
  null,
  ['cart'],
  {},
]
const NO_TIME: readonly unknown[] = ['1000', 2 ** 53, null, [1000], true]

/** For every member of a protected header, values that it must not take. */
export const MALFORMED: Record<string, readonly unknown[]> = {
  alg: [1, null, ['ES256'], {}, true],
  kid: NO_SHA256,
  typ: ['hop+jwt', 'HOP+JWS', 'application/hop+jws', 'JWT', 'registration+jws', '', 1, null, ['hop+jws']],
  cty: ['', 'JWT', 'HOP+JWS', 'users', 'application/jwt', 1, null, ['jwt']],
  iss: NO_NAME,
  aud: [...NO_NAME, ['inventory'], ['inventory', 'billing']],
  op: ['', '-commit', '/commit', 'com mit', 'commit\n', 'a'.repeat(129), 'commit?', 1, null, ['commit']],
  jti: NO_SHA256,
  iat: NO_TIME,
  exp: NO_TIME,
  txn: ['', RANDOM.slice(1), `${RANDOM}A`, `${RANDOM.slice(1)}B`, 1, null, [RANDOM]],
  req: NO_SHA256,
  tgt: NO_SHA256,
  claims: ['', 1, null, [], [{}], true],
}
