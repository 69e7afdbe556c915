import { jwtIssuer } from '../../../lib/index.js'
import { EPOCH, forgeHop } from '../../forge/hop.js'
import { forgeKey, forgeSigner } from '../../forge/key.js'
import type { Target } from '../target.js'
import { JSON_PIECES, JSON_TOKEN, jsonBombs } from './json-pieces.js'
import { HostileReceiver, isDocumented } from './receiving.js'
import { signPair, writePair, writeSigned } from './signed-pair.js'

const ISSUER = 'https://login.example'

/** JWTs that a chain begins with, signed by their issuer's own key. */
export async function attackJwts(): Promise<Target> {
  const shop = forgeSigner('shop', 'EdDSA')
  const key = forgeKey('issuer', 'EdDSA')
  const issuer = jwtIssuer({
    issuer: ISSUER,
    audience: ['receiver', 'cart'],
    algorithms: ['EdDSA', 'ES256', 'RS256'],
    jwks: { keys: [{ ...key.publicJwk, kid: 'k' }] },
  })
  const receiver = await HostileReceiver.start([shop], { initialToken: { accept: [issuer] } })
  const header = { alg: 'EdDSA', typ: 'at+jwt', kid: 'k' }
  const claims = { iss: ISSUER, aud: 'receiver', sub: 'jo', iat: EPOCH, exp: EPOCH + 300, scope: 'shop.user' }
  return {
    name: 'initial JWT',
    corpus: [
      writePair(header, claims),
      writePair({ alg: 'EdDSA' }, { ...claims, aud: ['x', 'cart'], nbf: EPOCH, realm_access: { roles: ['a'] } }),
      writeSigned(header, claims, key),
    ],
    token: JSON_TOKEN,
    dictionary: [
      ...JSON_PIECES,
      '\n',
      '.',
      '"none"',
      '"HS256"',
      '"ES256"',
      '"crit":["b64"]',
      '"b64":false',
      '"jwk":{}',
      '"jku":"http://127.0.0.1:1/"',
      '"nonce"',
      '"events"',
      '"typ":"ID"',
      '"exp":1e10',
      '"nbf"',
      `"${ISSUER}/"`,
    ],
    bombs: jsonBombs('"alg":"EdDSA"').flatMap(bomb => [
      `${bomb}\n${JSON.stringify(claims)}`,
      `${JSON.stringify(header)}\n${bomb}`,
    ]),
    milliseconds: 50,
    isLawful: isDocumented,
    attempt: async input => {
      const text = signPair(input, key)
      const { presentation } = forgeHop({ by: shop, to: 'receiver', around: { cty: 'jwt', text } })
      return await receiver.attempt(presentation, [text, String(key.privateJwk.d)])
    },
    close: () => receiver.close(),
  }
}
