import { forgeUserClaims } from '../../forge/initial-token.js'
import { cart, type Draft, pricing, type Scene, shop } from '../scene.js'

const BOUND = { narrowing: ['scope'], constant: ['tenant'] }
const USER = { sub: 'jo', scope: 'read write', tenant: 'north' }

type Claims = Readonly<Record<string, unknown>>

/** A chain in which each hop, from the origin on, states claims, around a user who brings some. */
function stated(scene: Scene, hops: readonly Claims[], user: Claims = USER) {
  const header = (position: number) => ({ header: { claims: hops[position] } })
  const { presentation } = scene.chain([shop, cart, pricing].slice(0, hops.length), header, forgeUserClaims(user))
  return { receiver: { edges: ['shop'], claimsAlongChain: BOUND }, presentation }
}

function accepted(name: string, description: string, hops: readonly Claims[], user: Claims = USER): Draft {
  return {
    name: `accepted-${name}`,
    description,
    play: scene => ({ ...stated(scene, hops, user), expected: { initialToken: { kind: 'user', claims: user } } }),
  }
}

function refused(code: string, hop: number, name: string, description: string, hops: readonly Claims[]): Draft {
  return { name, description, play: scene => ({ ...stated(scene, hops), expected: { code, hop } }) }
}

export const claimsDrafts: readonly Draft[] = [
  accepted('claims-that-narrow', 'Each hop states fewer words of a narrowing claim, as a text or as a list.', [
    { scope: 'write read' },
    { scope: ['read'] },
    { scope: '' },
  ]),
  accepted('claims-that-stay', 'Hops state a constant claim as the user brings it, or not, or as null.', [
    { tenant: 'north' },
    { tenant: null },
    { tenant: 'north' },
  ]),
  accepted(
    'claims-stated-first',
    'A hop states bound claims that nothing inside states.',
    [{}, { scope: 'admin', tenant: 'south' }],
    { sub: 'jo' },
  ),
  refused('ERR_CLAIM_WIDENED', 0, 'claim-widened', 'The hop states a word more than the user brings.', [
    { scope: 'read write admin' },
  ]),
  refused('ERR_CLAIM_WIDENED', 1, 'claim-widened-in-the-middle', 'A word that an inner hop took back comes again.', [
    { scope: 'read' },
    { scope: 'read write' },
    { scope: 'read' },
  ]),
  refused('ERR_CLAIM_WIDENED', 0, 'claim-widened-behind-silence', 'Hops that state nothing do not take a bound away.', [
    { scope: 'read' },
    { scope: null },
    { scope: 'write' },
  ]),
  refused('ERR_CLAIM_WIDENED', 0, 'claim-that-is-no-list', 'A narrowing claim is neither a text nor a list of texts.', [
    { scope: { read: true } },
  ]),
  refused('ERR_CLAIM_CHANGED', 0, 'claim-changed', 'The hop states another tenant than the user brings.', [
    { tenant: 'south' },
  ]),
  refused('ERR_CLAIM_CHANGED', 1, 'claim-changed-in-the-middle', 'A hop in the middle is of another tenant.', [
    { tenant: 'north' },
    { tenant: 'south' },
    { tenant: 'north' },
  ]),
]
