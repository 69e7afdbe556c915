import { EPOCH } from '../../forge/hop.js'
import { forgeJwt, forgeOpaqueToken, forgeUserClaims, type JwtPieces, type Wrapped } from '../../forge/initial-token.js'
import { forgeKey } from '../../forge/key.js'
import { cart, type Draft, ISSUER, issuerKey, shop } from '../scene.js'
import type { VectorOrigin, VectorReceiver } from '../vector.js'

const AUDIENCE = 'https://shop.example'
const token = { iss: ISSUER, aud: AUDIENCE, sub: 'jo', exp: EPOCH + 600 }

/** A receiver that accepts the JWTs of one authorization server, from shop. */
export function jwtReceiver(more: { user?: true } = {}): Partial<VectorReceiver> {
  const jwks = { keys: [{ ...issuerKey.publicJwk, kid: 'login-1', use: 'sig' }] }
  const issuer = { issuer: ISSUER, audience: AUDIENCE, algorithms: ['ES256' as const], jwks }
  return { edges: ['shop'], initialToken: { accept: [issuer], ...more } }
}

/** The same, and the token's `client_id` must name the edge that brings it. */
function boundReceiver(origin: VectorOrigin): Partial<VectorReceiver> {
  const { initialToken } = jwtReceiver()
  return {
    edges: ['shop'],
    initialToken: { accept: (initialToken?.accept ?? []).map(issuer => ({ ...issuer, origin })) },
  }
}

const bound = (
  name: string,
  description: string,
  more: Record<string, unknown>,
  origin: VectorOrigin,
  code?: string,
): Draft => ({
  name: code === undefined ? `accepted-jwt-${name}` : `initial-token-${name}`,
  description,
  play: scene => ({
    receiver: boundReceiver(origin),
    presentation: scene.chain([shop, cart], {}, forgeJwt({ key: issuerKey, claims: { ...token, ...more } }))
      .presentation,
    expected: code === undefined ? { initialToken: { kind: 'jwt', claims: { ...token, ...more } } } : { code },
  }),
})

const jwt = (
  name: string,
  description: string,
  pieces: Partial<JwtPieces>,
  code = 'ERR_INITIAL_TOKEN_INVALID',
): Draft => ({
  name: `initial-token-${name}`,
  description,
  play: scene => ({
    receiver: jwtReceiver(),
    presentation: scene.hop({
      around: { ...forgeJwt({ key: issuerKey, claims: token, ...pieces }), expiresAt: undefined },
    }).presentation,
    expected: { code },
  }),
})

const brought = (
  name: string,
  description: string,
  around: Wrapped,
  code: string,
  receiver: Partial<VectorReceiver>,
): Draft => ({
  name: `initial-token-${name}`,
  description,
  play: scene => ({
    receiver,
    presentation: scene.hop({ around: { ...around, expiresAt: undefined } }).presentation,
    expected: { code },
  }),
})

const shopIsEdge = { edges: ['shop'] }
const claims = (over: Record<string, unknown>) => ({ claims: { ...token, ...over } })
const edge = { code: 'ERR_EDGE_NOT_ALLOWED' }

const FOREIGN = 'ERR_INITIAL_TOKEN_FOREIGN'

const originDrafts: readonly Draft[] = [
  bound(
    'of-its-edge',
    'Issued to the edge that begins the chain with it.',
    { client_id: 'shop' },
    { claim: 'client_id' },
  ),
  bound(
    'of-its-edge-by-another-name',
    'Issued to what the authorization server calls that edge.',
    { azp: 'web-7' },
    { claim: 'azp', clients: { shop: ['web-6', 'web-7'] } },
  ),
  bound(
    'of-another-edge',
    'Issued to another edge: this one has only seen it.',
    { client_id: 'kiosk' },
    { claim: 'client_id' },
    FOREIGN,
  ),
  bound(
    'of-the-caller',
    'Issued to the nearest caller, who did not begin the chain.',
    { client_id: 'cart' },
    { claim: 'client_id' },
    FOREIGN,
  ),
  bound('of-no-edge', 'The token does not say to whom it was issued.', {}, { claim: 'client_id' }, FOREIGN),
  bound(
    'of-an-edge-not-listed',
    'An edge that the map does not name was issued nothing.',
    { azp: 'shop' },
    { claim: 'azp', clients: { kiosk: 'shop' } },
    FOREIGN,
  ),
]

export const initialTokenDrafts: readonly Draft[] = [
  ...originDrafts,
  {
    name: 'edge-none-listed',
    description: 'Nobody may bring a user whom the receiver does not list.',
    play: scene => ({
      presentation: scene.chain([shop], {}, forgeUserClaims({ sub: 'jo' })).presentation,
      expected: { ...edge, hop: 0 },
    }),
  },
  {
    name: 'edge-is-not-the-origin',
    description: 'An edge that only passes a user on does not vouch for him: what counts is the origin.',
    play: scene => ({
      receiver: shopIsEdge,
      presentation: scene.chain([cart, shop], {}, forgeUserClaims({ sub: 'jo' })).presentation,
      expected: { ...edge, hop: 1 },
    }),
  },
  {
    name: 'edge-not-listed-for-a-jwt',
    description: 'A good JWT does not make an edge of him who has seen it.',
    play: scene => ({
      receiver: { ...jwtReceiver(), edges: ['cart'] },
      presentation: scene.chain([shop], {}, forgeJwt({ key: issuerKey, claims: token })).presentation,
      expected: { ...edge, hop: 0 },
    }),
  },
  brought(
    'jwt-where-none-is-configured',
    'Without a configuration, user claims alone are accepted.',
    forgeJwt({ key: issuerKey, claims: token }),
    'ERR_INITIAL_TOKEN_NOT_ACCEPTED',
    shopIsEdge,
  ),
  brought(
    'opaque-where-none-is-configured',
    'Nobody is configured who could tell what an opaque token is.',
    forgeOpaqueToken('secret'),
    'ERR_INITIAL_TOKEN_NOT_ACCEPTED',
    jwtReceiver(),
  ),
  brought(
    'user-claims-where-not-named',
    'Where authorization servers are configured, user claims must be named.',
    forgeUserClaims({ sub: 'jo' }),
    'ERR_INITIAL_TOKEN_NOT_ACCEPTED',
    jwtReceiver(),
  ),
  brought(
    'user-claims-with-iss',
    'An issuer is what only an authorization server can say.',
    forgeUserClaims({ sub: 'jo', iss: ISSUER }),
    'ERR_INITIAL_TOKEN_INVALID',
    shopIsEdge,
  ),
  brought(
    'user-claims-exp-text',
    'An `exp` that is no integer.',
    forgeUserClaims({ sub: 'jo', exp: 'never' }),
    'ERR_INITIAL_TOKEN_INVALID',
    shopIsEdge,
  ),
  brought(
    'user-claims-expired',
    'User claims that expired 5 seconds ago.',
    forgeUserClaims({ sub: 'jo', exp: EPOCH - 5 }),
    'ERR_INITIAL_TOKEN_EXPIRED',
    shopIsEdge,
  ),
  jwt(
    'jwt-of-another-issuer',
    'An issuer that is not configured.',
    claims({ iss: 'https://evil.example' }),
    'ERR_INITIAL_TOKEN_NOT_ACCEPTED',
  ),
  jwt(
    'jwt-issuer-with-a-slash',
    'An issuer compares byte for byte.',
    claims({ iss: `${ISSUER}/` }),
    'ERR_INITIAL_TOKEN_NOT_ACCEPTED',
  ),
  jwt(
    'jwt-without-issuer',
    'A JWT that does not say who issued it.',
    claims({ iss: undefined }),
    'ERR_INITIAL_TOKEN_NOT_ACCEPTED',
  ),
  jwt('jwt-for-another-audience', 'A JWT that is meant for somebody else.', claims({ aud: 'https://other.example' })),
  jwt('jwt-without-audience', 'A JWT that is meant for nobody.', claims({ aud: undefined })),
  jwt('jwt-expired', 'A JWT that expired 5 seconds ago.', claims({ exp: EPOCH - 5 }), 'ERR_INITIAL_TOKEN_EXPIRED'),
  jwt('jwt-without-exp', 'A JWT that never ends.', claims({ exp: undefined })),
  jwt('jwt-exp-fraction', 'An `exp` that is no integer.', claims({ exp: EPOCH + 600.5 })),
  jwt('jwt-not-yet-valid', 'A JWT whose `nbf` is 6 seconds ahead.', claims({ nbf: EPOCH + 6 })),
  jwt('jwt-signed-by-another', 'A JWT that its issuer did not sign.', { key: forgeKey('other') }),
  jwt('jwt-of-another-algorithm', 'An algorithm that is not in the configuration.', {
    key: forgeKey('issuer', 'EdDSA'),
  }),
  jwt('jwt-symmetric', "The issuer's public key does not make a secret.", { header: { alg: 'HS256' } }),
  jwt('jwt-unsecured', 'A JWT without an algorithm.', { header: { alg: 'none' } }),
  jwt('jwt-critical-extension', 'A JWT that asks for something that we do not do.', { header: { crit: ['exp'] } }),
  jwt('jwt-payload-not-encoded', 'RFC 7797 is not spoken here.', { header: { b64: true } }),
  jwt('jwt-unknown-kid', 'A key that the issuer does not have.', { header: { kid: 'login-2' } }),
  jwt(
    'jwt-id-token',
    'An ID token tells a client who logged in, and is no authorization.',
    claims({ nonce: 'n-0S6_WzA2Mj' }),
  ),
  jwt('jwt-of-another-type', 'A hop is no JWT, whoever signed it.', { header: { typ: 'hop+jws' } }),
]
