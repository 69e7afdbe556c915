import { malleateEcdsa } from '../../forge/ecdsa.js'
import { malleateEdDsa } from '../../forge/eddsa.js'
import { fixed128 } from '../../forge/hop.js'
import { forgeUserClaims } from '../../forge/initial-token.js'
import { cart, type Draft, pricing, shop, stranger, wrongHop } from '../scene.js'

const signatureDrafts: readonly Draft[] = [
  wrongHop('signature-by-another-key', "A stranger uses shop's name and kid.", 'ERR_SIGNATURE_INVALID', {
    key: { ...stranger.key, kid: shop.key.kid },
  }),
  wrongHop('signature-of-zeros', 'r and s are zero: some libraries let that pass.', 'ERR_SIGNATURE_INVALID', {
    resign: () => Buffer.alloc(64),
  }),
  wrongHop('signature-eddsa-not-canonical', 'S plus the order of the group, in place of S.', 'ERR_SIGNATURE_INVALID', {
    by: cart,
    resign: malleateEdDsa,
  }),
  {
    name: 'signature-over-another-payload',
    description: 'A hop is put around a chain that it was not made for.',
    play: scene => {
      const [one, other] = [scene.hop({ to: 'cart' }), scene.hop({ to: 'cart' })]
      const outer = scene.hop({ by: cart, around: one })
      return {
        presentation: `${outer.secret}~${outer.hop}~${other.chain}`,
        expected: { code: 'ERR_SIGNATURE_INVALID', hop: 0 },
      }
    },
  },
  {
    name: 'signature-with-user-claims-changed',
    description: "The user behind the origin's hop is another one.",
    play: scene => {
      const { secret, hop } = scene.hop({ around: forgeUserClaims({ sub: 'jo' }) })
      return {
        receiver: { edges: ['shop'] },
        presentation: `${secret}~${hop}~${forgeUserClaims({ sub: 'admin' }).text}`,
        expected: { code: 'ERR_SIGNATURE_INVALID', hop: 0 },
      }
    },
  },
  {
    name: 'signature-of-an-inner-hop',
    description: 'cart wraps a hop that shop did not sign.',
    play: scene => ({
      presentation: scene.chain([shop, cart], position =>
        position === 0 ? { key: { ...stranger.key, kid: shop.key.kid } } : {},
      ).presentation,
      expected: { code: 'ERR_SIGNATURE_INVALID', hop: 1 },
    }),
  },
  {
    name: 'signature-of-the-origin-below-three',
    description: 'The signature of every hop counts, the innermost too.',
    play: scene => ({
      presentation: scene.chain([shop, cart, pricing], position => (position === 0 ? { signedPayload: 'x' } : {}))
        .presentation,
      expected: { code: 'ERR_SIGNATURE_INVALID', hop: 2 },
    }),
  },
  {
    name: 'signature-over-a-header-in-another-order',
    description: 'What is signed is the text of the header, not what it means.',
    play: scene => {
      const random = scene.random()
      const good = scene.hop(random)
      const other = scene.hop({
        ...random,
        write: header => JSON.stringify(Object.fromEntries(Object.entries(header).reverse())),
      })
      const [header] = other.hop.split('..')
      const [, signature] = good.hop.split('..')
      return {
        presentation: `${good.secret}~${header}..${signature}`,
        expected: { code: 'ERR_SIGNATURE_INVALID', hop: 0 },
      }
    },
  },
]

const custodyDrafts: readonly Draft[] = [
  wrongHop('audience-another-service', 'A call of another service.', 'ERR_AUDIENCE_MISMATCH', { to: 'cart' }),
  wrongHop('audience-beginning-of-the-name', 'Names are compared whole.', 'ERR_AUDIENCE_MISMATCH', { to: 'inventor' }),
  {
    name: 'audience-inner-hop-presented',
    description: 'What was addressed to cart does not invoke inventory, even if cart hands over the secret.',
    play: scene => ({
      presentation: scene.chain([shop]).presentation,
      receiver: { name: 'pricing' },
      expected: { code: 'ERR_AUDIENCE_MISMATCH', hop: 0 },
    }),
  },
  {
    name: 'custody-continued-by-another',
    description: 'pricing continues a call that was addressed to cart.',
    play: scene => ({
      presentation: scene.hop({ by: pricing, around: scene.hop({ to: 'cart' }) }).presentation,
      expected: { code: 'ERR_CUSTODY_BROKEN', hop: 0 },
    }),
  },
  {
    name: 'custody-of-a-call-to-the-receiver',
    description: 'cart wraps a call that was addressed to inventory itself.',
    play: scene => ({
      presentation: scene.hop({ by: cart, around: scene.hop({ to: 'inventory' }) }).presentation,
      expected: { code: 'ERR_CUSTODY_BROKEN', hop: 0 },
    }),
  },
  {
    name: 'custody-broken-inside',
    description: 'The second hop wraps what was not addressed to its signer.',
    play: scene => ({
      presentation: scene.chain([shop, cart, pricing], position => (position === 0 ? { to: 'inventory' } : {}))
        .presentation,
      expected: { code: 'ERR_CUSTODY_BROKEN', hop: 1 },
    }),
  },
  {
    name: 'custody-with-a-hop-left-out',
    description: "pricing drops cart's hop, and wraps what shop sent to cart.",
    play: scene => {
      const origin = scene.hop({ to: 'cart' })
      return {
        presentation: scene.hop({ by: pricing, around: origin }).presentation,
        expected: { code: 'ERR_CUSTODY_BROKEN', hop: 0 },
      }
    },
  },
]

const sealDrafts: readonly Draft[] = [
  {
    name: 'seal-another-secret',
    description: 'Somebody presents a chain that he only saw.',
    play: scene => ({
      presentation: `${fixed128('another')}~${scene.hop().chain}`,
      expected: { code: 'ERR_SEAL_BROKEN', hop: 0 },
    }),
  },
  {
    name: 'seal-secret-of-the-inner-hop',
    description: 'The secret that cart received opens what it received, and nothing else.',
    play: scene => {
      const inner = scene.hop({ to: 'cart' })
      return {
        presentation: `${inner.secret}~${scene.hop({ by: cart, around: inner }).chain}`,
        expected: { code: 'ERR_SEAL_BROKEN', hop: 0 },
      }
    },
  },
  {
    name: 'seal-of-the-secret-s-bytes',
    description: 'A `jti` is the digest of the 22 characters, not of the 16 bytes that they encode.',
    play: scene => {
      const { secret, transaction } = scene.random()
      const twin = scene.hop({ secret: Buffer.from(secret, 'base64url').toString('latin1'), transaction })
      return { presentation: `${secret}~${twin.chain}`, expected: { code: 'ERR_SEAL_BROKEN', hop: 0 } }
    },
  },
]

const onceDrafts: readonly Draft[] = [
  {
    name: 'replayed',
    description: 'A presentation is accepted once.',
    play: scene => {
      const { presentation } = scene.chain([shop, cart])
      return {
        before: [{ presentation, expected: 'accepted' }],
        presentation,
        expected: { code: 'ERR_PRESENTATION_REPLAYED', hop: 0 },
      }
    },
  },
  {
    name: 'replayed-with-the-other-ecdsa-signature',
    description: 'n - s in place of s makes another text of the same call: it was accepted before all the same.',
    play: scene => {
      const random = scene.random()
      return {
        before: [{ presentation: scene.hop(random).presentation, expected: 'accepted' }],
        presentation: scene.hop({ ...random, resign: malleateEcdsa }).presentation,
        expected: { code: 'ERR_PRESENTATION_REPLAYED', hop: 0 },
      }
    },
  },
  {
    name: 'replayed-around-another-chain',
    description: 'The same `kid` and `jti` around something else: a caller has to make a new secret for every hop.',
    play: scene => {
      const { secret } = scene.random()
      return {
        before: [{ presentation: scene.hop({ by: cart, secret }).presentation, expected: 'accepted' }],
        presentation: scene.hop({ by: cart, secret, around: scene.hop({ to: 'cart' }) }).presentation,
        expected: { code: 'ERR_PRESENTATION_REPLAYED', hop: 0 },
      }
    },
  },
]

export const chainDrafts: readonly Draft[] = [...signatureDrafts, ...custodyDrafts, ...sealDrafts, ...onceDrafts]
