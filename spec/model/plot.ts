import { type Cast, OPERATIONS, type Operation } from './cast.js'
import type { Binding, InitialPlan, Leg, Reference } from './moves.js'
import type { KeyPlan } from './present.js'
import type { Random } from './random.js'

/** A presentation that the adversary may come to know: made when, by whom, for whom. */
export interface Sighting extends Reference {
  readonly at: number
  readonly from: number
  readonly to: number
  readonly tapped: boolean
  /** It did not reach its addressee. */
  readonly withheld: boolean
}

/** What whoever draws a script keeps in mind. Nothing has happened yet: he draws, others play. */
export class Plot {
  /** Seconds since the beginning. */
  time = 0
  /** By how much the clock was set ahead for a while, in seconds. */
  ahead = 0
  /** Whether the registry does not answer. */
  isDown = false
  readonly sightings: Sighting[] = []
  /** Moves that publish a key of a corrupted service, by that service. */
  readonly published: { readonly move: number; readonly as: number }[] = []

  constructor(
    readonly cast: Cast,
    readonly random: Random,
  ) {}

  /** Somebody, of the cast. */
  anybody(): number {
    return this.random.below(this.cast.roles.length)
  }

  /** Somebody whose keys the adversary holds; now and then, and where there is nobody, the stranger. */
  corrupted(): number {
    const held = this.#positions(true)
    return held.length === 0 || this.random.chance(0.02) ? this.cast.roles.length : this.random.pick(held)
  }

  honest(): number {
    return this.random.pick(this.#positions(false))
  }

  isCorrupted(at: number): boolean {
    return this.cast.roles[at]?.corrupted === true
  }

  /** The key that somebody of the adversary's signs with: mostly his first. */
  keyOf(at: number): KeyPlan {
    const own = this.published.filter(({ as }) => as === at)
    if (own.length > 0 && this.random.chance(0.2)) return { published: this.random.pick(own).move }
    return this.isCorrupted(at) ? { of: at } : 'stranger'
  }

  /** Something that the adversary may have seen, rather of late. */
  sighting(fits: (sighting: Sighting) => boolean = () => true): Sighting | undefined {
    const fitting = this.sightings.filter(fits)
    if (fitting.length === 0) return undefined
    return this.random.chance(0.75) ? this.random.pick(fitting.slice(-6)) : this.random.pick(fitting)
  }

  /** A chain that the adversary may lawfully continue: addressed to a service that he holds, and not too old. */
  ours(): Sighting | undefined {
    return this.sighting(({ to, at, withheld }) => this.isCorrupted(to) && !withheld && this.time - at < 280)
  }

  operation(): Operation {
    return this.random.pick(OPERATIONS)
  }

  binding(probability = 0.35): Binding | undefined {
    if (!this.random.chance(probability)) return undefined
    return { request: this.random.below(5), streamed: this.random.chance(0.25) }
  }

  initial(): InitialPlan {
    const { random } = this
    const life = random.chance(0.15) ? random.between(10, 90) : undefined
    const user = random.below(4)
    return random.weigh<InitialPlan>([
      [5, { kind: 'job' }],
      [4, { kind: 'user', user, life }],
      [2, { kind: 'jwt', user, life }],
    ])
  }

  leg(to: number): Leg {
    const { random } = this
    return {
      to,
      operation: this.operation(),
      bind: this.binding(),
      claims: random.chance(0.3) ? random.below(2) : undefined,
      life: random.chance(0.1) ? random.between(5, 120) : undefined,
      tapped: random.chance(0.7),
    }
  }

  #positions(corrupted: boolean): readonly number[] {
    return [...this.cast.roles.keys()].filter(at => this.isCorrupted(at) === corrupted)
  }
}
