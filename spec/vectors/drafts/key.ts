import { base64url, looseTwin } from '../../forge/base64url.js'
import { EPOCH } from '../../forge/hop.js'
import { type ForgedKey, forgeKey, forgeSigner, thumbprint } from '../../forge/key.js'
import { cart, type Draft, pricing, registered, shop, stranger, wrongHop } from '../scene.js'
import type { VectorRegistryEntry } from '../vector.js'

/** A good hop of shop's, and a registry that holds something else in its key's place. */
const held = (name: string, description: string, code: string, entry: Partial<VectorRegistryEntry>): Draft => ({
  name,
  description,
  play: scene => ({
    registry: [{ service: 'shop', kid: shop.key.kid, ...entry }],
    presentation: scene.hop().presentation,
    expected: { code, hop: 0 },
  }),
})

/** A key whose JWK is what it should not be, registered under its own thumbprint, with a signature of its own where there can be one. */
const wrongKey = (
  name: string,
  description: string,
  jwk: Record<string, string>,
  like: ForgedKey = shop.key,
): Draft => ({
  name: `key-${name}`,
  description,
  play: scene => {
    const kid = thumbprint(jwk)
    const registration = registered({ name: 'shop', key: { ...like, kid } }, { payload: { jwk } })
    return {
      registry: [registration],
      presentation: scene.hop({ by: { name: 'shop', key: like }, header: { kid } }).presentation,
      expected: { code: 'ERR_KEY_INVALID', hop: 0 },
    }
  },
})

const p256 = shop.key.publicJwk as Record<string, string>
const ed25519 = cart.key.publicJwk as Record<string, string>
const bytes = (first: number, rest: number, last = rest) =>
  base64url(Buffer.concat([Buffer.of(first), Buffer.alloc(30, rest), Buffer.of(last)]))

const importDrafts: readonly Draft[] = [
  wrongKey('with-its-private-half', 'Whoever publishes his private half lets everybody sign.', {
    ...p256,
    d: shop.key.privateJwk.d as string,
  }),
  wrongKey('with-a-member-that-is-no-part-of-it', 'A registered key has the members that make it, and no others.', {
    ...p256,
    use: 'sig',
  }),
  wrongKey('off-the-curve', 'A point that does not lie on P-256.', { ...p256, y: bytes(1, 1) }),
  wrongKey('short-coordinate', 'A coordinate of 31 bytes.', { ...p256, x: base64url(Buffer.alloc(31, 1)) }),
  wrongKey('coordinate-not-canonical', 'A coordinate whose last character has bits that are not used.', {
    ...p256,
    x: looseTwin(p256.x ?? ''),
  }),
  wrongKey(
    'of-small-order',
    'The neutral element: a signature under it verifies for every text.',
    { ...ed25519, x: bytes(1, 0) },
    cart.key,
  ),
  wrongKey(
    'of-small-order-8',
    'A point of order 8.',
    {
      ...ed25519,
      x: base64url(Buffer.from('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05', 'hex')),
    },
    cart.key,
  ),
  wrongKey(
    'point-not-canonical',
    'A point whose y is the prime plus one.',
    { ...ed25519, x: bytes(0xee, 0xff, 0x7f) },
    cart.key,
  ),
  wrongKey('of-another-curve', 'A key of P-384 under the name of ES256.', { ...p256, crv: 'P-384' }),
  {
    name: 'key-whose-thumbprint-is-not-its-kid',
    description: 'Another key in the place of a kid, with a registration that it signed itself.',
    play: scene => {
      const swapped = { ...stranger.key, kid: shop.key.kid }
      return {
        registry: [registered({ name: 'shop', key: swapped })],
        presentation: scene.hop({ key: swapped }).presentation,
        expected: { code: 'ERR_KEY_INVALID', hop: 0 },
      }
    },
  },
]

const ownershipDrafts: readonly Draft[] = [
  wrongHop('key-unknown', 'Nobody registered this key.', 'ERR_KEY_UNKNOWN', { by: stranger }),
  wrongHop(
    'key-of-another-service',
    'cart signs in the name of shop: its key is not registered there.',
    'ERR_KEY_UNKNOWN',
    {
      by: { name: 'shop', key: cart.key },
    },
  ),
  {
    name: 'key-unknown-in-the-middle',
    description: 'Every hop needs a registered key.',
    play: scene => ({
      presentation: scene.chain([shop, stranger, cart]).presentation,
      expected: { code: 'ERR_KEY_UNKNOWN', hop: 1 },
    }),
  },
  {
    name: 'key-revoked',
    description: 'A tombstone beside the registration.',
    play: scene => ({
      registry: [{ ...registered(shop), revoked: true }],
      presentation: scene.hop().presentation,
      expected: { code: 'ERR_KEY_REVOKED', hop: 0 },
    }),
  },
  {
    name: 'key-revoked-in-the-middle',
    description: 'Every hop by a revoked key is refused, whatever its `iat`.',
    play: scene => ({
      registry: [registered(shop), { ...registered(cart), revoked: true }, registered(pricing)],
      presentation: scene.chain([shop, cart, pricing]).presentation,
      expected: { code: 'ERR_KEY_REVOKED', hop: 1 },
    }),
  },
  held('key-revoked-without-a-registration', 'A tombstone alone.', 'ERR_KEY_REVOKED', { revoked: true }),
  held('registration-that-is-no-jws', 'A registry that holds something else.', 'ERR_REGISTRATION_INVALID', {
    registration: 'hello',
  }),
  held(
    'registration-signed-by-another',
    'A registration is signed by the key that it registers.',
    'ERR_REGISTRATION_INVALID',
    {
      registration: registered(shop, { signedBy: stranger.key }).registration as string,
    },
  ),
  held('registration-of-two-days', 'A registration lives for 24 hours at most.', 'ERR_REGISTRATION_INVALID', {
    registration: registered(shop, { until: EPOCH + 172_800 }).registration as string,
  }),
  held(
    'registration-of-another-type',
    'A hop, or whatever else shop signs, is no registration.',
    'ERR_REGISTRATION_INVALID',
    {
      registration: registered(shop, { header: { typ: 'hop+jws' } }).registration as string,
    },
  ),
  held(
    'registration-with-an-unknown-member',
    'The members of a registration are a closed set.',
    'ERR_REGISTRATION_INVALID',
    {
      registration: registered(shop, { payload: { admin: true } }).registration as string,
    },
  ),
  held('registration-of-two-algorithms', 'Header and payload name two algorithms.', 'ERR_REGISTRATION_INVALID', {
    registration: registered(shop, { payload: { alg: 'EdDSA' } }).registration as string,
  }),
  held(
    'registration-of-another-service',
    "cart's registration, with shop's key, in shop's place.",
    'ERR_REGISTRATION_MISMATCH',
    {
      registration: registered({ name: 'cart', key: shop.key }).registration as string,
    },
  ),
  held('registration-of-another-key', "Another key of shop's in this kid's place.", 'ERR_REGISTRATION_MISMATCH', {
    registration: registered(forgeSigner('shop', 'ES256', 'second')).registration as string,
  }),
  {
    name: 'algorithm-eddsa-with-a-key-of-es256',
    description: 'A hop that says EdDSA, by a key that is registered for ES256.',
    play: scene => ({
      presentation: scene.hop({ header: { alg: 'EdDSA' } }).presentation,
      expected: { code: 'ERR_ALGORITHM_MISMATCH', hop: 0 },
    }),
  },
  {
    name: 'algorithm-es256-with-a-key-of-eddsa',
    description: 'A hop that says ES256, by a key that is registered for EdDSA; signed with another key of ES256.',
    play: scene => ({
      presentation: scene.hop({ by: cart, key: { ...forgeKey('other'), kid: cart.key.kid } }).presentation,
      expected: { code: 'ERR_ALGORITHM_MISMATCH', hop: 0 },
    }),
  },
]

export const keyDrafts: readonly Draft[] = [...importDrafts, ...ownershipDrafts]
