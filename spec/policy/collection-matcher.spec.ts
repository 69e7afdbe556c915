import { expect } from 'chai'
import type { JsonValue } from '../../lib/model/json.js'
import { frame, verdict } from './verdict.js'

function contains(matcher: string, value?: JsonValue): boolean {
  const claims = value === undefined ? {} : { groups: value }
  return verdict(`{ have-claim: { groups: { contains: ${matcher} } } }`, [frame('cart', 'read', claims)]) === 'accept'
}

describe('a collection matcher', () => {
  it('finds a value', () => {
    expect(contains('{ value: a }', ['b', 'a'])).to.equal(true)
    expect(contains('{ value: a }', ['b'])).to.equal(false)
    expect(contains('{ value: 1 }', ['1'])).to.equal(false)
  })

  it('finds one of several', () => {
    expect(contains('{ one-of: [a, b] }', ['c', 'b'])).to.equal(true)
    expect(contains('{ one-of: [a, b] }', ['c'])).to.equal(false)
  })

  it('finds all of several', () => {
    expect(contains('{ all-of: [a, b] }', ['c', 'b', 'a'])).to.equal(true)
    expect(contains('{ all-of: [a, b] }', ['a'])).to.equal(false)
    expect(contains('{ all-of: [a, a] }', ['a'])).to.equal(true)
    const many = Array.from({ length: 20 }, (_, index) => `g${index}`)
    expect(contains(`{ all-of: [${many}] }`, [...many, 'x'])).to.equal(true)
    expect(contains(`{ all-of: [${many}] }`, many.slice(1))).to.equal(false)
  })

  it('compares only as sets, whatever the order and however often', () => {
    expect(contains('{ only: [a, b] }', ['b', 'a', 'b'])).to.equal(true)
    expect(contains('{ only: [a, b, a] }', ['a', 'b'])).to.equal(true)
    expect(contains('{ only: [a, b] }', ['a'])).to.equal(false)
    expect(contains('{ only: [a] }', ['a', 'b'])).to.equal(false)
    expect(contains('{ only: [a] }', ['a', null])).to.equal(false)
    expect(contains('{ only: [a] }', [])).to.equal(false)
  })

  it('asks for everything that stands in it', () => {
    expect(contains('{ value: a, only: [a, b] }', ['a', 'b'])).to.equal(true)
    expect(contains('{ value: c, only: [a, b] }', ['a', 'b'])).to.equal(false)
  })

  it('takes any text as it is, also one that no pattern could be', () => {
    expect(contains('{ value: "(" }', ['('])).to.equal(true)
    expect(contains('{ one-of: ["[", "a{1"] }', ['a{1'])).to.equal(true)
    expect(
      verdict('{ have-claim: { groups: { is: { equal-to: "(" } } } }', [frame('cart', 'read', { groups: '(' })]),
    ).to.equal('accept')
  })

  it('matches nothing but lists', () => {
    for (const matcher of ['{ value: a }', '{ one-of: [a] }', '{ all-of: [a] }', '{ only: [a] }']) {
      for (const value of [undefined, null, 'a', 'a b', 1, { 0: 'a', length: 1 }]) {
        expect(contains(matcher, value)).to.equal(false)
      }
    }
  })

  it('is asked of the same claim as is, and both must hold', () => {
    const both = '{ have-claim: { groups: { is: { equal-to: a }, contains: { value: a } } } }'
    expect(verdict(both, [frame('cart', 'read', { groups: 'a' })])).to.equal('reject')
    expect(verdict(both, [frame('cart', 'read', { groups: ['a'] })])).to.equal('reject')
  })
})
