import { expect } from 'chai'
import { MAX_PATTERN_CHARACTERS, MAX_PATTERN_INSTRUCTIONS, MAX_TEXT_CHARACTERS } from '../../lib/limits/decisions.js'
import { Patterns } from '../../lib/policy/pattern.js'

describe('the patterns of a policy', () => {
  const added = (source: string) => {
    const patterns = new Patterns()
    const problem = patterns.add(source)
    if (problem !== undefined) throw new Error(problem)
    return patterns.get(source)
  }

  it('match whole texts, and none that is too long', () => {
    const pattern = added('a+|b')
    expect(['a', 'aa', 'b', 'ab', 'xa', 'ax', ''].map(text => pattern.matches(text))).to.deep.equal([
      true,
      true,
      true,
      false,
      false,
      false,
      false,
    ])
    const long = 'a'.repeat(MAX_TEXT_CHARACTERS)
    expect([long, `${long}a`].map(text => pattern.matches(text))).to.deep.equal([true, false])
  })

  it('are compiled once', () => {
    const patterns = new Patterns()
    patterns.add('a')
    const first = patterns.get('a')
    expect(patterns.add('a')).to.equal(undefined)
    expect(patterns.get('a')).to.equal(first)
  })

  it('are not there before they were added', () => {
    expect(() => new Patterns().get('a')).to.throw('pattern was not added')
  })

  it('of too many code points are left to the schema', () => {
    const face = '\u{1f642}'
    for (const source of ['a'.repeat(MAX_PATTERN_CHARACTERS), face.repeat(MAX_PATTERN_CHARACTERS)]) {
      expect(added(source).matches(source), `${source.length}`).to.equal(true)
    }
    for (const source of ['a'.repeat(MAX_PATTERN_CHARACTERS + 1), face.repeat(MAX_PATTERN_CHARACTERS + 1)]) {
      const patterns = new Patterns()
      expect(patterns.add(source)).to.equal(undefined)
      expect(() => patterns.get(source)).to.throw('pattern was not added')
    }
  })

  it('that are none are refused in words, clipped', () => {
    expect(new Patterns().add('a)|(b')).to.equal('pattern `a)|(b`: unexpected ): `a)|(b`')
    const problem = new Patterns().add(`(${'a'.repeat(200)}`) ?? ''
    expect(problem.length).to.be.lessThan(60 + 120 + 20)
    expect(problem).to.contain('missing closing )')
  })

  it('that are too large when compiled are refused', () => {
    const source = `(?:a{100}){${Math.ceil(MAX_PATTERN_INSTRUCTIONS / 100) + 1}}`
    expect(new Patterns().add(source)).to.contain(`pattern \`${source}\``)
    const patterns = new Patterns()
    expect(patterns.add(source)).to.not.equal(undefined)
    expect(() => patterns.get(source)).to.throw('pattern was not added')
  })
})
