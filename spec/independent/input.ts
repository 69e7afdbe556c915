import fc from 'fast-check'
import { claimNames, literals, operations, services } from './vocabulary.js'

// Calls from nowhere: no policy in mind.

export type Claims = Readonly<Record<string, unknown>>

/** Fields may be of a wrong type: that is for the policy to find out. */
export interface Frame {
  readonly service: unknown
  readonly operation: unknown
  readonly claims?: unknown
}

export interface Input {
  readonly callStack: readonly Frame[]
  readonly initialToken?: { readonly claims: Claims } | null | undefined
  readonly now?: unknown
}

/** Elements of lists and claims: mostly what a matcher could be after. */
export const elements: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 8, arbitrary: literals },
  { weight: 1, arbitrary: fc.constantFrom(null, undefined, ['north'], { value: 'north' }, [], {}) },
)
export const claimValues: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 2, arbitrary: elements },
  { weight: 1, arbitrary: fc.array(elements, { maxLength: 3 }) },
)
export const claims: fc.Arbitrary<Claims> = fc
  .array(fc.tuple(claimNames, claimValues), { maxLength: 3 })
  .map(entries => Object.fromEntries(entries))

export const anyFrames: fc.Arbitrary<Frame> = fc.record({ service: services, operation: operations, claims })
