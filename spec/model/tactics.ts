import type { InitialPlan, Reference } from './moves.js'
import { JWT_FLAWS } from './moves.js'
import type { Plot, Sighting } from './plot.js'
import type { Delivery, HopPlan, Present } from './present.js'
import { GARBLES } from './present.js'

/** What a tactic decides; the rest is as it is between people who keep to the rules. */
export type Draft = Partial<Omit<Present, 'kind' | 'move' | 'delivery'>> & { readonly delivery?: Partial<Delivery> }

/** Draws one way to get in, or to be let in lawfully. Undefined where the plot has nothing for it. */
export type Tactic = (plot: Plot) => Draft | undefined

/** A hop as a corrupted service would lawfully make it. */
export function lawfulHop(plot: Plot, by: number, to: number): HopPlan {
  const { random } = plot
  return {
    by,
    to,
    key: plot.keyOf(by),
    operation: plot.operation(),
    iat: random.weigh([
      [6, 0],
      [2, -3],
      [1, 2],
    ]),
    life: random.chance(0.2) ? random.between(10, 200) : undefined,
    bind: plot.binding(0.3),
    claims: random.chance(0.2) ? random.below(2) : undefined,
  }
}

/** A chain that was seen, kept from its addressee, as it is. */
export const deliverWithheld: Tactic = plot => {
  const isAtHand = ({ withheld, tapped, at }: Sighting) => withheld && tapped && plot.time - at < 170
  // Here the last seconds of being fresh are decided.
  const isLate = (sighting: Sighting) => isAtHand(sighting) && plot.time - sighting.at > 58
  const base = (plot.random.chance(0.4) ? plot.sighting(isLate) : undefined) ?? plot.sighting(isAtHand)
  return base && { base, delivery: to(base) }
}

/** What was delivered before, once more: to its addressee, to another, as something else, at once or late. */
export const replay: Tactic = plot => {
  const base = plot.sighting(({ to: addressee, tapped }) => tapped && !plot.isCorrupted(addressee))
  return base && { base, delivery: to(base) }
}

/** A live chain that was addressed to a corrupted service, lawfully continued. */
export const continueOurs: Tactic = plot => {
  const base = plot.ours()
  return base && { base, hops: [lawfulHop(plot, base.to, plot.honest())] }
}

/** A new chain of a corrupted service. */
export const begin: Tactic = plot => ({
  initial: plot.initial(),
  hops: [lawfulHop(plot, plot.corrupted(), plot.honest())],
})

/** A new chain through several corrupted services. */
export const beginLong: Tactic = plot => {
  const last = plot.honest()
  const through = Array.from({ length: plot.random.between(2, 6) }, () => plot.corrupted())
  const hops = through.map((by, at) => lawfulHop(plot, by, through[at + 1] ?? last))
  return { initial: plot.initial(), hops: hops.map(hop => ({ ...hop, life: undefined })) }
}

/** A good hop around one that has something wrong with its times. */
export const layer: Tactic = plot => {
  const { random } = plot
  const through = plot.corrupted()
  const skew = plot.cast.skewSeconds
  const [inner, outer] = random.weigh<readonly [Partial<HopPlan>, Partial<HopPlan>]>([
    [2, [{ iat: random.between(-100, 0), life: random.between(290, 400) }, { iat: 0 }]],
    [
      2,
      [
        { iat: skew + random.between(0, skew), life: 100 },
        { iat: skew, life: 60 },
      ],
    ],
    [
      2,
      [
        { iat: 0, life: random.between(20, 60) },
        { iat: 0, life: random.between(20, 60) },
      ],
    ],
    [1, [{ iat: random.between(-skew, skew) }, { iat: random.between(-2 * skew, 0) }]],
    [
      1,
      [
        { iat: -60, life: random.between(50, 65) },
        { iat: -30, life: random.between(20, 35) },
      ],
    ],
  ])
  const hop = (to: number): HopPlan => ({
    by: through,
    to,
    key: plot.keyOf(through),
    operation: plot.operation(),
    iat: 0,
  })
  return {
    hops: [
      { ...hop(through), ...inner },
      { ...hop(plot.honest()), ...outer },
    ],
  }
}

/** A chain that was addressed to somebody else, continued by a corrupted service. */
export const continueTheirs: Tactic = plot => {
  const base = plot.sighting(({ to: addressee }) => !plot.isCorrupted(addressee))
  const by = plot.corrupted()
  return base && { base, hops: [lawfulHop(plot, by, plot.honest())] }
}

/** A hop in the name of an honest service, signed with whatever key there is. */
export const impersonate: Tactic = plot => {
  const { random } = plot
  const base = random.chance(0.6) ? plot.sighting(({ to: addressee }) => !plot.isCorrupted(addressee)) : undefined
  const by = base?.to ?? plot.honest()
  const holder = plot.corrupted()
  const names = random.weigh<Partial<HopPlan>>([
    [3, { kid: by }],
    [4, {}],
    [1, { kid: plot.anybody() }],
  ])
  const key = random.chance(0.9) ? plot.keyOf(holder) : ('stranger' as const)
  const hop = { ...lawfulHop(plot, by, plot.honest()), key, ...names }
  return { base, initial: plot.initial(), hops: [hop] }
}

/** What is inside a chain, without what is around it, with a secret that fits or does not. */
export const presentInner: Tactic = plot => {
  const base = plot.sighting(({ hop, to: addressee }) => hop >= 0 && !plot.isCorrupted(addressee))
  const other = plot.sighting()
  if (base === undefined || other === undefined) return undefined
  const secret = plot.random.weigh<Present['secret']>([
    [4, 'random'],
    [2, toReference(other)],
    [1, 'loose'],
  ])
  return { base, secret, delivery: to(base) }
}

/** An initial token that no receiver takes, or a stolen one. */
export const bringUser: Tactic = plot => {
  const { random } = plot
  const stolen = plot.sighting()
  const user = random.below(4)
  const initial = random.weigh<InitialPlan>([
    [6, { kind: 'jwt', user, flaw: random.pick(JWT_FLAWS) }],
    [2, { kind: 'user', user, flaw: random.pick(['iss', 'date'] as const) }],
    [2, { kind: random.pick(['jwt', 'user'] as const), user, life: random.between(-20, 10) }],
    [1, { kind: 'token' }],
  ])
  const by = plot.corrupted()
  const hop = lawfulHop(plot, by, plot.honest())
  const outlives = random.chance(0.5) ? { iat: 0, life: random.between(1, 300) } : {}
  const header = initial.kind === 'token' ? { header: { cty: 'token' } } : {}
  const edits = stolen && random.chance(0.3) ? [{ edit: 'steal' as const, from: toReference(stolen) }] : []
  return { initial, edits, hops: [{ ...hop, ...outlives, ...header }] }
}

/** No presentation, or hardly one. */
export const babble: Tactic = plot => {
  const base = plot.sighting(({ to: addressee }) => !plot.isCorrupted(addressee))
  return base && { base, garble: plot.random.pick(GARBLES), delivery: to(base) }
}

export function toReference({ move, hop }: Reference): Reference {
  return { move, hop }
}

function to(sighting: { readonly to: number }): Partial<Delivery> {
  return { to: sighting.to }
}
