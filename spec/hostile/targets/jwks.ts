import { jwtIssuer } from '../../../lib/index.js'
import { EPOCH } from '../../forge/hop.js'
import { forgeKey } from '../../forge/key.js'
import { toRawBytes } from '../raw-bytes.js'
import type { Target } from '../target.js'
import { JSON_PIECES, JSON_TOKEN, jsonBombs } from './json-pieces.js'
import { isDocumented, show } from './receiving.js'
import { writeSigned } from './signed-pair.js'

const ISSUER = 'https://login.example'

/** What an issuer's server answers when it is asked for its keys. */
export async function attackKeySets(): Promise<Target> {
  const [key, other] = [forgeKey('issuer', 'EdDSA'), forgeKey('another issuer', 'ES256')]
  const claims = { iss: ISSUER, aud: 'receiver', sub: 'jo', exp: EPOCH + 300 }
  const token = writeSigned({ alg: 'EdDSA', kid: 'k' }, claims, key)
  const rsa = { kty: 'RSA', n: Buffer.alloc(256, 0xa7).toString('base64url'), e: 'AQAB', alg: 'RS256' }
  const own = { ...key.publicJwk, kid: 'k', use: 'sig', alg: 'EdDSA', key_ops: ['verify'] }
  const keySet = (...keys: readonly object[]) => JSON.stringify({ keys })
  return {
    name: 'JWK Set',
    corpus: [
      keySet(own),
      keySet(own, { ...other.publicJwk, kid: 'o', x5c: ['AAAA'], x5t: 'AAAA' }, rsa),
      keySet(own, { ...key.privateJwk, kid: 'p' }),
    ],
    token: JSON_TOKEN,
    dictionary: [
      ...JSON_PIECES,
      '"keys"',
      '"kty"',
      '"crv"',
      '"oct"',
      '"k"',
      '"d"',
      '"Ed25519"',
      '"P-256"',
      '"P-521"',
      '"secp256k1"',
      '"x"',
      '"use":"enc"',
      '"AQAB"',
      '"AQ"',
      JSON.stringify(own),
      JSON.stringify(rsa),
    ],
    bombs: [
      ...jsonBombs('"keys":[]'),
      keySet(...Array<object>(100).fill({ ...rsa, n: 'A'.repeat(200) })),
      keySet(...Array<object>(1000).fill({})),
      keySet({ ...rsa, n: Buffer.alloc(16_000, 0xa7).toString('base64url') }),
      keySet({ ...rsa, e: Buffer.alloc(16_000, 0xa7).toString('base64url') }),
    ],
    milliseconds: 50,
    isLawful: isDocumented,
    attempt: async input => {
      const fetch = async () => new Response(toRawBytes(input))
      const uri = { jwksUri: 'https://login.example/keys', fetch }
      const issuer = jwtIssuer({ issuer: ISSUER, audience: 'receiver', algorithms: ['EdDSA', 'RS256'], ...uri })
      const secrets = [token, String(key.privateJwk.d)]
      return await show(() => issuer.verify(token, EPOCH), secrets)
    },
    close: async () => undefined,
  }
}
