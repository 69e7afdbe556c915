import type { VerifiedCall } from '../../lib/index.js'
import { dissect } from '../forge/dissection.js'
import {
  objectToAudience,
  objectToBounds,
  objectToCustody,
  objectToDemand,
  objectToOperation,
  objectToRequest,
  objectToSeal,
  objectToSecret,
  objectToShape,
} from './address-oracle.js'
import { objectToForgery, objectToKeys } from './key-oracle.js'
import type { Case, Objection, Occasion } from './occasion.js'
import { isReported } from './report-oracle.js'
import { objectToAge, objectToTimes } from './time-oracle.js'
import { objectToPolicy, objectToUser } from './user-oracle.js'
import type { World } from './world.js'

// The theorem, cheap conditions first. Written from docs/wire-format.md alone: nothing of lib/ is used to judge lib/.
const OBJECTIONS: readonly (readonly [property: string, objection: Objection])[] = [
  ['bounded', objectToBounds],
  ['shaped', objectToShape],
  ['mine', objectToAudience],
  ['custody', objectToCustody],
  ['timely', objectToTimes],
  ['fresh', objectToAge],
  ['sealed', objectToSecret],
  ['opened', objectToSeal],
  ['asked', objectToOperation],
  ['demanded', objectToDemand],
  ['bound', objectToRequest],
  ['user', objectToUser],
  ['permitted', objectToPolicy],
  ['once', objectToSecondTime],
  ['minted', objectToForgery],
  ['attributed', objectToKeys],
]

/**
 * Why a receiver should not have accepted a presentation, or must not: `property: reason` each. With the call that it
 * accepted all of them, and whether the call tells the truth; without one, the first that is found.
 */
export function objections(occasion: Occasion, world: World, call?: VerifiedCall): readonly string[] {
  const { presentation } = occasion
  if (typeof presentation !== 'string') return ['bounded: no text']
  const parts = dissect(presentation)
  const [newest, origin] = [parts.hops[0], parts.hops.at(-1)]
  if (newest === undefined || origin === undefined) return ['shaped: no hop']
  const now = world.nowOf(occasion.instance.role)
  const isAccepted = call !== undefined
  // What is refused is judged by the truth, what is accepted by what the receiver could know.
  const findPlace: Case['findPlace'] = (service, kid) =>
    isAccepted ? world.believable(service, kid) : world.places.find(service, kid)
  const seen: Case = { ...occasion, world, parts, newest, origin, now, isAccepted, findPlace }
  const found: string[] = []
  for (const [property, objection] of OBJECTIONS) {
    const reason = objection(seen)
    if (reason !== undefined) found.push(`${property}: ${reason}`)
    if (reason !== undefined && call === undefined) return found
  }
  if (call === undefined) return found
  const untruth = isReported(seen, call) ? [] : ['reported: the call is not what was presented']
  world.accepted.add(seen.instance.store, newest)
  return [...found, ...untruth]
}

/**
 * Invariant 12. A store knows a seal and for how long its operation needs that; a corrupted service that signs something else under
 * an old one has made another hop, which may be refused, or accepted when the first is forgotten.
 */
function objectToSecondTime({ world, instance: { store }, newest, isAccepted }: Case): string | undefined {
  const { accepted } = world
  const isKnown = isAccepted ? accepted.has(store, newest) : accepted.hasSealOf(store, newest)
  return isKnown ? 'accepted a second time' : undefined
}
