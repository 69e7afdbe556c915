import { playEpisode, type Violation } from './episode.js'
import type { Move } from './moves.js'
import type { Subject } from './subject.js'

const SILENT = { traffic: () => undefined, attack: () => undefined }

/** Makes a script that violates the theorem smaller, as long as it still violates the same property: moves first, then their parts. */
export async function shrink(violation: Violation, subject: Subject): Promise<Violation> {
  const property = propertyOf(violation)
  const attempt = async (moves: readonly Move[]): Promise<Violation | undefined> => {
    return await playEpisode({ ...violation.script, moves }, subject, SILENT, property)
  }
  const upTo = violation.script.moves.filter(({ move }) => move <= violation.move)
  let least: Violation = (await attempt(upTo)) ?? violation
  for (let size = Math.ceil(upTo.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    least = await dropRuns(least, size, attempt)
  }
  return await simplify(least, attempt)
}

/** The first property that did not hold. */
export function propertyOf({ reasons }: Violation): string {
  return reasons[0]?.split(':')[0] ?? ''
}

type Attempt = (moves: readonly Move[]) => Promise<Violation | undefined>

/** Leaves out every run of so many moves that is not needed. */
async function dropRuns(violation: Violation, size: number, attempt: Attempt): Promise<Violation> {
  let least = violation
  for (let at = least.script.moves.length - size; at > -size; at -= size) {
    const { moves } = least.script
    least = (await attempt(moves.toSpliced(Math.max(0, at), size))) ?? least
  }
  return least
}

/** Replaces each move by simpler ones while that will do. */
async function simplify(violation: Violation, attempt: Attempt): Promise<Violation> {
  let least = violation
  for (let at = 0; at < least.script.moves.length; at += 1) {
    for (let isSimpler = true; isSimpler; ) {
      isSimpler = false
      const { moves } = least.script
      for (const simpler of simplerThan(moves[at] as Move)) {
        const found = await attempt(moves.with(at, simpler))
        if (found === undefined) continue
        least = found
        isSimpler = true
        break
      }
    }
  }
  return least
}

function* simplerThan(move: Move): Generator<Move> {
  if (move.kind === 'transact') {
    if (move.legs.length > 1) yield { ...move, legs: move.legs.slice(0, -1) }
    if (move.initial.kind !== 'job') yield { ...move, initial: { kind: 'job' } }
  }
  if (move.kind !== 'present') return
  for (const at of move.edits.keys()) yield { ...move, edits: move.edits.toSpliced(at, 1) }
  for (const at of move.hops.keys()) yield { ...move, hops: move.hops.toSpliced(at, 1) }
  if (move.next !== undefined) yield { ...move, next: undefined }
  if (move.race) yield { ...move, race: false }
  if (move.delivery.late) yield { ...move, delivery: { ...move.delivery, late: false } }
}
