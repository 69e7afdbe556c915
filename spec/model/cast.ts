import type { ForgedAlgorithm } from '../forge/key.js'
import type { Random } from './random.js'

/** What a receiver's policy demands; `absent`: it has none, and refuses every call. */
export type PolicyName = 'any' | 'few' | 'origin' | 'anonymous' | 'absent'

/** A service of the model. */
export interface Role {
  readonly name: string
  readonly algorithm: ForgedAlgorithm
  /** The adversary holds its keys, and does whatever it may do. */
  readonly corrupted: boolean
  /** Origins that may bring a user. */
  readonly edges: readonly string[]
  /** The kinds of initial token that it takes. */
  readonly accepts: 'user' | 'jwt' | 'both'
  readonly policy: PolicyName
  readonly depthHops: number
  /** Instances, each with a key of its own. */
  readonly instances: 1 | 2
  /** Whether they remember presentations together, or each for itself. */
  readonly replay: 'shared' | 'separate'
  /** How far its clock is ahead, in seconds. */
  readonly clockOffset: number
  /** Look-ups of unknown keys in a second. */
  readonly lookups: number
}

/** Who takes part, and what all of them know. */
export interface Cast {
  readonly skewSeconds: number
  readonly roles: readonly Role[]
}

/** A name that nobody has registered. */
export const STRANGER = 'mallory'
export const OPERATIONS = ['order', 'pay', 'queue'] as const
export type Operation = (typeof OPERATIONS)[number]

/** For how long a presentation for an operation is fresh. */
export const FRESH_SECONDS = { order: 60, pay: 60, queue: 150 } as const
/** Frames that the policy `few` lets in. */
export const FEW = 3

const NAMES = ['shop', 'cart', 'inventory', 'suppliers', 'billing', 'mailer'] as const

/** Casts four to six services, at least one of which is honest; seldom are all of them. */
export function drawCast(random: Random): Cast {
  const names = NAMES.slice(0, random.between(4, NAMES.length))
  const share = random.pick([0.2, 0.3, 0.4, 0.4, 0.5, 0.6, 0.8])
  const skewSeconds = random.pick([5, 5, 5, 0, 12])
  const roles = names.map(name => drawRole(name, names, random.chance(share), Math.floor(skewSeconds / 2), random))
  const honest = random.below(names.length)
  const held = random.chance(0.05) ? honest : random.below(names.length)
  return {
    skewSeconds,
    roles: roles.map((role, at) => ({ ...role, corrupted: at !== honest && (at === held || role.corrupted) })),
  }
}

function drawRole(name: string, names: readonly string[], corrupted: boolean, mostAhead: number, random: Random): Role {
  return {
    name,
    corrupted,
    algorithm: random.pick(['ES256', 'EdDSA']),
    edges: names.filter((_, at) => at === 0 || random.chance(0.6)),
    accepts: random.pick(['user', 'jwt', 'both', 'both', 'both']),
    policy: random.weigh<PolicyName>([
      [80, 'any'],
      [8, 'few'],
      [6, 'origin'],
      [4, 'anonymous'],
      [2, 'absent'],
    ]),
    clockOffset: random.chance(0.5) ? 0 : random.between(-mostAhead, mostAhead),
    depthHops: random.pick([16, 16, 16, 5]),
    instances: random.pick([1, 2]),
    replay: random.pick(['shared', 'separate']),
    lookups: random.pick([100, 100, 100, 3]),
  }
}
