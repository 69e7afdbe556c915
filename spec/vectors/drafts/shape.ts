import { base64url } from '../../forge/base64url.js'
import { EPOCH, fixed128 } from '../../forge/hop.js'
import { forgeJwt, forgeOpaqueToken, forgeUserClaims, type Wrapped } from '../../forge/initial-token.js'
import { cart, type Draft, ISSUER, issuerKey, shop, wrongHop } from '../scene.js'

const REQUIRED = ['alg', 'kid', 'typ', 'iss', 'aud', 'op', 'jti', 'iat', 'exp']

const shape = (name: string, description: string, header: Record<string, unknown>): Draft =>
  wrongHop(`shape-${name}`, description, 'ERR_HEADER_INVALID', { header })

const memberDrafts: readonly Draft[] = [
  ...REQUIRED.map(member => shape(`without-${member}`, `The header has no \`${member}\`.`, { [member]: undefined })),
  shape('unknown-member', 'A member that the table does not have.', { nonce: 'x' }),
  shape('member-null', 'A member that is null is not an absent one.', { req: null }),
  shape('typ-of-another-version', 'Another `typ` is another format.', { typ: 'hop2+jws' }),
  shape('typ-upper-case', '`typ` compares byte for byte.', { typ: 'HOP+JWS' }),
  shape('typ-jwt', 'A JWT is not a hop.', { typ: 'JWT' }),
  shape('kid-that-is-a-path', 'A kid that is no thumbprint.', { kid: '../../cart/key' }),
  shape('kid-not-canonical', 'A kid whose last character has bits that are not used.', { kid: `${'A'.repeat(42)}B` }),
  shape('iss-upper-case', 'Names are lower case.', { iss: 'Shop' }),
  shape('iss-look-alike', 'A Cyrillic letter that looks like a Latin one.', { iss: 'sh\u043ep' }),
  shape('iss-line-feed', 'A line feed behind a name.', { iss: 'shop\n' }),
  shape('iss-slash', 'A name that would be a path.', { iss: 'shop/cart' }),
  shape('aud-list', '`aud` is one text, not a list.', { aud: ['inventory'] }),
  shape('op-space', 'An operation with a space.', { op: 'call me' }),
  shape('op-empty', 'An operation without a character.', { op: '' }),
  shape('jti-short', 'A `jti` of 42 characters.', { jti: 'A'.repeat(42) }),
  shape('iat-text', 'A time in quotes.', { iat: String(EPOCH) }),
  shape('txn-short', 'A `txn` of 21 characters.', { txn: 'A'.repeat(21) }),
  shape('txn-not-canonical', 'A `txn` whose last character has bits that are not used.', { txn: `${'A'.repeat(21)}B` }),
  shape('req-and-tgt', 'Both bindings.', { req: 'A'.repeat(43), tgt: 'A'.repeat(43) }),
  shape('req-not-canonical', 'A digest whose last character has bits that are not used.', {
    req: `${'A'.repeat(42)}B`,
  }),
  shape('claims-list', 'Own claims that are no object.', { claims: [] }),
  shape('claims-reserved-name', "Own claims with a name of the header's.", { claims: { iss: 'cart' } }),
  shape('critical-extension', 'Nothing is critical that the table does not have.', { crit: ['exp'] }),
  shape('payload-not-encoded', 'RFC 7797 is not spoken here.', { b64: false, crit: ['b64'] }),
  shape('key-in-the-header', 'A header that brings its key.', { jwk: shop.key.publicJwk }),
  shape('key-by-url', 'A header that says where its key is.', { jku: 'https://evil.example/keys' }),
]

const algorithm = (name: string, description: string, alg: string): Draft =>
  wrongHop(`algorithm-${name}`, description, 'ERR_ALGORITHM_NOT_ALLOWED', { header: { alg } })

const algorithmDrafts: readonly Draft[] = [
  algorithm('none', 'No signature.', 'none'),
  algorithm('symmetric', 'A symmetric algorithm.', 'HS256'),
  algorithm('es384', 'Another asymmetric algorithm.', 'ES384'),
  algorithm('ed25519', 'The name of RFC 9864 for the same algorithm: one name is enough.', 'Ed25519'),
  algorithm('lower-case', 'Names of algorithms compare byte for byte.', 'es256'),
]

const opaque = forgeOpaqueToken('secret')
const user = forgeUserClaims({ sub: 'jo' })
const jwt = forgeJwt({ key: issuerKey, claims: { iss: ISSUER, exp: EPOCH + 600 } })

const follows = (name: string, description: string, around: Wrapped | undefined, cty: string | undefined): Draft =>
  wrongHop(`content-type-${name}`, description, 'ERR_CONTENT_TYPE_MISMATCH', { around, header: { cty } })

const contentDrafts: readonly Draft[] = [
  follows('absent-before-user-claims', 'Something follows, and no `cty` says what.', user, undefined),
  follows('user-before-nothing', 'Nothing follows, and `cty` says what it is.', undefined, 'user'),
  follows('hop-before-user-claims', 'User claims follow, and `cty` says that it is a hop.', user, 'hop+jws'),
  follows('user-before-jwt', 'A JWT follows, and `cty` says that it is user claims.', jwt, 'user'),
  follows('token-before-jwt', 'A JWT follows, and `cty` says that it is opaque.', jwt, 'token'),
  follows('jwt-before-opaque-token', 'An opaque token follows, and `cty` says that it is a JWT.', opaque, 'jwt'),
  wrongHop('shape-cty-unknown', 'A `cty` that the table does not have.', 'ERR_HEADER_INVALID', {
    around: user,
    header: { cty: 'json' },
  }),
  {
    name: 'content-type-user-before-a-hop',
    description: 'A hop follows, and `cty` says that it is user claims.',
    play: scene => ({
      presentation: scene.chain([shop, cart], position => (position === 1 ? { header: { cty: 'user' } } : {}))
        .presentation,
      expected: { code: 'ERR_CONTENT_TYPE_MISMATCH', hop: 0 },
    }),
  },
  {
    name: 'content-type-opaque-token-that-looks-like-user-claims',
    description: 'What `cty` calls opaque is not read as user claims, whatever it looks like.',
    play: scene => ({
      receiver: { edges: ['shop'] },
      presentation: scene.hop({ around: { cty: 'token', text: base64url('{"sub":"jo"}') } }).presentation,
      expected: { code: 'ERR_INITIAL_TOKEN_NOT_ACCEPTED' },
    }),
  },
]

const transactionDrafts: readonly Draft[] = [
  wrongHop('transaction-missing', "The origin's hop has no `txn`.", 'ERR_TRANSACTION_MISPLACED', {
    header: { txn: undefined },
  }),
  {
    name: 'transaction-in-two-hops',
    description: "A `txn` stands in a hop that is not the origin's.",
    play: scene => ({
      presentation: scene.chain([shop, cart], position =>
        position === 1 ? { header: { txn: fixed128('another') } } : {},
      ).presentation,
      expected: { code: 'ERR_TRANSACTION_MISPLACED', hop: 0 },
    }),
  },
]

export const shapeDrafts: readonly Draft[] = [
  ...memberDrafts,
  ...algorithmDrafts,
  ...contentDrafts,
  ...transactionDrafts,
]
