import { EPOCH, fixed128, forgeHop } from '../../forge/hop.js'
import { forgeSigner } from '../../forge/key.js'
import { ScriptedRegistry } from '../../registry/scripted-registry.js'
import type { Target } from '../target.js'
import { JSON_PIECES, JSON_TOKEN, jsonBombs } from './json-pieces.js'
import { HostileReceiver, isDocumented, privatePart } from './receiving.js'
import { signPair, writePair, writeSigned } from './signed-pair.js'

/** What a registry holds: planted there, and found when its key is looked for. */
export async function attackRegistrations(): Promise<Target> {
  const planted = forgeSigner('planted', 'EdDSA')
  const other = forgeSigner('planted', 'ES256')
  const { kid } = planted.key
  const registry = new ScriptedRegistry(async () => undefined)
  const receiver = await HostileReceiver.start([], { registry })
  const { presentation } = forgeHop({ by: planted, to: 'receiver', secret: fixed128('secret') })
  const header = { alg: 'EdDSA', kid, typ: 'registration+jws' }
  const payload = {
    service: 'planted',
    jwk: planted.key.publicJwk,
    alg: 'EdDSA',
    nbf: EPOCH - 1800,
    exp: EPOCH + 1800,
  }
  const foreign = { ...payload, jwk: other.key.publicJwk, alg: 'ES256' }
  return {
    name: 'registration',
    corpus: [
      writePair(header, payload),
      writeSigned(header, payload, planted.key),
      writePair({ ...header, alg: 'ES256', kid: other.key.kid }, foreign),
      writePair(header, { ...payload, jwk: { ...planted.key.publicJwk, kid: 'x', use: 'sig' } }),
    ],
    token: JSON_TOKEN,
    dictionary: [
      ...JSON_PIECES,
      '\n',
      '.',
      '"kty"',
      '"OKP"',
      '"EC"',
      '"RSA"',
      '"oct"',
      '"crv"',
      '"X25519"',
      '"P-256"',
      '"P-521"',
      '"d"',
      '"x5c":["AAAA"]',
      `"${Buffer.alloc(32).toString('base64url')}"`,
      `"${Buffer.alloc(32, 255).toString('base64url')}"`,
      JSON.stringify(payload.jwk),
      JSON.stringify(foreign.jwk),
    ],
    bombs: [
      ...jsonBombs('"alg":"EdDSA"').flatMap(bomb => [
        `${bomb}\n${JSON.stringify(payload)}`,
        `${JSON.stringify(header)}\n${bomb}`,
      ]),
      'A'.repeat(1_000_000),
      '.'.repeat(16_384),
      `${'A'.repeat(8000)}.${'A'.repeat(8000)}.`,
    ],
    milliseconds: 50,
    isLawful: isDocumented,
    attempt: async input => {
      const registration = signPair(input, planted.key)
      registry.answer = async () => ({ service: 'planted', kid, registration, revoked: false })
      registry.hint('planted', kid)
      // What was hurt so much that its JSON lies open says nothing that a message may not say too: a kid, for one.
      const text = /^[\w.-]*$/.test(registration) ? [registration] : []
      return await receiver.attempt(presentation, [...text, privatePart(planted)])
    },
    close: () => receiver.close(),
  }
}
