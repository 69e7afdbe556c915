import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Policy } from '../../lib/model/policy.js'
import { mustHave, stack } from './verdict.js'

/** A policy that accepts calls of one service alone. */
export const policyFor = (name: string) => mustHave(`{ come-from: [{ app-name: { equal-to: ${name} } }] }`)

/** Whether a policy accepts the calls of a service. */
export const accepts = (policy: Policy, name: string) => policy.evaluate({ callStack: stack(name) }).effect === 'accept'

/** For each spec of the suite that makes it, a folder of its own, and the file of a policy in it. */
export class PolicyFolder {
  path = ''

  constructor() {
    beforeEach(async () => {
      this.path = await mkdtemp(join(tmpdir(), 'policy-'))
    })
    afterEach(() => rm(this.path, { recursive: true }))
  }

  get file(): string {
    return join(this.path, 'cart.yaml')
  }
}
