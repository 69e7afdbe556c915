import { expect } from 'chai'
import type { PolicyInput } from '../../lib/model/policy.js'
import { parsePolicy } from '../../lib/policy/parse-policy.js'

// Accepts whatever can be read.
const policy = parsePolicy(`for-each-of-the-following:
- otherwise: accept
  enforce-the-first-matching-rule:
  - tokens-that: { have-claim: { tenant: { contains: { all-of: [a] }, is: { matching: x } } } }
    must-be-rejected: true
`)
const evaluate = (input: unknown) => policy.evaluate(input as PolicyInput)

const thrower = (message = 'no') => {
  throw new Error(message)
}
const hostileProxy = new Proxy({}, { get: () => thrower(), getOwnPropertyDescriptor: () => thrower() })
const revoked = Proxy.revocable([], {})
revoked.revoke()
const cyclic: Record<string, unknown> = { service: 'a' }
cyclic.claims = cyclic

describe('evaluate', () => {
  const unreadable: [title: string, input: unknown, reason: string][] = [
    ['nothing', undefined, 'the call is not an object'],
    ['a string', 'accept', 'the call is not an object'],
    ['an empty object', {}, 'the call stack is not a list'],
    ['a call stack that is an object', { callStack: { length: 1 } }, 'the call stack is not a list'],
    ['an empty call stack', { callStack: [] }, 'the call stack is empty'],
    ['a hole in the call stack', { callStack: new Array(1) }, 'frame 0 of the call stack is not an object'],
    ['a frame that is a list', { callStack: [[]] }, 'frame 0 of the call stack is not an object'],
    ['a frame without a name', { callStack: [{ service: 'a' }, {}] }, 'frame 1 of the call stack has no service name'],
    ['a frame whose name is empty', { callStack: [{ service: '' }] }, 'frame 0 of the call stack has no service name'],
    ['a name that is a list', { callStack: [{ service: ['a'] }] }, 'frame 0 of the call stack has no service name'],
    [
      'claims that are a list',
      { callStack: [{ service: 'a', claims: [] }] },
      'frame 0 of the call stack has claims that are not an object',
    ],
    [
      'an initial token that is a string',
      { callStack: [{ service: 'a' }], initialToken: 't' },
      'the initial token is not an object',
    ],
    [
      'an initial token without claims',
      { callStack: [{ service: 'a' }], initialToken: {} },
      'the initial token has no claims',
    ],
    ...[Number.NaN, Number.POSITIVE_INFINITY, -1, -0.5, 2 ** 53, '1000', [1000], new Date(0), true].map(
      (now): [string, unknown, string] => [
        `${typeof now} ${now} for a time`,
        { callStack: [{ service: 'a' }], now },
        '`now` is not a time in seconds since the epoch',
      ],
    ),
    [
      'more than 1024 frames',
      { callStack: Array.from({ length: 1025 }, () => ({ service: 'a' })) },
      'the call stack has more than 1024 frames',
    ],
    ['a proxy that throws', hostileProxy, 'the call cannot be read'],
    ['a revoked proxy', { callStack: revoked.proxy }, 'the call cannot be read'],
    [
      'a getter that throws',
      {
        callStack: [
          {
            get service() {
              return thrower()
            },
          },
        ],
      },
      'the call cannot be read',
    ],
    ['claims that throw', { callStack: [{ service: 'a', claims: hostileProxy }] }, 'the call cannot be read'],
  ]
  for (const [title, input, reason] of unreadable) {
    it(`rejects ${title}`, () => {
      expect(evaluate(input)).to.deep.equal({ effect: 'reject', enforced: true, reason, lists: [], stack: '' })
    })
  }

  it('reads cyclic objects, claims without a prototype and initial tokens that are null', () => {
    expect(evaluate({ callStack: [cyclic] }).effect).to.equal('accept')
    expect(evaluate({ callStack: [{ service: 'a', claims: Object.create(null) }] }).effect).to.equal('accept')
    expect(evaluate({ callStack: [{ service: 'a', claims: null }], initialToken: null }).effect).to.equal('accept')
  })

  it('reads the whole seconds of a time, and a time that is null as none', () => {
    const fresh = parsePolicy(`for-each-of-the-following:
- enforce-the-first-matching-rule:
  - any-token: true
    must: { have-initial-token: { where-issued-within: { seconds: 10 } } }
`)
    const effectAt = (now: number | null) =>
      fresh.evaluate({ callStack: [{ service: 'a' }], initialToken: { claims: { iat: 0 } }, now } as never).effect
    expect([0, 10, 10.9, 11, 2 ** 53 - 1, null].map(effectAt)).to.deep.equal([
      'accept',
      'accept',
      'accept',
      'reject',
      'reject',
      'reject',
    ])
  })

  it('finds claims that are a getter of their own, and rejects where it throws', () => {
    const claims = Object.defineProperty({}, 'tenant', { get: thrower, enumerable: true })
    expect(evaluate({ callStack: [{ service: 'a', claims }] }).reason).to.equal('the call cannot be read')
  })

  it('reads a name once, so that it cannot change in between', () => {
    const names = ['shop', 'evil']
    const frame = {
      get service() {
        return names.shift() ?? 'evil'
      },
      operation: 'x',
    }
    const only = parsePolicy(`for-each-of-the-following:
- enforce-the-first-matching-rule:
  - any-token: true
    must: { come-from: [{ app-name: { equal-to: shop } }], originate-from: { app-name: { equal-to: shop } } }
`)
    expect(only.evaluate({ callStack: [frame] }).effect).to.equal('accept')
    expect(names).to.deep.equal(['evil'])
  })

  it('matches no operation that is not a string', () => {
    for (const operation of [undefined, null, 5, ['x'], { x: 1 }, Symbol('x')]) {
      const any = parsePolicy(`for-each-of-the-following:
- enforce-the-first-matching-rule:
  - any-token: true
    must: { have-operation: { matching: '(?s).*' } }
`)
      const decision = any.evaluate({ callStack: [{ service: 'a', operation } as never] })
      expect(decision.reason).to.equal('list 1, rule 1 (line 3): expected operation `/(?s).*/`, found none; saw a')
    }
  })
})
