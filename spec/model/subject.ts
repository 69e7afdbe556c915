import type * as lib from '../../lib/index.js'
import { FEW, type PolicyName } from './cast.js'

/** The library under attack: the real one, or a weakened copy. */
export type Library = Pick<typeof lib, 'Service' | 'MemoryRegistry' | 'MemoryReplayStore' | 'parsePolicy' | 'jwtIssuer'>

/** A library, and the policies that it made of the same texts. */
export interface Subject {
  readonly library: Library
  policy(name: PolicyName, first: string): lib.Policy | undefined
}

/** Prepares a library to be attacked. */
export function toSubject(library: Library): Subject {
  const policies = new Map<string, lib.Policy>()
  return {
    library,
    policy(name, first) {
      if (name === 'absent') return undefined
      const text = write(name, first)
      const policy = policies.get(text) ?? library.parsePolicy(text)
      policies.set(text, policy)
      return policy
    },
  }
}

function write(name: Exclude<PolicyName, 'absent'>, first: string): string {
  const must = {
    any: { 'come-from': [{ 'any-number-of-apps': true }] },
    few: { 'have-at-most': { apps: FEW } },
    origin: { 'originate-from': { 'app-name': { 'equal-to': first } } },
    anonymous: { 'have-no-initial-token': true },
  }[name]
  // JSON is YAML.
  const list = { 'enforce-the-first-matching-rule': [{ 'any-token': true, must }] }
  return JSON.stringify({ 'for-each-of-the-following': [list] })
}
