import { type BroughtKey, MemoryRegistry, Service } from '../../../lib/index.js'
import { EPOCH } from '../../forge/hop.js'
import { forgeKey } from '../../forge/key.js'
import type { Target } from '../target.js'
import { JSON_PIECES, JSON_TOKEN, jsonBombs } from './json-pieces.js'
import { isDocumented, show } from './receiving.js'

/** A private key that somebody gives to a service, damaged: nothing of it may be shown. */
export async function attackSigningKeys(): Promise<Target> {
  const keys = [forgeKey('own', 'EdDSA'), forgeKey('own', 'ES256')]
  return {
    name: 'signing key',
    corpus: keys.flatMap(({ privateJwk }) => [
      JSON.stringify(privateJwk),
      JSON.stringify({ ...privateJwk, use: 'sig', key_ops: ['sign'], kid: 'k' }),
    ]),
    token: JSON_TOKEN,
    dictionary: [
      ...JSON_PIECES,
      '"kty"',
      '"crv"',
      '"d"',
      '"x"',
      '"y"',
      '"P-256"',
      '"P-384"',
      '"Ed25519"',
      '"RSA"',
      '"oct"',
      '"use":"enc"',
      '"publicJwk"',
      '"sign"',
    ],
    bombs: jsonBombs('"kty":"OKP"'),
    milliseconds: 50,
    isLawful: isDocumented,
    attempt: async input => {
      const secrets = [
        ...keys.map(({ privateJwk }) => String(privateJwk.d)),
        ...(input.match(/(?<="d":")[^"]*/g) ?? []),
      ]
      return await show(async () => {
        const options = { name: 'own', registry: new MemoryRegistry(), clock: () => EPOCH }
        const service = await Service.start({ ...options, key: parsed(input) as BroughtKey })
        await service.stop()
        return service
      }, secrets)
    },
    close: async () => undefined,
  }
}

/** What a configuration file would give; a text that is no JSON goes on as it is. */
function parsed(input: string): unknown {
  try {
    return JSON.parse(input)
  } catch {
    return input
  }
}
