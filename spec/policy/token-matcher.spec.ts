import { expect } from 'chai'
import { frame, stack, verdict } from './verdict.js'

describe('a token matcher', () => {
  it('looks for the operation of the direct caller', () => {
    const callStack = [frame('cart', 'commit'), frame('shop', 'checkout')]
    expect(verdict('{ have-operation: { equal-to: commit } }', callStack)).to.equal('accept')
    expect(verdict('{ have-operation: { equal-to: checkout } }', callStack)).to.equal('reject')
  })

  it('looks for the claims of the direct caller', () => {
    const callStack = [frame('cart', 'x', { tenant: 't1' }), frame('shop', 'x', { tenant: 't2', vip: true })]
    expect(verdict('{ have-claim: { tenant: { is: { equal-to: t1 } } } }', callStack)).to.equal('accept')
    expect(verdict('{ have-claim: { tenant: { is: { equal-to: t2 } } } }', callStack)).to.equal('reject')
    expect(verdict('{ have-claim: { vip: { is: { equal-to: true } } } }', callStack)).to.equal('reject')
  })

  it('asks for every claim that it names', () => {
    const matcher = '{ have-claim: { a: { is: { equal-to: 1 } }, b: { is: { equal-to: 2 } } } }'
    expect(verdict(matcher, [frame('cart', 'x', { a: 1, b: 2 })])).to.equal('accept')
    expect(verdict(matcher, [frame('cart', 'x', { a: 1 })])).to.equal('reject')
  })

  it('knows a call without an initial token', () => {
    expect(verdict('{ have-no-initial-token: true }', stack('cart'))).to.equal('accept')
    expect(verdict('{ have-no-initial-token: true }', stack('cart'), {})).to.equal('reject')
  })

  it('bounds the call stack', () => {
    expect(verdict('{ have-at-most: { apps: 2 } }', stack('a < b'))).to.equal('accept')
    expect(verdict('{ have-at-most: { apps: 2 } }', stack('a < b < c'))).to.equal('reject')
  })

  it('asks for all keys beside each other', () => {
    const matcher = '{ have-operation: { equal-to: read }, have-at-most: { apps: 1 } }'
    expect(verdict(matcher, stack('a'))).to.equal('accept')
    expect(verdict(matcher, stack('a < b'))).to.equal('reject')
    expect(verdict(matcher, [frame('a', 'write')])).to.equal('reject')
  })

  it('takes or as an alternative to everything beside it', () => {
    const matcher = `{ have-operation: { equal-to: x }, have-at-most: { apps: 1 }, or: { have-operation: { equal-to: read },
      or: { originate-from: { app-name: { equal-to: c } } } } }`
    expect(verdict(matcher, [frame('a', 'x')])).to.equal('accept')
    expect(verdict(matcher, [frame('a', 'x'), frame('b', 'x')])).to.equal('reject')
    expect(verdict(matcher, stack('a < b'))).to.equal('accept')
    expect(verdict(matcher, [frame('a', 'y'), frame('c', 'y')])).to.equal('accept')
  })

  it('does not match a frame without operation or claims', () => {
    const callStack = [{ service: 'cart' }] as unknown as ReturnType<typeof stack>
    expect(verdict('{ have-operation: { matching: ".*" } }', callStack)).to.equal('reject')
    expect(verdict('{ have-claim: { a: { is: { matching: ".*" } } } }', callStack)).to.equal('reject')
    expect(verdict('{ come-from: [{ app-name: { equal-to: cart } }] }', callStack)).to.equal('accept')
  })
})
