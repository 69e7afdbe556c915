import { expect } from 'chai'
import { literalsPhrase } from '../../lib/policy/phrase.js'
import { described, escaped, quoted } from '../../lib/policy/quoted.js'

describe('text of a user in a message', () => {
  it('stands in backticks, clipped', () => {
    expect(quoted('shop')).to.equal('`shop`')
    expect(quoted('x'.repeat(60))).to.equal(`\`${'x'.repeat(60)}\``)
    expect(quoted('x'.repeat(61))).to.equal(`\`${'x'.repeat(60)}...\``)
    expect(quoted('abcd', 3)).to.equal('`abc...`')
  })

  it('has nothing that a terminal obeys, or that ends the quotation', () => {
    const samples: readonly (readonly [string, string])[] = [
      ['a\nb\tc', 'a\\nb\\tc'],
      ['a`b', 'a\\u{60}b'],
      ['\u001b[31m', '\\u{1b}[31m'],
      ['\u202e', '\\u{202e}'],
      ['\u2028\u2029', '\\u{2028}\\u{2029}'],
      ['\u{e0001}', '\\u{e0001}'],
      ['\ud800', '\\u{d800}'],
      ['\x7f', '\\u{7f}'],
      ['grün ü 漢 🙂 ~_^', 'grün ü 漢 🙂 ~_^'],
    ]
    for (const [text, shown] of samples) expect(escaped(text)).to.equal(shown)
  })

  it('says what kind of value it is', () => {
    const values = [null, undefined, 'shop', 7, true, [], {}]
    expect(values.map(described)).to.deep.equal([
      'nothing',
      'nothing',
      'the string `shop`',
      'the number `7`',
      'the boolean `true`',
      'a list',
      'a mapping',
    ])
  })

  it('is listed as a sentence lists, six at most', () => {
    expect(literalsPhrase([], 'or')).to.equal('')
    expect(literalsPhrase(['a'], 'or')).to.equal('`a`')
    expect(literalsPhrase(['a', 1], 'and')).to.equal('`a` and `1`')
    expect(literalsPhrase(['a', 'b', 'c', 'd', 'e', 'f'], 'or')).to.equal('`a`, `b`, `c`, `d`, `e` or `f`')
    expect(literalsPhrase([...'abcdefgh'], 'or')).to.equal('`a`, `b`, `c`, `d`, `e`, `f` or 2 more')
  })
})
