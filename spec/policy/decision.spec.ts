import { expect } from 'chai'
import type { Decision } from '../../lib/model/decision.js'
import type { JsonObject } from '../../lib/model/json.js'
import type { PolicyFrame } from '../../lib/model/policy.js'
import { parsePolicy } from '../../lib/policy/parse-policy.js'
import { frame, mustHave, stack } from './verdict.js'

const TWO_LISTS = `for-each-of-the-following:
- enforce-the-first-matching-rule:
  - because: users may check out
    any-token: true
    must: { have-operation: { equal-to: checkout } }
- name: origin
  enforce-the-first-matching-rule:
  - name: only shop
    tokens-that: { have-operation: { one-of: [checkout, cancel] } }
    must:
      come-from: [{ any-number-of-apps: true }, { app-name: { equal-to: shop } }]
`
const policy = parsePolicy(TWO_LISTS, { file: 'cart.yaml' })

function reason(tokenMatcher: string, callStack: readonly PolicyFrame[], initialToken?: JsonObject): string {
  const input = { callStack, initialToken: initialToken && { claims: initialToken } }
  return parsePolicy(mustHave(tokenMatcher)).evaluate(input).reason.replace('list 1, rule 1 (line 3): expected ', '')
}

describe('a decision', () => {
  it('to accept names the rule that accepted in each list', () => {
    const decision = policy.evaluate({ callStack: [frame('cart', 'checkout'), frame('shop', 'x')] })
    expect(decision).to.deep.equal({
      effect: 'accept',
      enforced: true,
      reason:
        'accepted by list 1, rule 1 (cart.yaml:3, `users may check out`); list 2 `origin`, rule 1 `only shop` (cart.yaml:8)',
      lists: [
        { effect: 'accept', list: 1, rule: { index: 1, because: 'users may check out', file: 'cart.yaml', line: 3 } },
        {
          effect: 'accept',
          list: 2,
          name: 'origin',
          rule: { index: 1, name: 'only shop', file: 'cart.yaml', line: 8 },
        },
      ],
      stack: 'cart < shop',
    })
  })

  it('to accept otherwise names the list and its place, in a file or in a text', () => {
    const yaml = `for-each-of-the-following:
- name: guests
  otherwise: accept
  enforce-the-first-matching-rule:
  - { tokens-that: { have-operation: { equal-to: x } }, must-be-rejected: true }
`
    const reasonIn = (file?: string) => parsePolicy(yaml, { file }).evaluate({ callStack: stack('cart') }).reason
    expect(reasonIn()).to.equal('accepted by list 1 `guests` (line 2, otherwise)')
    expect(reasonIn('cart.yaml')).to.equal('accepted by list 1 `guests` (cart.yaml:2, otherwise)')
    expect(reasonIn('a\nb.yaml')).to.equal('accepted by list 1 `guests` (a\\nb.yaml:2, otherwise)')
  })

  it('to reject says what was expected, where the rule stands and what the stack was', () => {
    const decision = policy.evaluate({ callStack: [frame('cart', 'checkout'), frame('web', 'x')] })
    expect(decision.effect).to.equal('reject')
    expect(decision.reason).to.equal(
      'list 2 `origin`, rule 1 `only shop` (cart.yaml:8): expected `shop` at the origin; saw cart < web',
    )
    expect(decision.lists.at(-1)).to.deep.equal({
      effect: 'reject',
      list: 2,
      name: 'origin',
      rule: { index: 1, name: 'only shop', file: 'cart.yaml', line: 8 },
      expected: '`shop` at the origin',
    })
  })

  it('ends with the list that rejects', () => {
    const decision = policy.evaluate({ callStack: [frame('cart', 'delete')] })
    expect(decision.lists).to.have.length(1)
    expect(decision.reason).to.equal(
      'list 1, rule 1 (cart.yaml:3, `users may check out`): expected operation `checkout`, found `delete`; saw cart',
    )
  })

  it('says that no rule applies', () => {
    const text = TWO_LISTS.replace('any-token: true', 'tokens-that: { have-operation: { equal-to: x } }')
    const decision = parsePolicy(text).evaluate({ callStack: [frame('cart', 'delete')] })
    expect(decision.reason).to.equal('list 1 (line 2): no rule applies to operation `delete`; saw cart')
    expect(decision.lists).to.deep.equal([{ effect: 'reject', list: 1, expected: 'a call that a rule applies to' }])
  })

  it('says that a list accepted otherwise', () => {
    const text = `for-each-of-the-following:
- otherwise: accept
  enforce-the-first-matching-rule:
  - tokens-that: { have-operation: { equal-to: x } }
    must-be-rejected: true
`
    const decision = parsePolicy(text).evaluate({ callStack: stack('cart') })
    expect(decision.reason).to.equal('accepted by list 1 (line 2, otherwise)')
    expect(decision.lists).to.deep.equal([{ effect: 'accept', list: 1 }])
    const rejected = parsePolicy(text).evaluate({ callStack: [frame('cart', 'x')] })
    expect(rejected.reason).to.equal('list 1, rule 1 (line 4): expected no call that has operation `x`; saw cart')
  })

  it('says that nothing may call', () => {
    const text =
      'for-each-of-the-following: [{ enforce-the-first-matching-rule: [{ any-token: true, must-be-rejected: true }] }]'
    expect(parsePolicy(text).evaluate({ callStack: stack('a') }).reason).to.equal(
      'list 1, rule 1 (line 1): expected no call at all; saw a',
    )
  })

  const shop = '{ app-name: { equal-to: shop } }'
  const cases: [matcher: string, services: string, reason: string][] = [
    [`{ come-from: [${shop}] }`, 'web', '`shop` as the direct caller; saw web'],
    [`{ come-from: [${shop}] }`, 'shop < web', 'the call stack to end before `web`; saw shop < web'],
    [
      `{ come-from: [{ any-app: true }, ${shop}] }`,
      'cart',
      '`shop` behind `cart`, where the call stack ends; saw cart',
    ],
    [`{ come-from: [{ any-app: true }, ${shop}, { any-app: true }] }`, 'a < b < c', '`shop` at frame 1; saw a < b < c'],
    [
      `{ come-from: [{ any-number-of-apps: true }, ${shop}, { any-app: true }] }`,
      'a < b',
      '`shop` at frame 0 or behind it; saw a < b',
    ],
    [
      '{ come-from: [{ app-name: { equal-to: shop }, optional: true }] }',
      'web',
      'the call stack to end before `web`; saw web',
    ],
    [
      '{ come-from: [{ app-name: { matching: s.* }, via-operation: { one-of: [x, y] } }] }',
      'shop',
      '`/s.*/` via `x` or `y` as the direct caller; saw shop',
    ],
    [`{ come-through: [${shop}, { any-app: true }] }`, 'a', 'a way through `shop`, then any app; saw a'],
    [`{ originate-from: ${shop} }`, 'shop < web', '`shop` at the origin; saw shop < web'],
    ['{ have-at-most: { apps: 1 } }', 'a < b', 'at most 1 app, found 2; saw a < b'],
    [
      '{ have-claim: { tenant: { is: { equal-to: t1 }, contains: { only: [1, a] } } } }',
      'a',
      'claim `tenant` being `t1` and containing only `1` and `a`; saw a',
    ],
    [
      '{ have-initial-token: { where-scope-contains: { all-of: [a, b] }, where-issuer-is: { equal-to: i } } }',
      'a',
      'an initial token with issuer `i` and scope containing `a` and `b`, found none; saw a',
    ],
    [
      '{ have-initial-token: { where-audience-contains: { one-of: [a, b, c, d, e, f, g, h] } } }',
      'a',
      'an initial token with audience containing `a`, `b`, `c`, `d`, `e`, `f` or 2 more, found none; saw a',
    ],
    [
      `{ have-operation: { equal-to: x }, or: { originate-from: ${shop} } }`,
      'a',
      'operation `x`, found `read`, or `shop` at the origin; saw a',
    ],
  ]
  for (const [matcher, services, expected] of cases) {
    it(`explains ${matcher} against ${services}`, () => {
      expect(reason(matcher, stack(services))).to.equal(expected)
    })
  }

  it('says that an initial token was not wanted, or not that one', () => {
    expect(reason('{ have-no-initial-token: true }', stack('a'), { sub: 'ada' })).to.equal('no initial token; saw a')
    const matcher = '{ have-initial-token: { where-claim: { tenant: { is: { equal-to: t1 } } } } }'
    const secret = reason(matcher, stack('a'), { tenant: 'secret-tenant' })
    expect(secret).to.equal('an initial token with claim `tenant` being `t1`; saw a')
  })

  it('says how old a login or a token is that is too old', () => {
    const matcher =
      '{ have-initial-token: { where-issuer-is: { equal-to: i }, where-authenticated-within: { seconds: 300 }, where-issued-within: { seconds: 60 } } }'
    const policy = parsePolicy(mustHave(matcher))
    const found = (claims: JsonObject, now?: number) => {
      const { reason } = policy.evaluate({
        callStack: stack('a'),
        initialToken: { claims: { iss: 'i', ...claims } },
        now,
      })
      const expected = 'an initial token with issuer `i` and a login at most 300 s ago and an age of at most 60 s'
      expect(reason).to.include(`expected ${expected}`)
      return reason.slice(reason.indexOf(expected) + expected.length)
    }
    const now = 1000
    expect(found({ auth_time: 388, iat: 939 }, now)).to.equal(', found a login 612 s ago and an age of 61 s; saw a')
    expect(found({ auth_time: 700, iat: 900 }, now)).to.equal(', found an age of 100 s; saw a')
    expect(found({ auth_time: 699, iat: 1005 }, now)).to.equal(', found a login 301 s ago; saw a')
    expect(found({ auth_time: 1006, iat: 940 }, now)).to.equal(', found a time of login that lies ahead; saw a')
    expect(found({ auth_time: 'soon' }, now)).to.equal(', found no time of login and no time of issue; saw a')
    expect(found({ auth_time: 1000, iat: 1000 })).to.equal(', found no `now` to count from; saw a')
    expect(found({ auth_time: 1000, iat: 1000, iss: 'j' }, now)).to.equal('; saw a')
  })

  it('explains come-from at the top of a list of conditions by the first that fails', () => {
    const matcher = `{ have-operation: { equal-to: read }, come-from: [${shop}], have-claim: { a: { is: { equal-to: 1 } } } }`
    expect(reason(matcher, stack('shop'))).to.equal('claim `a` being `1`; saw shop')
    expect(reason(matcher, stack('a'))).to.equal('`shop` as the direct caller; saw a')
  })

  it('quotes names that are no service names, and shortens long ones and long stacks', () => {
    const matcher = '{ have-at-most: { apps: 99 } }'
    const seen = (callStack: readonly PolicyFrame[]) => parsePolicy(mustHave(matcher)).evaluate({ callStack }).stack
    expect(seen([frame('a < b'), frame('c\n\u202e`')])).to.equal('`a < b` < `c\\n\\u{202e}\\u{60}`')
    expect(seen([frame('x'.repeat(500))])).to.have.length.below(80)
    const long = seen(Array.from({ length: 40 }, (_, index) => frame(`s${index}`)))
    expect(long).to.match(/^s0 < .* < s15 < \(8 more\) < s24 < .* < s39$/)
    const operation = parsePolicy(mustHave('{ have-operation: { equal-to: x } }'))
    expect(operation.evaluate({ callStack: [frame('a', 'y\u0000'.repeat(100))] }).reason).to.have.length.below(600)
  })

  it('is deeply frozen', () => {
    const frozen = (value: unknown): boolean =>
      typeof value !== 'object' ||
      value === null ||
      (Object.isFrozen(value) && Object.values(value).every(member => frozen(member)))
    const decisions: Decision[] = [
      policy.evaluate({ callStack: [frame('cart', 'checkout'), frame('shop')] }),
      policy.evaluate({ callStack: [frame('cart', 'checkout')] }),
      policy.evaluate({ callStack: [frame('cart', 'other')] }),
      policy.evaluate({ callStack: [] }),
    ]
    for (const decision of decisions) expect(frozen(decision)).to.equal(true)
    expect(Object.isFrozen(policy)).to.equal(true)
  })

  it('is the same for the same call', () => {
    const input = { callStack: [frame('cart', 'checkout'), frame('web')] }
    expect(policy.evaluate(input)).to.deep.equal(policy.evaluate(input))
  })

  it('names a rule by its line, and by its file where that is known', () => {
    const text = `for-each-of-the-following:
- enforce-the-first-matching-rule:
  - any-token: true
    must: { come-from: [{ app-name: { equal-to: shop } }] }
`
    const callStack = [{ service: 'mallory', operation: 'x', claims: {} }]
    const reasonOf = (file?: string) =>
      parsePolicy(text, file === undefined ? {} : { file }).evaluate({ callStack } as never).reason
    expect(reasonOf()).to.contain('(line 3)')
    expect(reasonOf('cart\n.yaml')).to.contain('(cart\\n.yaml:3)')
  })
})
