import { readdirSync, readFileSync } from 'node:fs'
import { expect } from 'chai'
import fc from 'fast-check'
import { parse } from 'yaml'
import { externalData } from '../external-data.js'
import { decide, demandAgreement, policiesFor, Tally } from './comparison.js'
import { KEYS, type PolicyDocument, type TokenMatcher } from './document.js'
import { type Effect, Evaluator } from './evaluator.js'
import { cases, seedOfRun } from './generator.js'

const PAIRS = 50_000
const LEAST_SHARE = 0.2
const LEAST_PER_KEY = 100
const examples = new URL('../../policies/', import.meta.url)
const percent = (share: number) => `${(100 * share).toFixed(1)} %`

/** A line of the policy cases: other people's policies and calls, with what they expect. */
interface ForeignCase {
  readonly id: string
  readonly policy: PolicyDocument
  readonly initialTokenClaims: object | null
  readonly callStack: readonly { readonly app: string; readonly claims: { readonly op?: string } }[]
  readonly expected: Effect | 'refused-at-load'
}

/** An expected decision beside a policy in `policies/`. Rules are numbers, `none` or `otherwise`, one for each list asked. */
interface Example {
  readonly title: string
  readonly stack: readonly object[]
  readonly 'initial-token'?: object
  readonly now?: number
  readonly effect: Effect
  readonly rules: readonly (number | 'none' | 'otherwise')[]
}

describe('the policy language, read a second time from its documentation', () => {
  it('says the same of every generated policy and call', function () {
    this.timeout(240_000)
    const seed = seedOfRun()
    const tally = new Tally()
    const property = fc.property(cases, each => {
      for (const pair of decide(each)) {
        demandAgreement(pair, new Evaluator())
        tally.add(pair)
      }
    })
    fc.assert(property, { seed, numRuns: policiesFor(PAIRS) })
    const { pairs, shareAccepted: accepted, asked, mattered } = tally
    const shares = `${percent(accepted)} accepted, ${percent(1 - accepted)} rejected`
    process.stderr.write(`    ${pairs} pairs of policy and call agree: ${shares}, seed ${seed}\n`)
    expect(pairs).to.be.at.least(PAIRS)
    expect(Math.min(accepted, 1 - accepted)).to.be.at.least(LEAST_SHARE)
    const rare = (counts: ReadonlyMap<string, number>) => KEYS.filter(key => (counts.get(key) ?? 0) < LEAST_PER_KEY)
    expect(rare(asked), 'keys that were hardly asked').to.deep.equal([])
    expect(rare(mattered), 'keys that hardly mattered').to.deep.equal([])
  })

  it('says the same at the limits of a call', () => {
    const texts: PolicyDocument = onlyRule({ 'have-operation': { matching: 'x*' } })
    const stacks: PolicyDocument = onlyRule({ 'come-from': [{ 'any-number-of-apps': true }] })
    const frame = { service: 'shop', operation: 'read' }
    const hole = Array<string>(2)
    hole[0] = 'north'
    const inputs = [
      ...[8192, 8193].map(length => ({ callStack: [{ ...frame, operation: 'x'.repeat(length) }] })),
      ...[0, 1, 1024, 1025].map(length => ({ callStack: Array(length).fill(frame) })),
      ...[[], () => 0, new Date(0), Object.create(null), hole].map(claims => ({ callStack: [{ ...frame, claims }] })),
      ...[[], Object.assign([], { claims: {} }), 0, ''].map(initialToken => ({ callStack: [frame], initialToken })),
      ...[undefined, null, 3, [], {}, { callStack: {} }, { callStack: [null] }, { callStack: [[]] }],
      { callStack: [frame, undefined] },
      { callStack: [{ operation: 'read' }] },
    ]
    const only = onlyRule({ 'have-claim': { region: { contains: { only: ['north'] } } } })
    const holed = [{ callStack: [{ ...frame, claims: { region: hole } }] }]
    const pairs = [
      ...[texts, stacks].flatMap(policy => decide({ policy, inputs })),
      ...decide({ policy: only, inputs: holed }),
      ...decide({ policy: stacks, inputs: [unreadable()] }),
    ]
    for (const pair of pairs) demandAgreement(pair, new Evaluator())
    expect(new Set(pairs.map(({ decided }) => decided.effect)).size).to.equal(2)
  })

  for (const file of readdirSync(examples).filter(name => name.endsWith('.decisions.yaml'))) {
    it(`decides as ${file} expects`, () => {
      const policy: PolicyDocument = parse(readFileSync(new URL(file.replace('.decisions', ''), examples), 'utf8'))
      const expected: readonly Example[] = parse(readFileSync(new URL(file, examples), 'utf8'))
      for (const { title, stack, 'initial-token': claims, now, effect, rules } of expected) {
        const judged = new Evaluator().judge(policy, { callStack: stack, initialToken: claims && { claims }, now })
        const without = judged.effect === 'accept' ? 'otherwise' : 'none'
        expect(judged.effect, title).to.equal(effect)
        expect(
          judged.lists.map(({ rule }) => rule?.index ?? without),
          title,
        ).to.deep.equal(rules)
      }
    })
  }

  it('decides as the policy cases expect', function () {
    const lines = readFileSync(externalData(this, 'COUNTERSIGN_POLICY_CASES'), 'utf8').trim().split('\n')
    const all = lines.map((line): ForeignCase => JSON.parse(line))
    const judged = all.filter(({ expected }) => expected !== 'refused-at-load')
    const wrong = judged.filter(({ policy, initialTokenClaims, callStack, expected }) => {
      const frames = callStack.map(({ app, claims }) => ({ service: app, operation: claims.op, claims }))
      const initialToken = initialTokenClaims && { claims: initialTokenClaims }
      return new Evaluator().judge(policy, { callStack: frames, initialToken }).effect !== expected
    })
    expect(judged).to.have.length.greaterThan(300)
    expect(wrong.map(({ id }) => id)).to.deep.equal([])
  })
})

function onlyRule(must: TokenMatcher): PolicyDocument {
  return { 'for-each-of-the-following': [{ 'enforce-the-first-matching-rule': [{ 'any-token': true, must }] }] }
}

/** An input that throws when it is read. */
function unreadable(): object {
  return {
    get callStack(): never {
      throw new Error('unreadable')
    },
  }
}
