import { EPOCH, fixed128, forgeHop, sealOf } from '../../forge/hop.js'
import { forgeSigner } from '../../forge/key.js'
import { toRawBytes } from '../raw-bytes.js'
import type { Target } from '../target.js'
import { JSON_PIECES, JSON_TOKEN, jsonBombs } from './json-pieces.js'
import { HostileReceiver, isDocumented } from './receiving.js'

/** The JSON of a hop's header, signed by a key that is registered: what it takes to be read to its end. */
export async function attackHeaders(): Promise<Target> {
  const shop = forgeSigner('shop', 'EdDSA')
  const receiver = await HostileReceiver.start([shop])
  const secret = fixed128('secret')
  const lawful = {
    alg: 'EdDSA',
    kid: shop.key.kid,
    typ: 'hop+jws',
    iss: 'shop',
    aud: 'receiver',
    op: 'call',
    jti: sealOf(secret),
    iat: EPOCH,
    exp: EPOCH + 300,
    txn: fixed128('transaction'),
  }
  const members = Object.entries(lawful).map(([name, value]) => `"${name}":${JSON.stringify(value)}`)
  const own = { region: 'north', list: [1, 'x', null, { deep: [true] }], number: -1.5e-3 }
  const around = (more: string) => `{${[...members, more].join()}}`
  return {
    name: 'header',
    corpus: [
      JSON.stringify(lawful),
      JSON.stringify({ ...lawful, claims: own }, undefined, 2),
      JSON.stringify({ claims: { '': 0, '\u{1f600}': '\u0000"\\' }, ...lawful, req: sealOf('x') }),
      around(`"tgt":"${sealOf('y')}"`).replaceAll('a', '\\u0061'),
    ],
    token: JSON_TOKEN,
    dictionary: [
      ...JSON_PIECES,
      ...Object.keys(lawful).map(name => `"${name}"`),
      ...members,
      '"claims"',
      '"req"',
      '"tgt"',
      '"cty"',
      '"crit":["b64"],"b64":false',
      '"jwk":{}',
      '"jwt"',
      '"ES256"',
      '"none"',
      '"HS256"',
    ],
    bombs: [
      ...jsonBombs('"alg":"EdDSA"'),
      around(`"claims":{"a":${'['.repeat(1000)}${']'.repeat(1000)}}`),
      around(`"claims":{${Array.from({ length: 500 }, (_, at) => `"${at}":0`).join()}}`),
      around(`"claims":{"__proto__":{"iss":"admin"}}`),
      around(`"claims":{"a":"${'\\u0041'.repeat(900)}"}`),
    ],
    milliseconds: 50,
    isLawful: isDocumented,
    attempt: async input => {
      const { presentation } = forgeHop({ by: shop, to: 'receiver', secret, write: () => toRawBytes(input) })
      return await receiver.attempt(presentation)
    },
    close: () => receiver.close(),
  }
}
