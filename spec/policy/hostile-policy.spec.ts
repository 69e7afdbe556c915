import { expect } from 'chai'
import { PolicyInvalid } from '../../lib/errors/policy.js'
import { parsePolicy } from '../../lib/policy/parse-policy.js'

const SIZE = 64_000
const fill = (text: string) => text.repeat(Math.floor(SIZE / text.length))
const inList = (values: string) =>
  `for-each-of-the-following: [{ enforce-the-first-matching-rule: [{ any-token: true, must: { have-operation: { one-of: [${values}] } } }] }]`

const hostile: [title: string, text: string][] = [
  ['flow sequences in flow sequences', fill('[')],
  ['flow mappings in flow mappings', fill('{')],
  ['flow sequences that end', '['.repeat(SIZE / 2) + ']'.repeat(SIZE / 2)],
  ['pairs in sequences', fill('[a: ')],
  ['block sequences in block sequences', fill('- ')],
  ['explicit keys in explicit keys', fill('? ')],
  ['mappings that indent', Array.from({ length: 300 }, (_, index) => `${' '.repeat(index)}a:`).join('\n')],
  ['the same key', fill('a:\n')],
  ['the same key in flow style', `{${fill('a,')}}`],
  ['different keys', Array.from({ length: 9000 }, (_, index) => `k${index}:`).join('\n')],
  ['aliases', `a: &a [x]\nb: [${fill('*a,')}]`],
  ['an alias bomb', `a: &a [x]\n${Array.from({ length: 26 }, (_, i) => `b${i}: &b${i} [*a,*a]`).join('\n')}`],
  ['anchors', fill('&a ')],
  ['tags', fill('! ')],
  ['directives', fill('%YAML 1.1\n')],
  ['documents', fill('---\n')],
  ['commas', `[${fill(',')}`],
  ['closing brackets', fill(']')],
  ['colons', fill(':\n')],
  ['quotes', fill('"')],
  ['NUL bytes', fill('\0')],
  ['lone surrogates', '\ud800'.repeat(SIZE / 3)],
  ['lists in a list of values', inList('[],'.repeat(20_000))],
  ['unknown keys', `{${Array.from({ length: 9000 }, (_, index) => `k${index}`).join()}}`],
  [
    'patterns',
    `for-each-of-the-following: [{ enforce-the-first-matching-rule: [{ any-token: true, must: { have-claim: {
      ${Array.from({ length: 1000 }, (_, index) => `c${index}: { is: { matching: "x{999}${index}" } }`).join()} } } }] }]`,
  ],
]

describe('a hostile policy', () => {
  for (const [title, text] of hostile) {
    it(`of ${title} is refused in time, with ERR_POLICY_INVALID`, () => {
      const started = performance.now()
      const error = refusal(text)
      expect(performance.now() - started).to.be.below(5000)
      expect(error).to.be.instanceOf(PolicyInvalid)
      expect(error?.problems).to.have.length.within(1, 1000)
      expect(error?.message).to.have.length.below(100_000)
    })
  }
})

function refusal(text: string): PolicyInvalid | undefined {
  try {
    parsePolicy(text)
  } catch (error) {
    if (error instanceof PolicyInvalid) return error
    throw error
  }
  return undefined
}
