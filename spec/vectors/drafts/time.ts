import { EPOCH, type HopPieces } from '../../forge/hop.js'
import { forgeJwt, forgeUserClaims } from '../../forge/initial-token.js'
import { cart, type Draft, ISSUER, issuerKey, registered, shop } from '../scene.js'
import type { VectorReceiver } from '../vector.js'
import { jwtReceiver } from './initial-token.js'

const NEWEST = 1

/** Both sides of one inequality, in a chain of shop and cart. */
function boundary(
  name: string,
  code: string,
  at: number,
  accepted: readonly [description: string, pieces: (position: number) => Partial<HopPieces>],
  refused: readonly [description: string, pieces: (position: number) => Partial<HopPieces>],
  receiver: Partial<VectorReceiver> = {},
): Draft[] {
  return [
    {
      name: `accepted-almost-${name}`,
      description: accepted[0],
      play: scene => ({ receiver, presentation: scene.chain([shop, cart], accepted[1]).presentation }),
    },
    {
      name: `time-${name}`,
      description: refused[0],
      play: scene => ({
        receiver,
        presentation: scene.chain([shop, cart], refused[1]).presentation,
        expected: { code, hop: at },
      }),
    },
  ]
}

/** Pieces of one hop of the chain, the origin's being 0. */
const of = (position: number, pieces: Partial<HopPieces>) => (at: number) => (at === position ? pieces : {})
const both = (pieces: Partial<HopPieces>) => () => pieces

const hopDrafts: readonly Draft[] = [
  ...boundary(
    'no-life',
    'ERR_HOP_LIFETIME',
    0,
    ['A hop that lives for a second.', of(NEWEST, { expiresAt: EPOCH + 1 })],
    ['A hop that ends when it begins.', of(NEWEST, { expiresAt: EPOCH })],
  ),
  ...boundary(
    'too-long-a-life',
    'ERR_HOP_LIFETIME',
    1,
    ['A hop that lives for 300 seconds.', of(0, { expiresAt: EPOCH + 300 })],
    [
      'A hop that lives for 301 seconds, around which a good one stands.',
      at => (at === 0 ? { expiresAt: EPOCH + 301 } : { expiresAt: EPOCH + 300 }),
    ],
  ),
  ...boundary(
    'too-long-a-life-for-the-receiver',
    'ERR_HOP_LIFETIME',
    0,
    ['A receiver may allow shorter lives.', both({ expiresAt: EPOCH + 20 })],
    ['Longer than the receiver allows.', both({ expiresAt: EPOCH + 21 })],
    { limits: { hopLifetimeSeconds: 20 } },
  ),
  ...boundary(
    'signed-in-the-future',
    'ERR_HOP_NOT_YET_VALID',
    0,
    ['Clocks may differ by 5 seconds: signed 5 seconds ahead.', both({ issuedAt: EPOCH + 5 })],
    ['Signed 6 seconds ahead.', of(NEWEST, { issuedAt: EPOCH + 6, expiresAt: EPOCH + 100 })],
  ),
  ...boundary(
    'inner-hop-signed-in-the-future',
    'ERR_HOP_NOT_YET_VALID',
    1,
    ['An inner hop, signed 5 seconds ahead.', of(0, { issuedAt: EPOCH + 5, expiresAt: EPOCH + 300 })],
    [
      'An inner hop, signed 6 seconds ahead.',
      at => (at === 0 ? { issuedAt: EPOCH + 6, expiresAt: EPOCH + 300 } : { issuedAt: EPOCH + 2 }),
    ],
  ),
  ...boundary(
    'expired',
    'ERR_HOP_EXPIRED',
    0,
    ['Clocks may differ by 5 seconds: expired 4 seconds ago.', both({ issuedAt: EPOCH - 50, expiresAt: EPOCH - 4 })],
    ['Expired 5 seconds ago.', both({ issuedAt: EPOCH - 50, expiresAt: EPOCH - 5 })],
  ),
  ...boundary(
    'inner-hop-expired',
    'ERR_HOP_EXPIRED',
    1,
    ['An inner hop that expired 4 seconds ago.', both({ issuedAt: EPOCH - 50, expiresAt: EPOCH - 4 })],
    [
      'An inner hop that expired 5 seconds ago, and one around it that says otherwise.',
      at => ({ issuedAt: EPOCH - 50, expiresAt: at === 0 ? EPOCH - 5 : EPOCH - 4 }),
    ],
  ),
  ...boundary(
    'stale',
    'ERR_PRESENTATION_STALE',
    0,
    [
      'A presentation is fresh for 60 seconds, and clocks may differ by 5.',
      both({ issuedAt: EPOCH - 65, expiresAt: EPOCH + 100 }),
    ],
    ['Signed 66 seconds ago.', both({ issuedAt: EPOCH - 66, expiresAt: EPOCH + 100 })],
  ),
  ...boundary(
    'stale-for-the-receiver',
    'ERR_PRESENTATION_STALE',
    0,
    ['A receiver may want fresher presentations.', both({ issuedAt: EPOCH - 15 })],
    ['Older than the receiver wants.', both({ issuedAt: EPOCH - 16 })],
    { limits: { presentationSeconds: 10 } },
  ),
  ...boundary(
    'signed-in-the-future-for-the-receiver',
    'ERR_HOP_NOT_YET_VALID',
    0,
    ['A receiver may trust its clock: signed this very second.', both({})],
    ['A receiver may trust its clock: signed a second ahead.', both({ issuedAt: EPOCH + 1 })],
    { limits: { skewSeconds: 0 } },
  ),
]

const nestingDrafts: readonly Draft[] = [
  ...boundary(
    'signed-before-what-it-wraps',
    'ERR_HOP_NESTING',
    0,
    [
      'Clocks may differ by 5 seconds: signed 5 seconds before what it wraps.',
      at => ({ issuedAt: at === 0 ? EPOCH : EPOCH - 5, expiresAt: EPOCH + 200 }),
    ],
    [
      'Signed 6 seconds before what it wraps.',
      at => ({ issuedAt: at === 0 ? EPOCH : EPOCH - 6, expiresAt: EPOCH + 200 }),
    ],
  ),
  ...boundary(
    'outlives-what-it-wraps',
    'ERR_HOP_NESTING',
    0,
    ['A hop that ends with what it wraps.', both({ expiresAt: EPOCH + 100 })],
    ['A hop that ends a second after what it wraps.', at => ({ expiresAt: at === 0 ? EPOCH + 100 : EPOCH + 101 })],
  ),
]

/** Both sides of the end of an initial token. */
const initialDrafts: readonly Draft[] = [99, 100].flatMap((end): Draft[] => {
  const refused = { code: 'ERR_HOP_NESTING', hop: 1 }
  const name = end === 100 ? 'accepted-almost-outlives' : 'time-outlives'
  const description = end === 100 ? "The origin's hop ends with" : "The origin's hop ends a second after"
  const user = { sub: 'jo', exp: EPOCH + end }
  const token = { iss: ISSUER, aud: 'https://shop.example', sub: 'jo', exp: EPOCH + end }
  return [
    {
      name: `${name}-the-jwt`,
      description: `${description} the JWT.`,
      play: scene => ({
        receiver: jwtReceiver(),
        presentation: scene.chain([shop, cart], { expiresAt: EPOCH + 100 }, forgeJwt({ key: issuerKey, claims: token }))
          .presentation,
        expected: end === 100 ? { initialToken: { kind: 'jwt', claims: token } } : refused,
      }),
    },
    {
      name: `${name}-the-user-claims`,
      description: `${description} the user claims.`,
      play: scene => ({
        receiver: { edges: ['shop'] },
        presentation: scene.chain([shop, cart], { expiresAt: EPOCH + 100 }, forgeUserClaims(user)).presentation,
        expected: end === 100 ? { initialToken: { kind: 'user', claims: user } } : refused,
      }),
    },
  ]
})

/** Both sides of a registration's window. */
const registrationDrafts: readonly Draft[] = [
  [
    'accepted-almost-before-the-registration',
    "Clocks may differ by 5 seconds: signed 5 seconds before the key's registration began.",
    EPOCH + 5,
    EPOCH + 3600,
  ],
  ['time-before-the-registration', "Signed 6 seconds before the key's registration began.", EPOCH + 6, EPOCH + 3600],
  ['accepted-almost-outlives-the-registration', "The hop ends with its key's registration.", EPOCH - 3600, EPOCH + 300],
  ['time-outlives-the-registration', "The hop ends a second after its key's registration.", EPOCH - 3600, EPOCH + 299],
].map(([name, description, from, until]) => ({
  name: name as string,
  description: description as string,
  play: scene => ({
    registry: [registered(shop, { from: from as number, until: until as number }), registered(cart)],
    presentation: scene.chain([shop, cart]).presentation,
    ...((name as string).startsWith('time') && { expected: { code: 'ERR_HOP_OUTSIDE_REGISTRATION', hop: 1 } }),
  }),
}))

export const timeDrafts: readonly Draft[] = [...hopDrafts, ...nestingDrafts, ...initialDrafts, ...registrationDrafts]
