import { expect } from 'chai'
import type { JsonValue } from '../../lib/model/json.js'
import { frame, verdict } from './verdict.js'

function is(matcher: string, value?: JsonValue): boolean {
  const claims = value === undefined ? {} : { level: value }
  return verdict(`{ have-claim: { level: { is: ${matcher} } } }`, [frame('cart', 'read', claims)]) === 'accept'
}

describe('a value matcher', () => {
  it('takes equal-to literally', () => {
    expect(is('{ equal-to: a.b }', 'a.b')).to.equal(true)
    expect(is('{ equal-to: a.b }', 'axb')).to.equal(false)
    expect(is('{ equal-to: A }', 'a')).to.equal(false)
  })

  it('compares numbers by value and never across types', () => {
    expect(is('{ equal-to: 3 }', 3)).to.equal(true)
    expect(is('{ equal-to: 3.0 }', 3)).to.equal(true)
    expect(is('{ equal-to: 0 }', -0)).to.equal(true)
    expect(is('{ equal-to: 3 }', '3')).to.equal(false)
    expect(is("{ equal-to: '3' }", 3)).to.equal(false)
    expect(is('{ equal-to: true }', 'true')).to.equal(false)
    expect(is('{ equal-to: true }', 1)).to.equal(false)
    expect(is('{ one-of: [0, 1] }', 1)).to.equal(true)
    expect(is('{ one-of: [0, 1] }', '1')).to.equal(false)
  })

  it('never matches a claim that is missing, null, a list or an object', () => {
    for (const matcher of ["{ equal-to: '' }", '{ equal-to: false }', '{ matching: ".*" }', '{ one-of: [0, ""] }']) {
      for (const value of [undefined, null, ['a'], [''], { a: 1 }]) expect(is(matcher, value)).to.equal(false)
    }
  })

  it('finds no claim that objects merely inherit', () => {
    for (const name of ['constructor', 'toString', 'hasOwnProperty', '__defineGetter__']) {
      expect(verdict(`{ have-claim: { ${name}: { is: { matching: '(?s).*' } } } }`, [frame('cart')])).to.equal('reject')
      const own = Object.assign(Object.create(null), { [name]: 'x' })
      expect(verdict(`{ have-claim: { ${name}: { is: { equal-to: x } } } }`, [frame('cart', 'read', own)])).to.equal(
        'accept',
      )
    }
  })

  it('asks for everything that stands in it', () => {
    expect(is('{ matching: "a.*", one-of: [ab, b] }', 'ab')).to.equal(true)
    expect(is('{ matching: "a.*", one-of: [ab, b] }', 'b')).to.equal(false)
    expect(is('{ matching: "a.*", equal-to: ab, one-of: [ab, b] }', 'ab')).to.equal(true)
  })
})

describe('matching', () => {
  const cases: [pattern: string, text: string, matches: boolean][] = [
    ['shop', 'shop', true],
    ['shop', 'shop-2', false],
    ['shop', 'my-shop', false],
    ['a|b', 'b', true],
    ['a|b', 'ab', false],
    ['a|ab', 'ab', true],
    ['^a$', 'a', true],
    ['a', 'a\n', false],
    ['a$', 'a\n', false],
    ['.*', 'a\nb', false],
    ['(?s).*', 'a\nb', true],
    ['(?m)^a$', 'a\nb', false],
    ['(?m)a$|x', 'a\nx', false],
    ['(?i)shop', 'SHOP', true],
    ['(?:(?i)sh)op', 'SHop', true],
    ['shop', 'SHOP', false],
    ['\\Qa.b', 'a.b', true],
    ['\\Qa.b', 'axb', false],
    ['\\Qa)|(b', 'b', false],
    ['(?P<name>a)', 'a', true],
    ['(zz)?a', 'a', true],
    ['', '', true],
    ['', 'a', false],
    ['.', '😀', true],
    ['\\d+', '٣', false],
  ]
  for (const [pattern, text, matches] of cases) {
    it(`${JSON.stringify(pattern)} ${matches ? 'matches' : 'does not match'} ${JSON.stringify(text)}`, () => {
      expect(is(`{ matching: ${JSON.stringify(pattern)} }`, text)).to.equal(matches)
    })
  }

  it('counts the characters of a pattern as the schema does: 256 code points load, one more is ERR_POLICY_INVALID', () => {
    const pattern = '😀'.repeat(256)
    expect(is(`{ matching: ${JSON.stringify(pattern)} }`, pattern)).to.equal(true)
    expect(() => is(`{ matching: ${JSON.stringify(`${pattern}😀`)} }`, ''))
      .to.throw()
      .with.property('code', 'ERR_POLICY_INVALID')
  })

  it('looks at strings only', () => {
    expect(is('{ matching: ".*" }', 5)).to.equal(false)
    expect(is('{ matching: ".*admin.*" }', ['admin'])).to.equal(false)
    expect(is('{ matching: ".*" }', true)).to.equal(false)
  })

  it('looks at no more than 8192 characters', () => {
    expect(is('{ matching: "a*" }', 'a'.repeat(8192))).to.equal(true)
    expect(is('{ matching: "a*" }', 'a'.repeat(8193))).to.equal(false)
    expect(is('{ matching: "(?s).*" }', 'a'.repeat(8193))).to.equal(false)
  })

  it('runs in linear time', () => {
    const started = performance.now()
    for (const pattern of ['(a*)*b', '(a|aa)+$', '(.*a){10}', '(x+x+)+y', '([a-z]+)*[0-9]']) {
      is(`{ matching: "${pattern}" }`, `${'a'.repeat(8000)}!`)
    }
    expect(performance.now() - started).to.be.below(5000)
  })
})
