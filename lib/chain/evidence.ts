import type { InitialToken } from '../model/frame.js'
import type { PolicyInput } from '../model/policy.js'
import type { UnverifiedHop } from './presentation.js'

/**
 * How far the verification of one call has come, for whoever reports it: what may be said of a refused call depends on what
 * was verified before it was refused. `unwrap` fills it in and decides nothing by it.
 */
export interface Evidence {
  /** The hops as they came, newest first: read, not believed. */
  hops?: readonly UnverifiedHop[]
  /**
   * `caller`: the newest hop is signed by the service that it names, and is addressed to us. `stack`: so is every hop behind
   * it, custody and times hold.
   */
  verified?: 'caller' | 'stack'
  /** What the chain began with, verified; undefined for a job. */
  initialToken?: InitialToken | undefined
  /** What the policy was asked. */
  policyInput?: PolicyInput
}
