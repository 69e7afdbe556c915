import { expect } from 'chai'
import fc from 'fast-check'
import { RE2JS } from 're2js'
import { Patterns } from '../../lib/policy/pattern.js'
import { plainParts } from '../../lib/policy/plain-parts.js'
import { seedOfRun } from '../independent/generator.js'

describe('the plain parts of a pattern', () => {
  const cases: readonly (readonly [pattern: string, beginning: string, ending: string, longest: string])[] = [
    ['', '', '', ''],
    ['shop', 'shop', 'shop', 'shop'],
    ['a/b:c @d-e_1.*', 'a/b:c @d-e_1', '', 'a/b:c @d-e_1'],
    ['https://a', 'https://a', 'https://a', 'https://a'],
    ['.*@shop\\.example', '', '@shop.example', '@shop.example'],
    ['a\\.b.*-longer-.*\\.cd', 'a.b', '.cd', '-longer-'],
    ['.*-north-.*', '', '', '-north-'],
    ['shop-north(-\\d+)?', 'shop-north', '', 'shop-north'],
    ['\\d+-shop', '', '-shop', '-shop'],
    ['^shop', 'shop', 'shop', 'shop'],
    ['shop$', 'shop', 'shop', 'shop'],
    ['^$', '', '', ''],
    ['sh^op', 'sh', 'op', 'sh'],
    ['sh$op', 'sh', 'op', 'sh'],
    ['shop\\$', 'shop$', 'shop$', 'shop$'],
    ['\\^shop', '^shop', '^shop', '^shop'],
    ['shops?', 'shop', '', 'shop'],
    ['shops*x', 'shop', 'x', 'shop'],
    ['shops+', 'shop', '', 'shop'],
    ['shops{0}', 'shop', '', 'shop'],
    ['shops{0,3}xy', 'shop', 'xy', 'shop'],
    ['shops{', 'shop', '', 'shop'],
    ['a?b', '', 'b', 'b'],
    ['ab\\.?c', 'ab', 'c', 'ab'],
    ['shop|cart', '', '', ''],
    ['shop(a|b)north', 'shop', 'north', 'north'],
    ['(shop)', '', '', ''],
    ['(shop)*x', '', 'x', 'x'],
    ['((a)b)c', '', 'c', 'c'],
    ['(?:shop)?x', '', 'x', 'x'],
    ['[a]bc', '', 'bc', 'bc'],
    ['[^]a]bc', '', 'bc', 'bc'],
    ['[]a]bc', '', 'bc', 'bc'],
    ['[\\]a]bc', '', 'bc', 'bc'],
    ['[a|b(]*bc', '', 'bc', 'bc'],
    ['shop[st]', 'shop', '', 'shop'],
    ['shop[*]', 'shop', '', 'shop'],
    ['shop\\ north', 'shop north', 'shop north', 'shop north'],
    // Behind these nothing is looked at, and what stands right before them may be repeated.
    ['a(?i)*', '', '', ''],
    ['ab(?i){0,1}', 'a', '', 'a'],
    ['(?i)shop', '', '', ''],
    ['web-(?i)shops', 'web', '', 'web'],
    ['web-(?P<name>a)shops', 'web', '', 'web'],
    ['web-\\pLshops', 'web', '', 'web'],
    ['web-\\PLshops', 'web', '', 'web'],
    ['web-\\x41shops', 'web', '', 'web'],
    ['web-\\101shops', 'web', '', 'web'],
    ['web-\\Q.*\\Eshops', 'web', '', 'web'],
    ['web-[[:alpha:]xyzuvw]shops', 'web', '', 'web'],
    ['web-[abcdef\\pL]shops', 'web', '', 'web'],
    ['web-\\pL|shops', '', '', ''],
    ['abc[xyzuvw\\[:]', 'ab', '', 'ab'],
    ['abc[xyzuvw\\\\pL]', 'ab', '', 'ab'],
    ['abc[xyzuvw\\\\Q]', 'ab', '', 'ab'],
    ['abc[xyzuvw\\(?i)]d', 'abc', 'd', 'abc'],
    ['abc[:/]d', 'abc', 'd', 'abc'],
    ['[\\w.-]+@shop\\.example', '', '@shop.example', '@shop.example'],
    ['web-\\\\pLshops', 'web-\\pLshops', 'web-\\pLshops', 'web-\\pLshops'],
  ]
  for (const [pattern, beginning, ending, longest] of cases) {
    it(`of ${pattern || 'nothing'}`, () => {
      expect(plainParts(pattern)).to.deep.equal({ beginning, ending, longest })
    })
  }

  it('stand in every text that the pattern matches, whatever it is made of', () => {
    const pieces = [
      'a',
      'b',
      'ab',
      '-',
      'é',
      '.',
      '.*',
      '[ab]',
      '[^]a]',
      '[[:alpha:]b]',
      '[\\]a]',
      '(a|b)',
      '(?:b)?',
      '(?i)',
    ]
    const escapes = ['\\.', '\\d', '\\pL', '\\x61', '\\141', '\\Qa.b\\E', '\\\\', '\\$', '\\(', '\\[', '\\n']
    const marks = ['?', '*', '+', '{2}', '{0,1}', '{', '}', ']', '^', '$', '|', '(', ')', '(?s:', '(?P<n>a)']
    // Classes are not whole here: what is inside may look like something else.
    const members = ['[', '[^', 'a-b', '\\[:', '\\\\p', '\\\\Q', '\\(?i)', ':', '[:']
    const patterns = fc
      .array(fc.constantFrom(...pieces, ...escapes, ...marks, ...members), { maxLength: 7 })
      .map(parts => parts.join(''))
    const characters = fc.constantFrom('a', 'b', 'A', '-', '.', '1', '\\', '$', '(', '[', '{', '}', ']', 'é', '\n')
    const texts = fc.array(
      fc.array(characters, { maxLength: 6 }).map(parts => parts.join('')),
      { minLength: 40, maxLength: 40 },
    )
    let matched = 0
    fc.assert(
      fc.property(patterns, texts, (source, samples) => {
        const compiled = new Patterns()
        if (compiled.add(source) !== undefined) return
        const expression = RE2JS.compile(source)
        const { beginning, ending, longest } = plainParts(source)
        const likely = samples.map(text => `${beginning}${text}${longest}${ending}`)
        for (const text of [...samples, ...likely, source.replaceAll(/[\\^$]/g, '')]) {
          if (!expression.testExact(text)) continue
          matched += 1
          expect(
            text.startsWith(beginning) && text.endsWith(ending) && text.includes(longest),
            `${source} of ${text}`,
          ).to.equal(true)
          expect(compiled.get(source).matches(text), `${source} of ${text}`).to.equal(true)
        }
      }),
      { seed: seedOfRun(), numRuns: 5000 },
    )
    expect(matched).to.be.greaterThan(5000)
  }).timeout(60_000)
})
