import { malleateEcdsa } from '../../forge/ecdsa.js'
import { EPOCH } from '../../forge/hop.js'
import { forgeJwt, forgeUserClaims } from '../../forge/initial-token.js'
import { forgeSigner, type Signer } from '../../forge/key.js'
import { requestDigest, targetDigest } from '../../forge/request.js'
import { cart, type Draft, ISSUER, issuerKey, pricing, REGISTRY, registered, shop } from '../scene.js'
import { jwtReceiver } from './initial-token.js'

const sixteen: Signer[] = Array.from({ length: 16 }, (_, at) => forgeSigner(`s${at}`, at % 2 ? 'EdDSA' : 'ES256'))
const named = forgeSigner('constructor')
const post = { method: 'POST', target: '/items?id=1', body: '{"amount":2}' }
const user = { sub: 'jo', roles: ['buyer'] }
const token = { iss: ISSUER, aud: 'https://shop.example', sub: 'jo', exp: EPOCH + 600, scope: 'shop.user' }

const plain = (name: string, description: string, signers: readonly Signer[]): Draft => ({
  name: `accepted-${name}`,
  description,
  play: scene => ({ presentation: scene.chain(signers).presentation }),
})

export const acceptedDrafts: readonly Draft[] = [
  plain('one-hop-es256', 'The smallest call: one hop, signed with ES256, without a user.', [shop]),
  plain('one-hop-eddsa', 'One hop, signed with EdDSA.', [cart]),
  plain('three-hops-of-both-algorithms', 'shop called cart, cart called pricing, pricing calls.', [
    shop,
    cart,
    pricing,
  ]),
  plain('same-service-twice', 'A service may occur more than once: shop called cart, cart called shop, shop calls.', [
    shop,
    cart,
    shop,
  ]),
  plain('service-that-calls-itself', 'cart called cart: its own hop was addressed to it.', [shop, cart, cart]),
  {
    name: 'accepted-sixteen-hops',
    description: 'The deepest chain there may be.',
    play: scene => ({
      registry: sixteen.map(signer => registered(signer)),
      presentation: scene.chain(sixteen).presentation,
    }),
  },
  {
    name: 'accepted-user-claims',
    description: 'shop, an edge, vouches for a user.',
    play: scene => ({
      receiver: { edges: ['shop'] },
      presentation: scene.chain([shop, cart], {}, forgeUserClaims(user)).presentation,
      expected: { initialToken: { kind: 'user', claims: user } },
    }),
  },
  {
    name: 'accepted-user-claims-with-exp',
    description: 'User claims may end, and the hop ends with them at the latest.',
    play: scene => ({
      receiver: { edges: ['shop'] },
      presentation: scene.chain([shop], {}, forgeUserClaims({ ...user, exp: EPOCH + 20 })).presentation,
      expected: { initialToken: { kind: 'user', claims: { ...user, exp: EPOCH + 20 } } },
    }),
  },
  {
    name: 'accepted-jwt',
    description: 'A JWT of a configured authorization server, two hops away.',
    play: scene => ({
      receiver: jwtReceiver(),
      presentation: scene.chain([shop, cart], {}, forgeJwt({ key: issuerKey, claims: token })).presentation,
      expected: { initialToken: { kind: 'jwt', claims: token } },
    }),
  },
  {
    name: 'accepted-jwt-that-brings-a-key',
    description: "Members of a JWT's header that bring a key along are not looked at.",
    play: scene => {
      const jwt = forgeJwt({
        key: issuerKey,
        claims: token,
        header: { jwk: shop.key.publicJwk, jku: 'https://evil.example' },
      })
      return {
        receiver: jwtReceiver(),
        presentation: scene.chain([shop], {}, jwt).presentation,
        expected: { initialToken: { kind: 'jwt', claims: token } },
      }
    },
  },
  {
    name: 'accepted-user-claims-beside-an-issuer',
    description:
      'Where authorization servers are configured, user claims are accepted if the configuration names them.',
    play: scene => ({
      receiver: { ...jwtReceiver({ user: true }) },
      presentation: scene.chain([shop], {}, forgeUserClaims(user)).presentation,
      expected: { initialToken: { kind: 'user', claims: user } },
    }),
  },
  {
    name: 'accepted-own-claims',
    description: "Each hop has claims of its caller's own; names that mean something elsewhere mean nothing here.",
    play: scene => ({
      presentation: scene.chain([shop, cart], position => ({
        header: {
          claims: position ? { tenant: 'a', deep: [{ constructor: null }], toString: '\u00e9\ud83d\ude00' } : {},
        },
      })).presentation,
    }),
  },
  {
    name: 'accepted-service-named-like-an-object-member',
    description: 'A service may be named as it likes, within the grammar.',
    play: scene => ({ registry: [registered(named)], presentation: scene.chain([named]).presentation }),
  },
  {
    name: 'accepted-request-bound',
    description: '`req` is the digest of method, target and body.',
    play: scene => ({
      request: post,
      binding: 'request',
      presentation: scene.hop({ header: { req: requestDigest(post) } }).presentation,
    }),
  },
  {
    name: 'accepted-request-bound-without-a-body',
    description: 'No body counts as an empty one.',
    play: scene => ({
      request: { method: 'GET', target: '/' },
      binding: 'request',
      presentation: scene.hop({ header: { req: requestDigest({ method: 'GET', target: '/', body: '' }) } })
        .presentation,
    }),
  },
  {
    name: 'accepted-target-bound-and-streamed',
    description: '`tgt` is the digest of method and target, where nobody has read the body.',
    play: scene => ({
      request: { method: 'PUT', target: '/files/1', streamed: true },
      binding: 'target',
      presentation: scene.hop({ header: { tgt: targetDigest({ method: 'PUT', target: '/files/1' }) } }).presentation,
    }),
  },
  {
    name: 'accepted-target-bound-with-a-body',
    description: 'A receiver that has the body compares `tgt` all the same, without it.',
    play: scene => ({
      request: post,
      presentation: scene.hop({ header: { tgt: targetDigest(post) } }).presentation,
    }),
  },
  {
    name: 'accepted-unbound-with-a-request',
    description: 'A hop that is bound to nothing is accepted where nothing is required.',
    play: scene => ({ request: post, presentation: scene.hop().presentation }),
  },
  {
    name: 'accepted-member-order',
    description: 'The members of a header may stand in any order.',
    play: scene => ({
      presentation: scene.chain([shop, cart], {
        write: header => JSON.stringify(Object.fromEntries(Object.entries(header).reverse())),
      }).presentation,
    }),
  },
  {
    name: 'accepted-white-space',
    description: 'A header may have white space of JSON wherever JSON has it.',
    play: scene => ({
      presentation: scene.chain([shop, cart], { write: header => `\r\n${JSON.stringify(header, null, '\t ')}\n` })
        .presentation,
    }),
  },
  {
    name: 'accepted-escapes',
    description: 'Names and values may be written with escapes: what counts is the text that they mean.',
    play: scene => ({
      presentation: scene.hop({
        write: header => JSON.stringify(header).replace('"iss":"shop"', '"\\u0069ss":"sh\\u006Fp"'),
      }).presentation,
    }),
  },
  {
    name: 'accepted-ecdsa-signature-of-high-s',
    description: 'Of the two ECDSA signatures (r, s) and (r, n - s), each verifies.',
    play: scene => ({ presentation: scene.hop({ resign: malleateEcdsa }).presentation }),
  },
  {
    name: 'accepted-same-secret-under-two-keys',
    description: 'What is remembered is the pair of `kid` and `jti`: the same `jti` under another key is another call.',
    play: scene => {
      const { secret } = scene.random()
      return {
        before: [{ presentation: scene.hop({ secret }).presentation, expected: 'accepted' }],
        presentation: scene.hop({ by: cart, secret }).presentation,
      }
    },
  },
  {
    name: 'accepted-observed',
    description: 'A receiver that only observes lets in what its policy rejects, and says so.',
    play: scene => ({
      receiver: {
        mode: 'observe',
        policy:
          'for-each-of-the-following:\n- enforce-the-first-matching-rule:\n  - any-token: true\n    must-be-rejected: true\n',
      },
      presentation: scene.hop().presentation,
      expected: { decision: 'reject' },
    }),
  },
  {
    name: 'accepted-by-policy',
    description: 'The call stack is what the policy asks for: from shop, through any number of services.',
    play: scene => ({
      receiver: {
        policy: `for-each-of-the-following:
- enforce-the-first-matching-rule:
  - tokens-that:
      have-operation: { equal-to: call }
    must:
      come-from:
      - any-number-of-apps: true
      - app-name: { equal-to: shop }
`,
      },
      registry: [...REGISTRY],
      presentation: scene.chain([shop, cart, pricing]).presentation,
    }),
  },
]
