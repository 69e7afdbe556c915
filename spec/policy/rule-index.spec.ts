import { expect } from 'chai'
import fc from 'fast-check'
import type { PolicyInput } from '../../lib/model/policy.js'
import { parsePolicy } from '../../lib/policy/parse-policy.js'
import { literalPrefix } from '../../lib/policy/pattern.js'
import { seedOfRun } from '../independent/generator.js'
import { mustHave } from './verdict.js'

const names = ['shop', 'cart', 'cartel', 'web']
const each = (write: (name: string) => string) => names.map(write)
const pattern = (name: string) => `${name}(-[a-z]+)?`

/** Conditions that an index finds by something else each, and some that it cannot find by anything. */
const CONDITIONS = [
  ...each(name => `{ have-operation: { equal-to: ${name} } }`),
  ...each(name => `{ have-operation: { matching: '${pattern(name)}' } }`),
  ...each(name => `{ have-claim: { a: { is: { equal-to: ${name} } } } }`),
  ...each(name => `{ have-claim: { a: { is: { one-of: [${name}, 3, true] } } } }`),
  ...each(name => `{ have-claim: { a: { is: { matching: '${pattern(name)}' } } } }`),
  ...each(name => `{ have-claim: { a: { contains: { value: ${name} } } } }`),
  ...each(name => `{ have-claim: { a: { contains: { one-of: [${name}, 0] } } } }`),
  ...each(name => `{ have-claim: { a: { contains: { all-of: [web, ${name}] } } } }`),
  ...each(name => `{ have-claim: { a: { contains: { only: [${name}, 3] } } } }`),
  ...each(name => `{ have-initial-token: { where-scope-contains: { value: ${name} } } }`),
  ...each(name => `{ have-initial-token: { where-audience-contains: { one-of: [${name}] } } }`),
  ...each(name => `{ have-initial-token: { where-issuer-is: { equal-to: ${name} } } }`),
  ...each(name => `{ have-initial-token: { where-claim: { b: { is: { equal-to: ${name} } } } } }`),
  ...each(name => `{ originate-from: { app-name: { equal-to: ${name} } } }`),
  ...each(name => `{ come-through: [{ app-name: { one-of: [${name}] } }, { any-app: true }] }`),
  ...each(name => `{ come-from: [{ app-name: { equal-to: ${name} } }, { any-number-of-apps: true }] }`),
  ...each(name => `{ come-from: [{ any-number-of-apps: true }, { app-name: { matching: ${name}.* } }] }`),
  ...each(name => `{ come-from: [{ any-app: true }, { app-name: { equal-to: ${name} } }, { any-app: true }] }`),
  ...each(name => `{ come-from: [{ app-name: { equal-to: ${name} }, optional: true }, { any-app: true }] }`),
  ...each(name => `{ have-operation: { equal-to: ${name} }, or: { have-operation: { matching: web.* } } }`),
  ...each(name => `{ have-claim: { a: { is: { equal-to: ${name} } } }, or: { have-operation: { equal-to: web } } }`),
  ...each(name => `{ have-operation: { one-of: [${name}, web] }, have-claim: { a: { is: { equal-to: 3 } } } }`),
  '{ have-no-initial-token: true }',
  '{ have-at-most: { apps: 1 } }',
  '{ have-claim: { a: { is: { matching: ".*t" } } } }',
]

const texts = fc.constantFrom(...names, 'shop-north', 'cart-', 'web shop', '')
const elements = fc.oneof(texts, fc.constantFrom<unknown[]>(3, 0, true, null))
const values = fc.oneof(elements, fc.array(elements, { maxLength: 3 }))
const frames = fc.record({
  service: fc.constantFrom(...names, 'cart-north'),
  operation: texts,
  claims: fc.record({ a: values }),
})
const tokens = fc.record({ claims: fc.record({ scope: values, aud: values, iss: values, b: values }) })
const inputs = fc.record({
  callStack: fc.array(frames, { minLength: 1, maxLength: 3 }),
  initialToken: fc.option(tokens, { nil: undefined }),
}) as fc.Arbitrary<unknown> as fc.Arbitrary<PolicyInput>

// Asked by itself, as what must hold, a condition is not looked for in an index.
const alone = CONDITIONS.map(condition => parsePolicy(mustHave(condition)))

function listOf(conditions: readonly string[]): string {
  const rules = conditions.map(condition => `  - { tokens-that: ${condition}, must-be-rejected: true }\n`)
  return `for-each-of-the-following:\n- otherwise: accept\n  enforce-the-first-matching-rule:\n${rules.join('')}`
}

describe('a list of many rules', () => {
  it('is decided by the first whose condition matches, as if each were asked in turn', function () {
    this.timeout(60_000)
    const positions = fc.array(fc.nat(CONDITIONS.length - 1), { minLength: 1, maxLength: 30 })
    const decided = new Set<number | undefined>()
    const property = fc.property(positions, fc.array(inputs, { minLength: 5, maxLength: 5 }), (chosen, calls) => {
      const policy = parsePolicy(listOf(chosen.map(position => CONDITIONS[position] ?? '')))
      for (const call of calls) {
        const first = chosen.findIndex(position => alone[position]?.evaluate(call).effect === 'accept')
        const { index } = policy.evaluate(call).lists[0]?.rule ?? {}
        expect(index).to.equal(first === -1 ? undefined : first + 1)
        decided.add(first === -1 ? undefined : chosen[first])
      }
    })
    fc.assert(property, { seed: seedOfRun(), numRuns: 1500 })
    expect(decided.size, 'conditions that decided').to.be.above(CONDITIONS.length * 0.9)
  })

  it('asks a rule once, however often the call has what it needs', () => {
    const many = Array.from({ length: 50 }, (_, index) => `v${index}`)
    const condition = `{ have-claim: { a: { contains: { one-of: [${many}] } }, b: { is: { matching: .*x } } } }`
    let reads = 0
    const claims = {
      a: many,
      get b() {
        reads += 1
        return 'y'
      },
    }
    const { effect } = parsePolicy(listOf([condition])).evaluate({
      callStack: [{ service: 's', operation: 'o', claims }],
    })
    expect({ effect, reads }).to.deep.equal({ effect: 'accept', reads: 1 })
  })
})

describe('the literal beginning of a pattern', () => {
  const cases: readonly (readonly [pattern: string, beginning: string])[] = [
    ['shop-north(-\\d+)?', 'shop-north'],
    ['shop', 'shop'],
    ['https://a', 'https://a'],
    ['shops?', 'shop'],
    ['shops*x', 'shop'],
    ['shops+', 'shop'],
    ['shops{0}', 'shop'],
    ['shop\\.x', 'shop'],
    ['shop[st]', 'shop'],
    ['shop.*', 'shop'],
    ['a?b', ''],
    ['shop|cart', ''],
    ['shop(a|b)', ''],
    ['(?i)shop', ''],
    ['.*shop', ''],
    ['^shop', ''],
    ['', ''],
  ]
  for (const [pattern, beginning] of cases) {
    it(`of ${pattern || 'nothing'} is ${beginning || 'none'}`, () => {
      expect(literalPrefix(pattern)).to.equal(beginning)
    })
  }
})
