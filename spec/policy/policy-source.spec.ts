import { expect } from 'chai'
import { PolicySource } from '../../lib/policy/policy-source.js'

const shown = (text: string, offset: number, file?: string) =>
  new PolicySource(text, file).invalid([{ offset, message: 'wrong' }]).message

describe('the source of a policy', () => {
  it('knows the line of every offset', () => {
    const source = new PolicySource('a\nbc\n\nd')
    expect([0, 1, 2, 4, 5, 6, 7, 100].map(offset => source.lineOf(offset))).to.deep.equal([1, 1, 2, 2, 3, 4, 4, 4])
    expect(new PolicySource('').lineOf(0)).to.equal(1)
  })

  it('shows a problem with its place, its line and a caret', () => {
    expect(shown('a: 1\nb: 2\n', 8)).to.equal('policy:2:4: wrong\n  b: 2\n     ^')
    expect(shown('a: 1\r\nb: 2\r\n', 0, 'cart.yaml')).to.equal('cart.yaml:1:1: wrong\n  a: 1\n  ^')
    expect(shown('a: 1', 4)).to.equal('policy:1:5: wrong\n  a: 1\n      ^')
  })

  it('shows nothing that a terminal obeys, at the place where it stood', () => {
    expect(shown('a\u001b: x\u202ey', 7)).to.equal('policy:1:8: wrong\n  a : x y\n         ^')
  })

  it('shows a window of a long line', () => {
    const line = Array.from({ length: 300 }, (_, at) => String(at % 10)).join('')
    const windowAt = (offset: number, text = line) => shown(text, offset).split('\n').slice(1)
    expect(windowAt(0)).to.deep.equal([`  ${line.slice(0, 120)}...`, '  ^'])
    expect(windowAt(60)).to.deep.equal([`  ${line.slice(0, 120)}...`, `  ${' '.repeat(60)}^`])
    expect(windowAt(150)).to.deep.equal([`  ...${line.slice(90, 210)}...`, `  ${' '.repeat(63)}^`])
    expect(windowAt(299)).to.deep.equal([`  ...${line.slice(180)}`, `  ${' '.repeat(122)}^`])
    expect(windowAt(119, line.slice(0, 120))).to.deep.equal([`  ${line.slice(0, 120)}`, `  ${' '.repeat(119)}^`])
  })

  it('tells problems in the order of the text, each once', () => {
    const { message, problems } = new PolicySource('a\nb').invalid([
      { offset: 2, message: 'second' },
      { offset: 0, message: 'first' },
      { offset: 2, message: 'second' },
      { offset: 2, message: 'another' },
    ])
    expect(problems).to.deep.equal([
      { message: 'first', line: 1, column: 1 },
      { message: 'second', line: 2, column: 1 },
      { message: 'another', line: 2, column: 1 },
    ])
    expect(message.split('\n').filter(line => line.startsWith('policy:'))).to.have.length(3)
  })

  it('shows a hundred, keeps a thousand, and says how many there are', () => {
    const tell = (count: number) => {
      const findings = Array.from({ length: count }, (_, offset) => ({ offset, message: 'wrong' }))
      const { message, problems } = new PolicySource('x'.repeat(2000)).invalid(findings)
      const lines = message.split('\n')
      return [problems.length, lines.filter(line => line.includes('wrong')).length, lines.at(-1)?.trim()]
    }
    expect(tell(100)).to.deep.equal([100, 100, '^'])
    expect(tell(101)).to.deep.equal([101, 100, 'and 1 more'])
    expect(tell(1000)).to.deep.equal([1000, 100, 'and 900 more'])
    expect(tell(1500)).to.deep.equal([1000, 100, 'and 1400 more'])
  })
})
