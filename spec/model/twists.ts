import type { Plot } from './plot.js'
import type { Edit, HopPlan } from './present.js'
import { type Draft, toReference } from './tactics.js'

// What makes something unlawful of a lawful presentation. Each changes one thing.

/** Changes a draft in one way. */
export type Twist = (draft: Draft, plot: Plot) => Draft

const NAMES = ['iss', 'aud', 'op', 'iat', 'exp', 'cty', 'txn', 'req', 'claims', 'alg', 'kid', 'jti'] as const

/** Another receiver, operation, request or demand than what was signed for. */
export const readdress: Twist = (draft, plot) => {
  const { random } = plot
  const change = random.weigh([
    [3, { to: plot.honest() }],
    [2, { instance: 1 }],
    [4, { operation: plot.operation() }],
    [4, { request: random.below(5) }],
    [2, { request: 'none' as const }],
    [2, { streamed: true, request: random.below(5) }],
    [3, { binding: random.pick(['target', 'request'] as const) }],
  ])
  return { ...draft, delivery: { ...draft.delivery, ...change } }
}

/** Pieces are dropped, swapped, doubled or taken from elsewhere. */
export const recombine: Twist = (draft, plot) => {
  const count = plot.random.weigh([
    [5, 1],
    [2, 2],
    [1, 3],
  ])
  return { ...draft, edits: [...(draft.edits ?? []), ...Array.from({ length: count }, () => drawRecombination(plot))] }
}

function drawRecombination(plot: Plot): Edit {
  const { random } = plot
  const at = random.below(6)
  const from = toReference(plot.sighting() ?? { move: 0, hop: 0 })
  const fromAt = random.below(6)
  return random.weigh<Edit>([
    [4, { edit: 'drop', at }],
    [1, { edit: 'repeat', at }],
    [2, { edit: 'swap', at, with: random.below(6) }],
    [4, { edit: 'graft', at, from, fromAt }],
    [2, { edit: 'insert', at, from, fromAt }],
    [1, { edit: 'signature', at, from, fromAt }],
    [2, { edit: 'initial', initial: plot.initial() }],
    [2, { edit: 'steal', from }],
  ])
}

/** Bytes are changed under a signature, or the signature itself. */
export const tamper: Twist = (draft, plot) => ({ ...draft, edits: [...(draft.edits ?? []), drawTampering(plot)] })

function drawTampering(plot: Plot): Edit {
  const { random } = plot
  const at = random.below(4)
  const member = random.pick(NAMES)
  const value = drawValue(member, plot)
  const key = plot.keyOf(plot.corrupted())
  return random.weigh<Edit>([
    [6, { edit: 'member', at, member, value }],
    [4, { edit: 'resign', at, key, member, value }],
    [
      3,
      {
        edit: 'shift',
        at,
        part: random.pick(['jti', 'kid', 'signature'] as const),
        offset: random.below(86),
        by: random.between(1, 63),
      },
    ],
    [2, { edit: 'malleate', at }],
    [1, { edit: 'loose', at }],
  ])
}

function drawValue(member: (typeof NAMES)[number], plot: Plot): unknown {
  const { random } = plot
  switch (member) {
    case 'iss':
    case 'aud':
      return plot.cast.roles[plot.anybody()]?.name
    case 'op':
      return plot.operation()
    case 'iat':
    case 'exp':
      return 1_800_000_000 + plot.time + random.between(-400, 400)
    case 'cty':
      return random.pick(['hop+jws', 'jwt', 'token', 'user', null])
    case 'alg':
      return random.pick(['none', 'HS256', 'ES256', 'EdDSA', null])
    case 'claims':
      return { tenant: 'green' }
    default:
      return random.pick(['A'.repeat(22), 'A'.repeat(43), null])
  }
}

/** The newest hop that the adversary makes, or one below, is not as it should be. */
export const forge: Twist = (draft, plot) => {
  const { hops = [] } = draft
  if (hops.length === 0) return recombine(draft, plot)
  const at = plot.random.chance(0.7) ? hops.length - 1 : plot.random.below(hops.length)
  const hop = hops[at] as HopPlan
  return { ...draft, hops: hops.with(at, { ...hop, ...drawFlaw(hop, plot) }) }
}

function drawFlaw(hop: HopPlan, plot: Plot): Partial<HopPlan> {
  const { random } = plot
  return random.weigh<Partial<HopPlan>>([
    [2, { to: plot.anybody() }],
    [2, { by: plot.anybody() }],
    [2, { key: plot.keyOf(plot.corrupted()) }],
    [2, { kid: plot.anybody() }],
    [4, { iat: random.between(-400, 40), life: random.between(-5, 400) }],
    [4, { iat: random.between(-90, 20) }],
    [3, { life: random.between(290, 310) }],
    [3, { iat: random.between(-12, 14), life: random.between(1, 20) }],
    [3, { header: drawMembers(plot) }],
    [1, { header: { alg: random.pick(['ES256', 'EdDSA']) } }],
    [1, { write: random.pick(['duplicate', 'mark', 'proto', 'plus', 'deep', 'trailing'] as const) }],
    [1, { bind: { request: random.below(5), streamed: random.chance(0.5) }, operation: hop.operation }],
  ])
}

function drawMembers(plot: Plot): Readonly<Record<string, unknown>> {
  const member = plot.random.pick(NAMES)
  return plot.random.weigh<Readonly<Record<string, unknown>>>([
    [6, { [member]: drawValue(member, plot) }],
    [1, { typ: 'JWT' }],
    [1, { crit: ['b64'], b64: false }],
    [1, { jwk: { kty: 'oct', k: 'AAAA' } }],
    [1, { aud: [plot.cast.roles[plot.honest()]?.name] }],
    [1, { claims: { iss: 'shop' } }],
  ])
}

/** Somebody else's secret, or one that was guessed. */
export const unseal: Twist = (draft, plot) => {
  const other = plot.sighting()
  const secret = plot.random.chance(0.5) || other === undefined ? 'random' : toReference(other)
  return { ...draft, secret }
}

/** A corrupted service wraps what came of it, though nobody may have addressed it to him. */
export const wrap: Twist = (draft, plot) => {
  const by = plot.corrupted()
  const hop: HopPlan = { by, key: plot.keyOf(by), to: plot.honest(), operation: plot.operation(), iat: 0 }
  return { ...draft, hops: [...(draft.hops ?? []), hop], delivery: {} }
}

/** An ordinary receiver is asked twice at once. */
export const race: Twist = draft => ({ ...draft, race: true })
