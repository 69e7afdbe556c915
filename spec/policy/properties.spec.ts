import { expect } from 'chai'
import fc from 'fast-check'
import type { JsonObject, JsonValue } from '../../lib/model/json.js'
import type { PolicyFrame, PolicyInput } from '../../lib/model/policy.js'
import { parsePolicy } from '../../lib/policy/parse-policy.js'

const NAMES = ['a', 'b', 'c', 'a.b', 'axb', 'a|b', 'ab']
const name = fc.constantFrom(...NAMES)
const scalar = fc.constantFrom<JsonValue>('a', 'b', 'x', '', 0, 1, true, false)
const valueMatcher = fc.oneof(
  scalar.map(value => ({ 'equal-to': value })),
  name.map(value => ({ 'equal-to': value })),
  fc.array(name, { minLength: 1, maxLength: 3 }).map(values => ({ 'one-of': values })),
  fc.constantFrom('a.*', '.', 'a|b', '(?i)A').map(pattern => ({ matching: pattern })),
)
const collectionMatcher = fc
  .tuple(fc.constantFrom('one-of', 'all-of', 'only'), fc.array(scalar, { minLength: 1, maxLength: 3 }))
  .map(([key, values]) => ({ [key]: values }))
const claims = fc
  .tuple(fc.constantFrom('t', 'u', 'constructor'), valueMatcher, collectionMatcher, fc.boolean())
  .map(([key, is, contains, value]) => ({ [key]: value ? { is } : { contains } }))
const frameMatcher = fc.oneof(
  fc.constant<JsonObject>({ 'any-number-of-apps': true }),
  fc.boolean().map(optional => ({ 'any-app': true, optional })),
  fc.record(
    { 'app-name': valueMatcher, optional: fc.boolean(), 'via-operation': valueMatcher, 'where-claim': claims },
    { requiredKeys: ['app-name'] },
  ),
)
const comeFrom = fc.array(frameMatcher, { minLength: 1, maxLength: 5 })
const tokenMatcher = fc
  .record(
    {
      'have-operation': valueMatcher,
      'come-from': comeFrom,
      'have-claim': claims,
      'have-initial-token': claims.map(claim => ({ 'where-claim': claim })),
      'have-at-most': fc.integer({ min: 1, max: 4 }).map(apps => ({ apps })),
    },
    { requiredKeys: [] },
  )
  .map(matcher => (Object.keys(matcher).length > 0 ? matcher : { 'have-at-most': { apps: 2 } }))
const rule = fc.oneof(
  fc.tuple(tokenMatcher, tokenMatcher).map(([condition, must]) => ({ 'tokens-that': condition, must })),
  tokenMatcher.map(condition => ({ 'tokens-that': condition, 'must-be-rejected': true })),
  tokenMatcher.map(must => ({ 'any-token': true, must })),
)
const ruleList = fc.record(
  {
    'enforce-the-first-matching-rule': fc.array(rule, { minLength: 1, maxLength: 4 }),
    otherwise: fc.constant('accept'),
  },
  { requiredKeys: ['enforce-the-first-matching-rule'] },
)
const frame = fc.record({
  service: name,
  operation: fc.constantFrom('a', 'b', 'x'),
  claims: fc.dictionary(fc.constantFrom('t', 'u'), fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }))),
})
const callStack = fc.array(frame, { minLength: 1, maxLength: 6 })
const initialToken = fc.option(
  frame.map(each => ({ claims: each.claims })),
  { nil: undefined },
)

function decide(lists: readonly unknown[], input: unknown): string {
  const text = JSON.stringify({ 'for-each-of-the-following': lists })
  return parsePolicy(text).evaluate(input as PolicyInput).effect
}

/** An evaluator of `come-from` that knows nothing but to try everything. */
function tryEverything(steps: readonly JsonObject[], frames: readonly PolicyFrame[]): boolean {
  const [step, ...rest] = steps
  if (step === undefined) return frames.length === 0
  const takeNone = step['any-number-of-apps'] === true || step.optional === true
  if (takeNone && tryEverything(rest, frames)) return true
  const [first, ...others] = frames
  if (first === undefined) return false
  if (step['any-number-of-apps'] === true) return tryEverything(steps, others)
  const alone = { 'come-through': [{ ...step, optional: undefined }] }
  const list = { 'enforce-the-first-matching-rule': [{ 'any-token': true, must: alone }] }
  return decide([list], { callStack: [first] }) === 'accept' && tryEverything(rest, others)
}

describe('evaluate, on anything', () => {
  it('answers, and never throws', () => {
    fc.assert(
      fc.property(ruleList, fc.anything({ withNullPrototype: true, withSparseArray: true }), (list, input) => {
        expect(decide([list], input)).to.be.oneOf(['accept', 'reject'])
      }),
    )
    const parts = fc.record({ callStack: fc.array(fc.oneof(frame, fc.anything())), initialToken: fc.anything() })
    fc.assert(
      fc.property(ruleList, parts, (list, input) => {
        expect(decide([list], input)).to.be.oneOf(['accept', 'reject'])
      }),
    )
  })

  it('never accepts what a must-be-rejected rule at the top of a list kept out', () => {
    fc.assert(
      fc.property(ruleList, tokenMatcher, callStack, initialToken, (list, condition, stack, token) => {
        const input = { callStack: stack, initialToken: token }
        const denied = { 'tokens-that': condition, 'must-be-rejected': true }
        const rules = [denied, ...list['enforce-the-first-matching-rule']]
        if (decide([list], input) === 'reject') {
          expect(decide([{ ...list, 'enforce-the-first-matching-rule': rules }], input)).to.equal('reject')
        }
      }),
    )
  })

  it('never accepts more with one more list', () => {
    fc.assert(
      fc.property(ruleList, ruleList, callStack, initialToken, (one, other, stack, token) => {
        const input = { callStack: stack, initialToken: token }
        const both = decide([one], input) === 'accept' && decide([other], input) === 'accept'
        expect(decide([one, other], input)).to.equal(both ? 'accept' : 'reject')
      }),
    )
  })

  it('binds come-from like an evaluator that tries everything', () => {
    fc.assert(
      fc.property(comeFrom, callStack, (steps, stack) => {
        const list = { 'enforce-the-first-matching-rule': [{ 'any-token': true, must: { 'come-from': steps } }] }
        const expected = tryEverything(steps as unknown as JsonObject[], stack)
        expect(decide([list], { callStack: stack })).to.equal(expected ? 'accept' : 'reject')
      }),
      { numRuns: 300 },
    )
  })

  it('never joins names: a stack of n frames needs n frames to match', () => {
    const anything = fc.string({
      minLength: 1,
      unit: fc.constantFrom('a', 'b', '|', '<', ' ', '\n', '.', '/', '\u0000'),
    })
    fc.assert(
      fc.property(fc.array(anything, { minLength: 2, maxLength: 5 }), services => {
        const stack = services.map(service => ({ service, operation: 'x', claims: {} }))
        const joined = ['', '|', ' < ', '/', '\n'].map(separator => services.join(separator))
        const one = { 'app-name': { 'one-of': joined.map(each => each.replaceAll('\0', '0')), matching: '(?s).*' } }
        const list = { 'enforce-the-first-matching-rule': [{ 'any-token': true, must: { 'come-from': [one] } }] }
        expect(decide([list], { callStack: stack })).to.equal('reject')
      }),
    )
  })
})
