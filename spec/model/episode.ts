import type { Cast } from './cast.js'
import type { Outcome } from './delivery.js'
import { serviceKey } from './keyring.js'
import type { Move, Revoke } from './moves.js'
import type { Present } from './present.js'
import { playPresent } from './presenting.js'
import type { Subject } from './subject.js'
import { playTraffic } from './traffic.js'
import { World } from './world.js'

/** A cast and what happens to it: data, to be played as often as one likes. */
export interface Script {
  /** From which seed it was drawn, and with which number. */
  readonly seed: string
  readonly number: number
  readonly cast: Cast
  readonly moves: readonly Move[]
}

/** The theorem did not hold. */
export interface Violation {
  readonly script: Script
  readonly move: number
  readonly code: string
  readonly reasons: readonly string[]
}

/** Hears of every outcome. */
export interface Witness {
  /** Of ordinary traffic. */
  traffic(outcome: Outcome): void
  /** Of something that the adversary presented. */
  attack(outcome: Outcome, move: Present): void
}

/** Plays a script against a library, until the end or the first violation: of any property, or of the one that is named. */
export async function playEpisode(
  script: Script,
  subject: Subject,
  witness: Witness,
  property?: string,
): Promise<Violation | undefined> {
  const world = await World.start(script.cast, subject)
  try {
    for (const move of script.moves) {
      for (const outcome of await playMove(move, world)) {
        if (move.kind === 'present') witness.attack(outcome, move)
        else witness.traffic(outcome)
        const { code, violations } = outcome
        const reasons = violations.filter(reason => property === undefined || reason.startsWith(`${property}:`))
        if (reasons.length > 0) return { script, move: move.move, code, reasons }
      }
    }
    return undefined
  } finally {
    await world.stop()
  }
}

async function playMove(move: Move, world: World): Promise<readonly Outcome[]> {
  switch (move.kind) {
    case 'transact':
      return await playTraffic(move, world)
    case 'present':
      return await playPresent(move, world)
    case 'step':
      world.step(move.seconds)
      return []
    case 'publish':
      await world.publish(move)
      return []
    case 'restart':
      await world.restart(world.nameOf(move.role), move.instance)
      return []
    case 'outage':
      world.setRegistryDown(move.isDown)
      return []
    case 'revoke':
      await playRevoke(move, world)
      return []
  }
}

async function playRevoke({ as, published }: Revoke, world: World): Promise<void> {
  const role = world.role(as)
  if (!role?.corrupted) return
  const kid = published === undefined ? serviceKey(role.name, role.algorithm).kid : world.published.get(published)?.kid
  if (kid !== undefined) await world.revoke(role.name, kid)
}
