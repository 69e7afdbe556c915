import { expect } from 'chai'
import { groupProblem, isGroupKeyword } from '../../lib/policy/key-groups.js'

const MATCHERS =
  '`have-operation`, `have-initial-token`, `have-no-initial-token`, `have-claim`, `come-from`, `come-through`, `originate-from` and `have-at-most`'

describe('keys that stand beside each other', () => {
  const problems: readonly (readonly [title: string, mapping: object, problem: string | undefined])[] = [
    ['one condition', { 'any-token': true }, undefined],
    ['one condition', {}, 'a rule has exactly one of `any-token` and `tokens-that`; found none'],
    [
      'one consequence',
      { must: {}, 'must-be-rejected': true },
      'a rule has exactly one of `must` and `must-be-rejected`; found `must` and `must-be-rejected`',
    ],
    [
      'one selector',
      { optional: true },
      'a frame has exactly one of `app-name`, `any-app` and `any-number-of-apps`; found none',
    ],
    ['one of two selectors', { 'app-name': {} }, undefined],
    ['one of two selectors', { 'any-app': false }, 'a frame has exactly one of `app-name` and `any-app`; found none'],
    [
      'one of two selectors',
      { 'app-name': {}, 'any-app': true },
      'a frame has exactly one of `app-name` and `any-app`; found `app-name` and `any-app`',
    ],
    ['something beside or', { 'have-operation': {} }, undefined],
    ['something beside or', { or: [], 'have-claim': {} }, undefined],
    ['something beside or', { or: [] }, '`or` needs something beside it to be an alternative to'],
    ['something beside or', {}, `a token matcher has at least one of ${MATCHERS}`],
    [
      'any number alone',
      { 'any-number-of-apps': true, optional: true, 'via-operation': {}, 'where-claim': {} },
      '`any-number-of-apps` stands alone; found `optional`, `via-operation` and `where-claim` beside it',
    ],
    ['any number alone', { optional: true }, '`any-number-of-apps` stands alone; found `optional` beside it'],
    ['with or without initial token', {}, '`have-no-initial-token` contradicts `have-initial-token` beside it'],
    ['of another schema', {}, 'these keys do not go together'],
  ]

  for (const [title, mapping, problem] of problems) {
    it(`${title}: ${JSON.stringify(mapping)}`, () => expect(groupProblem(title, mapping, false)).to.equal(problem))
  }

  it('of a schema without a title do not go together', () => {
    expect(groupProblem(undefined, {}, false)).to.equal('these keys do not go together')
  })

  it('that are missing are not told where a misspelled one says it, but those too many are', () => {
    expect(groupProblem('one condition', {}, true)).to.equal(undefined)
    expect(groupProblem('something beside or', {}, true)).to.equal(undefined)
    expect(groupProblem('one of two selectors', { 'app-name': {}, 'any-app': true }, true)).to.contain(
      'found `app-name`',
    )
    expect(groupProblem('something beside or', { or: [] }, true)).to.contain('needs something beside it')
    expect(groupProblem('with or without initial token', {}, true)).to.contain('contradicts')
    expect(groupProblem('any number alone', { optional: true }, true)).to.contain('stands alone')
  })

  it('are none of what is no mapping', () => {
    for (const value of [null, 'text', 7, undefined, []]) {
      expect(groupProblem('one condition', value, false), String(value)).to.equal(undefined)
    }
  })

  it('are named by three keywords of a schema', () => {
    const keywords = ['oneOf', 'anyOf', 'not', 'allOf', 'if', 'required', '']
    expect(keywords.filter(isGroupKeyword)).to.deep.equal(['oneOf', 'anyOf', 'not'])
  })
})
