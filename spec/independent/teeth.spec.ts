import { expect } from 'chai'
import fc from 'fast-check'
import { decide, demandAgreement, differ, type Pair, policiesFor } from './comparison.js'
import { Evaluator } from './evaluator.js'
import { cases, seedOfRun } from './generator.js'
import { VARIANTS } from './variants.js'

const PAIRS = 50_000

describe('the comparison of two readings of the policy language', () => {
  let pairs: readonly Pair[] = []

  before(function () {
    this.timeout(120_000)
    pairs = fc.sample(cases, { seed: seedOfRun(), numRuns: policiesFor(PAIRS) }).flatMap(decide)
  })

  it('sees no difference where there is none', () => {
    expect(pairs.filter(({ policy, input, decided }) => differ(new Evaluator().judge(policy, input), decided))).to.be
      .empty
  })

  for (const [name, Variant] of VARIANTS) {
    it(`notices a reading where ${name}`, () => {
      const noticed = pairs.find(
        ({ policy, input, decided }) => new Variant().judge(policy, input).effect !== decided.effect,
      )
      expect(noticed).not.to.equal(undefined)
      if (noticed !== undefined) expect(() => demandAgreement(noticed, new Variant())).to.throw('library says')
    })
  }
})
