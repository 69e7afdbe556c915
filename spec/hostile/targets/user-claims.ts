import { base64url } from '../../forge/base64url.js'
import { EPOCH, forgeHop } from '../../forge/hop.js'
import { forgeSigner } from '../../forge/key.js'
import { toRawBytes } from '../raw-bytes.js'
import type { Target } from '../target.js'
import { JSON_PIECES, JSON_TOKEN, jsonBombs } from './json-pieces.js'
import { HostileReceiver, isDocumented } from './receiving.js'

/** The JSON of claims that an edge asserts of its user, and signs. */
export async function attackUserClaims(): Promise<Target> {
  const shop = forgeSigner('shop', 'EdDSA')
  const receiver = await HostileReceiver.start([shop])
  return {
    name: 'user claims',
    corpus: [
      JSON.stringify({ sub: 'jo', scope: 'shop.user shop.admin', exp: EPOCH + 600, aud: ['a', 'b'] }),
      JSON.stringify({ sub: '\u{1f600}', nested: { a: [{ b: [] }] }, n: 1.5e-7, t: true, z: null }, undefined, '\t'),
    ],
    token: JSON_TOKEN,
    dictionary: [...JSON_PIECES, '"iss"', '"exp"', '"iss":"https://login.example"', '"exp":1800000300', '"exp":"1"'],
    bombs: jsonBombs('"sub":"jo"'),
    milliseconds: 50,
    isLawful: isDocumented,
    attempt: async input => {
      const text = base64url(toRawBytes(input)) || 'A'
      const { presentation } = forgeHop({ by: shop, to: 'receiver', around: { cty: 'user', text } })
      return await receiver.attempt(presentation)
    },
    close: () => receiver.close(),
  }
}
