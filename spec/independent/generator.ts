import fc from 'fast-check'
import type { PolicyDocument } from './document.js'
import { inputsOf } from './input-generator.js'
import { policies } from './policy-generator.js'

/** A policy that loads, and calls for it to decide. */
export interface Case {
  readonly policy: PolicyDocument
  readonly inputs: readonly unknown[]
}

export const INPUTS_PER_POLICY = 10

/** Seeded by whoever runs it; shrinks to a small policy and small inputs. */
export const cases: fc.Arbitrary<Case> = policies.chain(policy =>
  fc.record({
    policy: fc.constant(policy),
    inputs: fc.array(inputsOf(policy), { minLength: INPUTS_PER_POLICY, maxLength: INPUTS_PER_POLICY }),
  }),
)

/** The seed of a run: COUNTERSIGN_SEED, or always the same. */
export function seedOfRun(): number {
  const seed = Number(process.env.COUNTERSIGN_SEED ?? 20_250_101)
  if (!Number.isSafeInteger(seed)) throw new TypeError('COUNTERSIGN_SEED is no whole number')
  return seed
}
