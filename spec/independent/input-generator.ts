import fc from 'fast-check'
import { accidents } from './accidents.js'
import type {
  AgeBound,
  ClaimMatcher,
  ClaimMatchers,
  CollectionMatcher,
  FrameMatcher,
  InitialTokenMatcher,
  PolicyDocument,
  TokenMatcher,
  ValueMatcher,
} from './document.js'
import { anyFrames, type Claims, claims, claimValues, elements, type Frame, type Input } from './input.js'
import { matchesWhole } from './pattern.js'
import { CANDIDATES, literals, NOW, operations, services } from './vocabulary.js'

/** Values that satisfy a value matcher, or come near. */
function valuesFor({ 'equal-to': literal, 'one-of': some, matching }: ValueMatcher): fc.Arbitrary<unknown> {
  const fitting = CANDIDATES.filter(
    candidate =>
      (literal === undefined || candidate === literal) &&
      (some === undefined || some.includes(candidate)) &&
      (matching === undefined || (typeof candidate === 'string' && matchesWhole(matching, candidate))),
  )
  return fitting.length === 0 ? literals : fc.constantFrom(...fitting)
}

function listsFor({
  value,
  'one-of': some = [],
  'all-of': all = [],
  only,
}: CollectionMatcher): fc.Arbitrary<unknown[]> {
  const needed = [...(value === undefined ? [] : [value]), ...all, ...some.slice(0, 1), ...(only ?? [])]
  const complete = fc.shuffledSubarray(needed, { minLength: needed.length })
  const others = only === undefined ? fc.array(elements, { maxLength: 1 }) : fc.constant([])
  return fc.oneof(
    { weight: 5, arbitrary: fc.tuple(complete, others).map(lists => lists.flat()) },
    { weight: 1, arbitrary: fc.tuple(fc.subarray(needed), others).map(lists => lists.flat()) },
  )
}

function claimFor({ is, contains }: ClaimMatcher): fc.Arbitrary<unknown> {
  if (is !== undefined) return valuesFor(is)
  return contains === undefined ? claimValues : listsFor(contains)
}

function claimsFor(matchers: ClaimMatchers): fc.Arbitrary<Claims> {
  const entries = Object.entries(matchers).map(([name, matcher]) =>
    claimFor(matcher).map(value => [name, value] as const),
  )
  return fc.tuple(claims, ...entries).map(([some, ...fitting]) => ({ ...some, ...Object.fromEntries(fitting) }))
}

function frameFor(matcher: FrameMatcher): fc.Arbitrary<Frame> {
  const { 'app-name': name, 'via-operation': operation, 'where-claim': claim } = matcher
  return fc.record({
    service: name === undefined ? services : valuesFor(name),
    operation: operation === undefined ? operations : valuesFor(operation),
    claims: claim === undefined ? claims : claimsFor(claim),
  })
}

function pieceFor(matcher: FrameMatcher): fc.Arbitrary<readonly Frame[]> {
  if (matcher['any-number-of-apps'] === true) return fc.array(anyFrames, { maxLength: 2 })
  const one = frameFor(matcher).map(frame => [frame])
  return matcher.optional === true ? fc.oneof(one, fc.constant([])) : one
}

/** Texts of scopes and audiences stand for lists, so some lists become texts. */
function textOrList(list: readonly unknown[]): fc.Arbitrary<unknown> {
  return fc.constantFrom(list, list.join(' '), ` ${list.join('  ')} `, list[0])
}

/** Times that are not too long ago, mostly those at an end of what is allowed, or that come near. */
function timesFor({ seconds }: AgeBound): fc.Arbitrary<unknown> {
  const [first, last] = [NOW - seconds, NOW + 5]
  return fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(first, NOW, last) },
    { weight: 1, arbitrary: fc.constantFrom(first - 1, last + 1, NOW - 0.5, String(NOW), [NOW], true, null) },
  )
}

function initialClaimsFor(matcher: InitialTokenMatcher): fc.Arbitrary<Claims> {
  const { 'where-issuer-is': issuer, 'where-scope-contains': scope, 'where-audience-contains': audience } = matcher
  const { 'where-authenticated-within': login, 'where-issued-within': issue } = matcher
  return fc
    .tuple(
      claimsFor(matcher['where-claim'] ?? {}),
      issuer === undefined ? fc.constant({}) : fc.record({ iss: valuesFor(issuer) }),
      scope === undefined ? fc.constant({}) : fc.record({ scope: listsFor(scope).chain(textOrList) }),
      audience === undefined ? fc.constant({}) : fc.record({ aud: listsFor(audience).chain(textOrList) }),
      login === undefined ? fc.constant({}) : fc.record({ auth_time: timesFor(login) }),
      issue === undefined ? fc.constant({}) : fc.record({ iat: timesFor(issue) }),
    )
    .map(parts => Object.assign({}, ...parts))
}

function stackFor(wishes: readonly TokenMatcher[]): fc.Arbitrary<readonly Frame[]> {
  const pieces = wishes.flatMap(wish => {
    const matchers = wish['come-from'] ?? wish['come-through']
    return matchers === undefined ? [] : [matchers.map(pieceFor)]
  })
  const [chosen] = pieces
  if (chosen !== undefined) return fc.tuple(...chosen).map(parts => parts.flat())
  return fc.array(anyFrames, { minLength: 1, maxLength: 4 })
}

/** Lays over some frame of a stack what a matcher wants of it. */
function overlay(frames: readonly Frame[], at: number, wanted: Partial<Frame>): readonly Frame[] {
  const frame = frames.at(at)
  if (frame === undefined) return frames
  const merged = { ...frame, ...wanted, claims: { ...(frame.claims as Claims), ...(wanted.claims as Claims) } }
  return frames.with(at, merged)
}

/** Inputs that go far to satisfy some token matchers together; `or` is left to the caller. */
function inputsFor(wishes: readonly TokenMatcher[]): fc.Arbitrary<Input> {
  const nearest = wishes.flatMap(
    ({ 'have-operation': operation, 'have-claim': claim }): fc.Arbitrary<Partial<Frame>>[] => [
      ...(operation === undefined ? [] : [fc.record({ operation: valuesFor(operation) })]),
      ...(claim === undefined ? [] : [fc.record({ claims: claimsFor(claim) })]),
    ],
  )
  const origins = wishes.flatMap(({ 'originate-from': origin }) => (origin === undefined ? [] : [frameFor(origin)]))
  const most = Math.min(...wishes.map(wish => wish['have-at-most']?.apps ?? 5))
  const initials = wishes.flatMap(({ 'have-initial-token': initial }) =>
    initial === undefined ? [] : [initialClaimsFor(initial)],
  )
  const noUser = wishes.some(wish => wish['have-no-initial-token'] === true)
  const absent = fc.constantFrom(undefined, null)
  const users = fc
    .tuple(...initials, claims)
    .map(parts => ({ claims: Object.assign({}, ...parts.reverse()) as Claims }))
  return fc.record({
    callStack: fc.tuple(stackFor(wishes), fc.tuple(...nearest), fc.tuple(...origins)).map(([frames, first, last]) => {
      const wished = first.reduce<readonly Frame[]>((stack, wanted) => overlay(stack, 0, wanted), frames)
      return last.reduce<readonly Frame[]>((stack, wanted) => overlay(stack, -1, wanted), wished.slice(0, most))
    }),
    now: fc.constant(NOW),
    initialToken: noUser ? absent : initials.length > 0 ? users : fc.oneof(users, absent),
  })
}

/** A token matcher and its alternatives, each without the others. */
function alternatives(matcher: TokenMatcher): readonly TokenMatcher[] {
  const { or, ...keys } = matcher
  return or === undefined ? [keys] : [keys, ...alternatives(or)]
}

/** What would make the policy ask, and accept by, its rules at one position, by one of their alternatives. */
function wishesAt(policy: PolicyDocument, position: number, alternative: number): readonly TokenMatcher[] {
  return policy['for-each-of-the-following'].flatMap(list => {
    const rules = list['enforce-the-first-matching-rule']
    const { 'tokens-that': condition, must } = rules[Math.min(position, rules.length - 1)] ?? {}
    return [condition, must].flatMap(matcher => {
      const ways = matcher === undefined ? [] : alternatives(matcher)
      return ways.slice(Math.min(alternative, ways.length - 1)).slice(0, 1)
    })
  })
}

/** Inputs for a policy: most of them wished for by it, some of them spoilt, some of them from nowhere. */
export function inputsOf(policy: PolicyDocument): fc.Arbitrary<unknown> {
  const wished = [0, 1, 2].flatMap(position => [0, 1].map(alternative => wishesAt(policy, position, alternative)))
  const distinct = [...new Map(wished.map(wishes => [JSON.stringify(wishes), wishes])).values()]
  return fc
    .tuple(fc.oneof(...distinct.map(inputsFor), inputsFor([])), accidents)
    .map(([input, befalls]) => befalls(input))
}
