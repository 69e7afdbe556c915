import { expect } from 'chai'
import { effect, frame, stack } from './verdict.js'

const list = (rules: string, more = '') => `- enforce-the-first-matching-rule:\n${rules}${more}`
const policy = (...lists: string[]) => `for-each-of-the-following:\n${lists.join('')}`
const READ_FROM_A = `  - tokens-that: { have-operation: { equal-to: read } }
    must: { come-from: [{ app-name: { equal-to: a } }] }
`
const NOBODY_FROM_EVIL = `  - tokens-that: { come-through: [{ app-name: { equal-to: evil } }] }
    must-be-rejected: true
`
const EVERYBODY = `  - any-token: true
    must: { have-at-most: { apps: 99 } }
`

describe('a rule list', () => {
  it('rejects where no rule applies', () => {
    expect(effect(policy(list(READ_FROM_A)), { callStack: [frame('a', 'write')] })).to.equal('reject')
  })

  it('accepts where no rule applies if it says otherwise: accept', () => {
    const text = policy(list(READ_FROM_A, '  otherwise: accept\n'))
    expect(effect(text, { callStack: [frame('a', 'write')] })).to.equal('accept')
  })

  it('never lets otherwise: accept rescue a failed must, an empty stack or a nameless frame', () => {
    const text = policy(list(READ_FROM_A, '  otherwise: accept\n'))
    expect(effect(text, { callStack: [frame('b', 'read')] })).to.equal('reject')
    expect(effect(text, { callStack: [] })).to.equal('reject')
    expect(effect(text, { callStack: [frame('', 'write')] })).to.equal('reject')
    expect(effect(text, { callStack: [frame('a', 'write'), frame('', 'write')] })).to.equal('reject')
  })

  it('lets the first rule that applies decide', () => {
    expect(effect(policy(list(NOBODY_FROM_EVIL + EVERYBODY)), { callStack: stack('a < evil') })).to.equal('reject')
    expect(effect(policy(list(EVERYBODY + NOBODY_FROM_EVIL)), { callStack: stack('a < evil') })).to.equal('accept')
    expect(effect(policy(list(NOBODY_FROM_EVIL + EVERYBODY)), { callStack: stack('a < b') })).to.equal('accept')
  })

  it('keeps the order of rules that name operations and rules that do not', () => {
    const rejected = (condition: string) => `  - ${condition}\n    must-be-rejected: true\n`
    const onX = 'tokens-that: { have-operation: { equal-to: x } }'
    const onY = 'tokens-that: { have-operation: { one-of: [y, z] } }'
    const fromA = 'tokens-that: { originate-from: { app-name: { equal-to: a } } }'
    const accepted = `  - ${fromA}\n    must: { have-at-most: { apps: 9 } }\n`
    const acceptedX = `  - ${onX}\n    must: { have-at-most: { apps: 9 } }\n`
    expect(effect(policy(list(rejected(onX) + accepted)), { callStack: [frame('a', 'x')] })).to.equal('reject')
    expect(effect(policy(list(accepted + rejected(onX))), { callStack: [frame('a', 'x')] })).to.equal('accept')
    expect(effect(policy(list(rejected(onX) + rejected(onY) + accepted)), { callStack: [frame('a', 'w')] })).to.equal(
      'accept',
    )
    expect(effect(policy(list(rejected(onY) + accepted)), { callStack: [frame('a', 'z')] })).to.equal('reject')
    expect(effect(policy(list(acceptedX + rejected(fromA))), { callStack: [frame('a', 'x')] })).to.equal('accept')
    expect(effect(policy(list(acceptedX + rejected(fromA))), { callStack: [frame('a', 'y')] })).to.equal('reject')
  })

  it('looks behind or and beside numbers before it passes over a rule by its operation', () => {
    const conditions = [
      '{ have-operation: { equal-to: x }, or: { originate-from: { app-name: { equal-to: a } } } }',
      '{ have-operation: { equal-to: x }, or: { have-operation: { equal-to: y } } }',
      '{ have-operation: { matching: "y" } }',
      '{ have-operation: { one-of: [1, y] } }',
    ]
    for (const condition of conditions) {
      const text = policy(list(`  - tokens-that: ${condition}\n    must-be-rejected: true\n${EVERYBODY}`))
      expect(effect(text, { callStack: [frame('a', 'y')] })).to.equal('reject')
      expect(effect(text, { callStack: [frame('b', 'w')] })).to.equal('accept')
    }
  })

  it('is one of several that must all accept', () => {
    expect(effect(policy(list(EVERYBODY), list(NOBODY_FROM_EVIL + EVERYBODY)), { callStack: stack('evil') })).to.equal(
      'reject',
    )
    expect(effect(policy(list(EVERYBODY), list(READ_FROM_A)), { callStack: stack('a') })).to.equal('accept')
    expect(effect(policy(list(READ_FROM_A), list(EVERYBODY)), { callStack: stack('b') })).to.equal('reject')
  })

  it('takes a flag that is false as if it were not there', () => {
    const text = policy(
      list(`  - any-token: false
    tokens-that: { have-operation: { equal-to: read } }
    must: { have-no-initial-token: false, have-at-most: { apps: 1 } }
    must-be-rejected: false
`),
    )
    expect(effect(text, { callStack: stack('a'), initialToken: { claims: {} } })).to.equal('accept')
  })

  it('rejects every call by `any-token` and `must-be-rejected`', () => {
    const text = policy(list('  - any-token: true\n    must-be-rejected: true\n', '  otherwise: accept\n'))
    expect(effect(text, { callStack: stack('a') })).to.equal('reject')
  })
})
