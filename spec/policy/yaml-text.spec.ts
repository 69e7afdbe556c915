import { expect } from 'chai'
import { MAX_POLICY_BYTES } from '../../lib/limits/decisions.js'
import { readYaml } from '../../lib/policy/yaml-text.js'

const findingsOf = (text: string) => {
  const read = readYaml(text)
  return 'findings' in read ? read.findings.map(({ offset, message }) => `${offset}: ${message}`) : 'read'
}

describe('the YAML of a policy', () => {
  it('is one document, of which the first line may say so', () => {
    expect(findingsOf('---\na: 1\n')).to.equal('read')
    expect(findingsOf('a: 1\n---\nb: 1\n')).to.deep.equal(['5: a policy is one document'])
    expect(findingsOf('---\na: 1\n---\n*b\n')).to.deep.equal([
      '9: a policy is one document',
      '13: aliases are not allowed: `*b`',
    ])
  })

  it('has dashes, stars and percent signs inside texts', () => {
    for (const text of [
      'a: |\n  ---\n  *b &c !d\n',
      'a: "*b"\n',
      "a: '---'\n",
      'a: x --- *b &c\n',
      'a: >\n  %YAML\n',
    ]) {
      expect(findingsOf(text), text).to.equal('read')
    }
  })

  it('has as many bytes as may be, and not one more', () => {
    const text = (bytes: number) => `a: ${'x'.repeat(bytes - 4)}\n`
    expect(findingsOf(text(MAX_POLICY_BYTES))).to.equal('read')
    expect(findingsOf(text(MAX_POLICY_BYTES + 1))).to.deep.equal([
      '0: a policy has at most 65536 bytes; this one has 65537',
    ])
  })

  it('leaves the traces of errors as long as they were', () => {
    const before = Error.stackTraceLimit
    Error.stackTraceLimit = 7
    try {
      for (const text of ['a: 1\n', 'a: [\n', '']) readYaml(text)
      expect(Error.stackTraceLimit).to.equal(7)
    } finally {
      Error.stackTraceLimit = before
    }
  })
})
