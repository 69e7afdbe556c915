import fc from 'fast-check'
import type {
  AgeBound,
  ClaimMatcher,
  ClaimMatchers,
  CollectionMatcher,
  FrameMatcher,
  InitialTokenMatcher,
  Literal,
  PolicyDocument,
  Rule,
  RuleList,
  TokenMatcher,
  ValueMatcher,
} from './document.js'
import { BOUNDS, claimNames, literals, operations, patterns, services } from './vocabulary.js'

type Shape<T> = { readonly [K in keyof T]-?: fc.Arbitrary<Exclude<T[K], undefined>> }

/** An object with one to `most` of the keys of a shape. */
function someOf<T extends object>(shape: Shape<T>, most: number): fc.Arbitrary<T> {
  const names = Object.keys(shape) as (keyof T)[]
  const counts = fc.oneof(
    { weight: 2, arbitrary: fc.constant(1) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: most }) },
  )
  return counts
    .chain(count => fc.subarray(names, { minLength: count, maxLength: count }))
    .chain(keys => fc.record(Object.fromEntries(keys.map(key => [key, shape[key]])))) as unknown as fc.Arbitrary<T>
}

const flags = fc.constantFrom(true, false)
const rarely = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    { weight: 3, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary },
  )
const listOf = <T>(arbitrary: fc.Arbitrary<T>, maxLength: number) => fc.array(arbitrary, { minLength: 1, maxLength })

/** Without the keys that are undefined. */
function present<T extends object>(value: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as T
}

function valuesOf(literal: fc.Arbitrary<Literal>): fc.Arbitrary<ValueMatcher> {
  return someOf<ValueMatcher>({ 'equal-to': literal, 'one-of': listOf(literal, 3), matching: patterns }, 2)
}

const collections = someOf<CollectionMatcher>(
  { value: literals, 'one-of': listOf(literals, 3), 'all-of': listOf(literals, 2), only: listOf(literals, 3) },
  2,
)
const claimMatchers: fc.Arbitrary<ClaimMatcher> = someOf<ClaimMatcher>(
  { is: valuesOf(literals), contains: collections },
  2,
)
const claims: fc.Arbitrary<ClaimMatchers> = fc
  .uniqueArray(fc.tuple(claimNames, claimMatchers), { minLength: 1, maxLength: 2, selector: ([name]) => name })
  .map(entries => Object.fromEntries(entries))

const ageBounds: fc.Arbitrary<AgeBound> = fc.record({ seconds: fc.constantFrom(...BOUNDS) })

const initialTokens = someOf<InitialTokenMatcher>(
  {
    'where-issuer-is': valuesOf(literals),
    'where-scope-contains': collections,
    'where-audience-contains': collections,
    'where-authenticated-within': ageBounds,
    'where-issued-within': ageBounds,
    'where-claim': claims,
  },
  2,
)

const appNames = valuesOf(services)
const conditions = { 'via-operation': rarely(valuesOf(operations)), 'where-claim': rarely(claims) }

/** A frame matcher for exactly one frame, as `come-through` and `originate-from` take it. */
const oneFrames: fc.Arbitrary<FrameMatcher> = fc
  .oneof(
    { weight: 3, arbitrary: fc.record({ 'app-name': appNames, 'any-app': rarely(fc.constant(false)), ...conditions }) },
    { weight: 1, arbitrary: fc.record({ 'any-app': fc.constant(true), ...conditions }) },
  )
  .map(matcher => present<FrameMatcher>(matcher))

const anyNumbers: fc.Arbitrary<FrameMatcher> = fc
  .record({
    'any-number-of-apps': fc.constant(true),
    'any-app': rarely(fc.constant(false)),
    optional: rarely(fc.constant(false)),
  })
  .map(matcher => present<FrameMatcher>(matcher))

const frames: fc.Arbitrary<FrameMatcher> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .tuple(oneFrames, fc.record({ optional: rarely(flags), 'any-number-of-apps': rarely(fc.constant(false)) }))
      .map(([matcher, others]) => present<FrameMatcher>({ ...matcher, ...others })),
  },
  { weight: 1, arbitrary: anyNumbers },
)

/** A flag that is false is nothing: where it stands alone, or says the opposite of its neighbour, make it something. */
function settle(matcher: TokenMatcher): TokenMatcher {
  const { 'have-no-initial-token': none, ...others } = matcher
  if (none === undefined) return matcher
  if (Object.keys(others).every(key => key === 'or')) return { ...others, 'have-no-initial-token': true }
  return others['have-initial-token'] === undefined ? matcher : { ...others, 'have-no-initial-token': false }
}

const tokenKeys = someOf<Omit<TokenMatcher, 'or'>>(
  {
    'have-operation': valuesOf(operations),
    'have-claim': claims,
    'have-initial-token': initialTokens,
    'have-no-initial-token': fc.oneof(
      { weight: 3, arbitrary: fc.constant(true) },
      { weight: 1, arbitrary: fc.constant(false) },
    ),
    'come-from': listOf(frames, 4),
    'come-through': listOf(oneFrames, 3),
    'originate-from': oneFrames,
    'have-at-most': fc.record({ apps: fc.integer({ min: 1, max: 4 }) }),
  },
  3,
)

const { tokens } = fc.letrec<{ tokens: TokenMatcher }>(tie => ({
  tokens: fc
    .tuple(tokenKeys, rarely(tie('tokens')))
    .map(([keys, or]) => settle(present<TokenMatcher>({ ...keys, or }))),
}))

const names = rarely(fc.constantFrom('users', 'n', '3', 'no: list # here', '\u{1f600}\u2028', 'x'.repeat(100)))

const rules: fc.Arbitrary<Rule> = fc
  .tuple(
    fc.record({ name: names, because: names }),
    fc.oneof(
      { weight: 1, arbitrary: fc.record({ 'any-token': fc.constant(true) }) },
      { weight: 3, arbitrary: fc.record({ 'tokens-that': tokens, 'any-token': rarely(fc.constant(false)) }) },
    ),
    fc.oneof(
      { weight: 4, arbitrary: fc.record({ must: tokens, 'must-be-rejected': rarely(fc.constant(false)) }) },
      { weight: 1, arbitrary: fc.record({ 'must-be-rejected': fc.constant(true) }) },
    ),
  )
  .map(([texts, condition, consequence]) => present<Rule>({ ...texts, ...condition, ...consequence }))

const lists: fc.Arbitrary<RuleList> = fc
  .record({
    name: names,
    'enforce-the-first-matching-rule': listOf(rules, 3),
    otherwise: fc.constantFrom(undefined, 'accept' as const),
  })
  .map(list => present<RuleList>(list))

/** Policies over the whole language, every one of which loads. */
export const policies: fc.Arbitrary<PolicyDocument> = fc
  .oneof({ weight: 2, arbitrary: listOf(lists, 1) }, { weight: 1, arbitrary: listOf(lists, 3) })
  .map(all => ({ 'for-each-of-the-following': all }))
