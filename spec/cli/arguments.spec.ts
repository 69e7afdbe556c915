import { expect } from 'chai'
import { readArguments } from '../../lib/cli/arguments.js'

const OPTIONS = { yes: { type: 'boolean' }, registry: { type: 'string' } } as const
const KID = `-${'A'.repeat(42)}`

describe('arguments of a command', () => {
  it('may be a kid that begins like an option, before, between or behind options', () => {
    for (const words of [
      ['shop', KID, '--yes', '--registry', 'file:.'],
      ['--yes', 'shop', KID, '--registry', 'file:.'],
      ['--yes', '--registry', 'file:.', 'shop', KID],
      ['--yes', '--registry', 'file:.', '--', 'shop', KID],
    ]) {
      const { values, positionals } = readArguments(words, OPTIONS, [2, 2])
      expect(positionals, words.join(' ')).to.deep.equal(['shop', KID])
      expect({ ...values }).to.deep.equal({ yes: true, registry: 'file:.' })
    }
  })

  it('are no kid where they are shorter, longer, or an option', () => {
    for (const word of [KID.slice(1), `${KID}A`, '-y', '--yess']) {
      if (word.startsWith('-')) expect(() => readArguments([word], OPTIONS, [0, 2]), word).to.throw('unknown option')
      else expect(readArguments([word], OPTIONS, [0, 2]).positionals).to.deep.equal([word])
    }
  })
})
