import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { PolicyInvalid } from '../../lib/errors/policy.js'
import type { JsonObject } from '../../lib/model/json.js'
import { parsePolicy } from '../../lib/policy/parse-policy.js'
import { externalData } from '../external-data.js'

interface PolicyCase {
  readonly id: string
  readonly policy: JsonObject
  readonly initialTokenClaims: JsonObject | null
  readonly callStack: readonly { readonly app: string; readonly claims: JsonObject & { readonly op: string } }[]
  readonly expected: 'accept' | 'reject' | 'refused-at-load'
}

function outcome({ policy, initialTokenClaims, callStack }: PolicyCase): string {
  try {
    return parsePolicy(JSON.stringify(policy)).evaluate({
      callStack: callStack.map(({ app, claims }) => ({ service: app, operation: claims.op, claims })),
      ...(initialTokenClaims && { initialToken: { claims: initialTokenClaims } }),
    }).effect
  } catch (error) {
    if (error instanceof PolicyInvalid) return 'refused-at-load'
    throw error
  }
}

describe('the policy language', () => {
  it('agrees with every policy case', function () {
    const lines = readFileSync(externalData(this, 'COUNTERSIGN_POLICY_CASES'), 'utf8').trim().split('\n')
    const cases: PolicyCase[] = lines.map(line => JSON.parse(line))
    const wrong = cases.filter(each => outcome(each) !== each.expected).map(({ id }) => id)
    expect(cases).to.not.have.length(0)
    expect(wrong).to.deep.equal([])
  })
})
