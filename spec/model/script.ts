import { drawCast } from './cast.js'
import type { Script } from './episode.js'
import { type Leg, type Move, REGISTRATION_KINDS } from './moves.js'
import { Plot } from './plot.js'
import type { Present } from './present.js'
import { Random } from './random.js'
import {
  babble,
  begin,
  beginLong,
  bringUser,
  continueOurs,
  continueTheirs,
  type Draft,
  deliverWithheld,
  impersonate,
  layer,
  presentInner,
  replay,
  type Tactic,
} from './tactics.js'
import { forge, race, readdress, recombine, type Twist, tamper, unseal, wrap } from './twists.js'

const MOVES = 800
const FIRST_TRANSACTIONS = 5

const TACTICS: readonly (readonly [weight: number, choice: readonly [name: string, tactic: Tactic]])[] = [
  [7, ['deliver', deliverWithheld]],
  [10, ['replay', replay]],
  [22, ['continue', continueOurs]],
  [12, ['begin', begin]],
  [5, ['begin long', beginLong]],
  [3, ['layer', layer]],
  [12, ['steal', continueTheirs]],
  [12, ['impersonate', impersonate]],
  [10, ['inner', presentInner]],
  [7, ['user', bringUser]],
  [3, ['babble', babble]],
]

const TWISTS: readonly (readonly [weight: number, choice: Twist])[] = [
  [5, readdress],
  [6, recombine],
  [6, tamper],
  [10, forge],
  [2, unseal],
  [4, wrap],
  [1, race],
]

/** Draws an episode: the same for the same seed and number. */
export function drawScript(seed: string, number: number): Script {
  const random = new Random(`${seed} ${number}`)
  const cast = drawCast(random)
  const plot = new Plot(cast, random)
  const moves: Move[] = []
  while (moves.length < MOVES) {
    const move = moves.length
    const draw = move < FIRST_TRANSACTIONS ? drawTransaction : drawMove(plot)
    moves.push(draw(plot, move))
  }
  return { seed, number, cast, moves }
}

function drawMove({ random, isDown }: Plot): (plot: Plot, move: number) => Move {
  return random.weigh([
    [330, drawPresent],
    [36, drawTransaction],
    [16, drawStep],
    [8, drawPublish],
    [4, drawRevoke],
    [3, drawRestart],
    [isDown ? 16 : 1, drawOutage],
  ])
}

function drawTransaction(plot: Plot, move: number): Move {
  const { random } = plot
  const origin = plot.anybody()
  const length = random.weigh([
    [3, 1],
    [4, 2],
    [4, 3],
    [2, 4],
    [1, 5],
    [1, 6],
  ])
  const legs = Array.from({ length }, () => plot.leg(plot.anybody()))
  const withheld = random.chance(0.35)
  for (const [hop, leg] of legs.entries()) {
    const { to, tapped } = leg
    const from = legs[hop - 1]?.to ?? origin
    plot.sightings.push({ move, hop, at: plot.time, from, to, tapped, withheld: withheld && hop + 1 === length })
  }
  return { kind: 'transact', move, origin, initial: plot.initial(), legs, withheld }
}

/**
 * Mostly moments; now and then just so long that something is nearly over, or all of it. Seldom the clock is set ahead for a
 * while, and then back again.
 */
function drawStep(plot: Plot, move: number): Move {
  const { random } = plot
  const ahead = random.between(75, 200)
  const isTrip = plot.ahead === 0 && random.chance(0.08)
  const seconds = isTrip
    ? ahead
    : plot.ahead > 0
      ? random.between(0, 20) - plot.ahead
      : random.weigh([
          [10, random.between(1, 3)],
          [3, random.between(4, 14)],
          [3, random.between(55, 80)],
          [1, random.between(140, 320)],
        ])
  plot.ahead = isTrip ? ahead : 0
  plot.time += seconds
  return { kind: 'step', move, seconds }
}

function drawRestart({ random, cast }: Plot, move: number): Move {
  return { kind: 'restart', move, role: random.below(cast.roles.length), instance: random.below(2) }
}

function drawOutage(plot: Plot, move: number): Move {
  plot.isDown = !plot.isDown
  return { kind: 'outage', move, isDown: plot.isDown }
}

function drawPublish(plot: Plot, move: number): Move {
  const as = plot.corrupted()
  const victim = plot.random.pick([...plot.cast.roles.keys()].filter(at => at !== as))
  const registration = plot.random.chance(0.3) ? 'own' : plot.random.pick(REGISTRATION_KINDS)
  plot.published.push({ move, as })
  return { kind: 'publish', move, as, registration, victim }
}

/** Seldom the first key: nothing of its service is accepted any more after that. */
function drawRevoke(plot: Plot, move: number): Move {
  const own = plot.published.length > 0 ? plot.random.pick(plot.published) : undefined
  if (own === undefined) return drawPublish(plot, move)
  if (plot.random.chance(0.04)) return { kind: 'revoke', move, as: plot.corrupted() }
  return { kind: 'revoke', move, as: own.as, published: own.move }
}

function drawPresent(plot: Plot, move: number): Present {
  const { random } = plot
  const [tactic, draw] = random.weigh(TACTICS)
  const twists = Array.from(
    {
      length: random.weigh([
        [5, 0],
        [18, 1],
        [10, 2],
      ]),
    },
    () => random.weigh(TWISTS),
  )
  const draft = twists.reduce<Draft>((twisted, twist) => twist(twisted, plot), draw(plot) ?? begin(plot) ?? {})
  const delivery = {
    instance: random.below(2),
    streamed: false,
    binding: 'none',
    late: random.chance(0.2),
    ...draft.delivery,
  } as const
  const next: Leg | undefined = random.chance(0.3) ? plot.leg(plot.anybody()) : undefined
  return { edits: [], hops: [], secret: 'right', race: false, ...draft, kind: 'present', move, tactic, delivery, next }
}
