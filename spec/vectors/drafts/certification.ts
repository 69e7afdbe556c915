import { forgeCertification, forgeDelegation, type StatementPieces } from '../../forge/certification.js'
import { EPOCH } from '../../forge/hop.js'
import { type ForgedKey, forgeKey } from '../../forge/key.js'
import { type Draft, registered, shop, stranger } from '../scene.js'

const root = forgeKey('root', 'EdDSA')
const registrar = forgeKey('registrar', 'ES256')
const DAY = 86_400
const FROM = EPOCH - 1800

const registration = registered(shop).registration ?? ''
const certify = (pieces: Partial<StatementPieces> = {}, text = registration) =>
  forgeCertification(text, { by: registrar, from: FROM, ...pieces })
const delegate = (pieces: Partial<StatementPieces> = {}, to: ForgedKey = registrar) =>
  forgeDelegation(to, { by: root, from: FROM, until: FROM + 7 * DAY, ...pieces })

/** A good hop of shop's, and in its key's place a text that somebody certified. */
const stored = (name: string, description: string, pins: readonly ForgedKey[], text: string, code?: string): Draft => ({
  name: `${code === undefined ? 'accepted-certified' : 'certification'}-${name}`,
  description,
  play: scene => ({
    receiver: { registrars: pins.map(({ publicJwk }) => publicJwk) },
    registry: [{ service: 'shop', kid: shop.key.kid, registration: text }],
    presentation: scene.hop().presentation,
    ...(code !== undefined && { expected: { code, hop: 0 } }),
  }),
})

const INVALID = 'ERR_CERTIFICATION_INVALID'
const wrong = (name: string, description: string, text: string): Draft =>
  stored(name, description, [root], text, INVALID)

export const certificationDrafts: readonly Draft[] = [
  stored('by-a-pinned-registrar', 'A registrar that the receiver pins.', [registrar], certify()),
  stored(
    'by-a-delegated-registrar',
    'A registrar that a pinned root delegates to.',
    [root],
    `${certify()}~${delegate()}`,
  ),
  {
    name: 'accepted-certified-without-a-pin',
    description: 'A receiver that pins nobody looks through a certification, whoever made it.',
    play: scene => ({
      registry: [{ service: 'shop', kid: shop.key.kid, registration: certify({ by: stranger.key }) }],
      presentation: scene.hop().presentation,
    }),
  },
  wrong('absent', 'A bare registration, where registrars are pinned.', registration),
  wrong('by-a-stranger', 'Whoever owns the registry certifies by himself.', certify({ by: stranger.key })),
  wrong('by-the-service-itself', 'shop certifies shop.', certify({ by: shop.key })),
  wrong(
    'under-a-borrowed-kid',
    "The root's kid, and a stranger's signature.",
    certify({ by: { ...stranger.key, algorithm: 'ES256', kid: root.kid } }),
  ),
  wrong('without-its-delegation', 'The registrar is not pinned, its root is.', certify()),
  wrong(
    'delegated-by-a-stranger',
    'A delegation that no pinned key signed.',
    `${certify()}~${delegate({ by: stranger.key })}`,
  ),
  wrong(
    'delegated-to-another',
    'A good delegation, to another key than the one that certified.',
    `${certify()}~${delegate({}, stranger.key)}`,
  ),
  wrong(
    'delegated-onward',
    'A registrar delegates to a stranger, who certifies: there are two levels, not three.',
    `${certify({ by: stranger.key })}~${delegate({ by: registrar }, stranger.key)}`,
  ),
  wrong('with-two-delegations', 'Nothing follows the delegation.', `${certify()}~${delegate()}~${delegate()}`),
  wrong(
    'after-its-delegation',
    'A certification that ends a second after the delegation.',
    `${certify()}~${delegate({ until: FROM + 3599 })}`,
  ),
  wrong(
    'before-its-delegation',
    'A certification dated a second before the delegation.',
    `${certify()}~${delegate({ from: FROM + 1 })}`,
  ),
  wrong(
    'of-two-days',
    'A certification holds for 24 hours at most.',
    `${certify({ until: FROM + 2 * DAY })}~${delegate()}`,
  ),
  wrong(
    'delegated-for-a-year',
    'A delegation holds for 31 days at most.',
    `${certify()}~${delegate({ until: FROM + 365 * DAY })}`,
  ),
  wrong(
    'of-another-type',
    'A delegation in place of a certification.',
    `${certify({ header: { typ: 'delegation+jws' } })}~${delegate()}`,
  ),
  wrong(
    'with-an-unknown-member',
    'The header is a closed set.',
    `${certify({ header: { crit: ['exp'] } })}~${delegate()}`,
  ),
  stored(
    'of-another-service',
    "A registrar certified cart's registration of this key, and it lies in shop's place.",
    [registrar],
    certify({}, registered({ name: 'cart', key: shop.key }).registration),
    'ERR_REGISTRATION_MISMATCH',
  ),
  stored(
    'of-a-registration-that-does-not-verify',
    'A registrar proves nothing that the registration does not.',
    [registrar],
    certify({}, registered(shop, { signedBy: stranger.key }).registration),
    'ERR_REGISTRATION_INVALID',
  ),
  stored(
    'that-has-ended',
    'The hop outlives the certification, though not the registration.',
    [registrar],
    certify({ until: EPOCH - 600 }),
    'ERR_HOP_OUTSIDE_REGISTRATION',
  ),
]
