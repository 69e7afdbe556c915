import { EPOCH } from '../../forge/hop.js'
import { forgeJwt } from '../../forge/initial-token.js'
import { forgeSigner } from '../../forge/key.js'
import { cart, type Draft, ISSUER, issuerKey, shop, stranger } from '../scene.js'
import { jwtReceiver } from './initial-token.js'

const FROM_PRICING = `for-each-of-the-following:
- enforce-the-first-matching-rule:
  - any-token: true
    must:
      come-from:
      - any-number-of-apps: true
      - app-name: { equal-to: pricing }
`
const audience = 'https://shop.example'

export const askingDrafts: readonly Draft[] = [
  {
    name: 'policy-rejects',
    description: 'Everything holds, and the call stack is not what the policy asks for.',
    play: scene => ({
      receiver: { policy: FROM_PRICING },
      presentation: scene.chain([shop, cart]).presentation,
      expected: { code: 'ERR_POLICY_REJECTED' },
    }),
  },
  {
    name: 'policy-absent',
    description: 'A receiver without a policy refuses every call.',
    play: scene => ({
      without: ['policy'],
      presentation: scene.hop().presentation,
      expected: { code: 'ERR_POLICY_REJECTED' },
    }),
  },
  {
    name: 'policy-absent-and-observed',
    description: 'A receiver without a policy refuses every call, even if it only observes.',
    play: scene => ({
      receiver: { mode: 'observe' },
      without: ['policy'],
      presentation: scene.hop().presentation,
      expected: { code: 'ERR_POLICY_REJECTED' },
    }),
  },
  {
    name: 'registry-unavailable',
    description: 'The registry cannot answer.',
    play: scene => ({
      registry: 'unavailable',
      presentation: scene.hop().presentation,
      expected: { code: 'ERR_REGISTRY_UNAVAILABLE', hop: 0 },
    }),
  },
  {
    name: 'look-ups-exhausted',
    description: 'Unknown keys are looked up so many times in a second, and no more.',
    play: scene => ({
      receiver: { limits: { unknownKeyLookupsPerSecond: 2 } },
      before: [stranger, forgeSigner('other')].map(by => ({
        presentation: scene.hop({ by }).presentation,
        expected: 'ERR_KEY_UNKNOWN',
      })),
      presentation: scene.hop().presentation,
      expected: { code: 'ERR_LOOKUPS_EXHAUSTED', hop: 0 },
    }),
  },
  {
    name: 'replay-store-full',
    description: 'The replay store has no room, and forgets nothing before its time.',
    play: scene => ({
      receiver: { replay: 'full' },
      presentation: scene.hop().presentation,
      expected: { code: 'ERR_REPLAY_STORE_FULL' },
    }),
  },
  {
    name: 'replay-store-unavailable',
    description: 'The replay store cannot answer.',
    play: scene => ({
      receiver: { replay: 'unavailable' },
      presentation: scene.hop().presentation,
      expected: { code: 'ERR_REPLAY_STORE_UNAVAILABLE' },
    }),
  },
  {
    name: 'replay-store-young',
    description: 'The replay store began to remember a second after the hop was signed.',
    play: scene => ({
      receiver: { replay: 'young' },
      presentation: scene.hop().presentation,
      expected: { code: 'ERR_REPLAY_STORE_YOUNG' },
    }),
  },
  {
    name: 'issuer-unavailable',
    description: "The authorization server's keys cannot be fetched.",
    play: scene => ({
      receiver: {
        ...jwtReceiver(),
        initialToken: { accept: [{ issuer: ISSUER, audience, algorithms: ['ES256'], jwks: 'unavailable' }] },
      },
      presentation: scene.hop({
        around: forgeJwt({ key: issuerKey, claims: { iss: ISSUER, aud: audience, exp: EPOCH + 600 } }),
      }).presentation,
      expected: { code: 'ERR_ISSUER_UNAVAILABLE' },
    }),
  },
]
