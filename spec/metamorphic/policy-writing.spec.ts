import { expect } from 'chai'
import fc from 'fast-check'
import { type Decision, type PolicyInput, parsePolicy } from '../../lib/index.js'
import { cases, seedOfRun } from '../independent/generator.js'
import { styles, writeYaml } from './yaml-writer.js'

/** What a decision says, save of lines and of the order in which its sentences name things. */
function essence({ effect, stack, lists }: Decision): string {
  const verdicts = lists.map(({ effect, list, name, rule }) => [
    effect,
    list,
    name,
    rule?.index,
    rule?.name,
    rule?.because,
  ])
  return JSON.stringify({ effect, stack, verdicts })
}

describe('a policy', function () {
  this.timeout(60_000)

  it('says the same however it is written: comments, quotes, white space, style and order of keys', () => {
    const effects = new Set<string>()
    const texts = new Set<string>()
    const property = fc.property(cases, styles, ({ policy, inputs }, style) => {
      const text = writeYaml(policy, style)
      texts.add(text)
      const [plain, written] = [JSON.stringify(policy), text].map(each => parsePolicy(each))
      for (const input of inputs as readonly PolicyInput[]) {
        const [expected, found] = [plain, written].map(each => each?.evaluate(input))
        expect(found && essence(found), text).to.equal(expected && essence(expected))
        if (expected !== undefined) effects.add(expected.effect)
      }
    })
    fc.assert(property, { numRuns: 400, seed: seedOfRun() })
    expect(effects.size).to.equal(2)
    const count = (pattern: RegExp) => [...texts].filter(text => pattern.test(text)).length
    for (const pattern of [/ # /, /^#/m, /'/, /"/, /: \{/, /\n\s+-/, /^\n/m])
      expect(count(pattern), `${pattern}`).to.be.above(50)
  })

  it('says the same with line feeds of Windows, a byte order mark before it and an end behind it', () => {
    const property = fc.property(cases, styles, ({ policy, inputs: [input] }, style) => {
      const text = writeYaml(policy, style)
      const others = [text.replaceAll('\n', '\r\n'), `\ufeff${text}`, `---\n${text}`, `${text}...\n`]
      const expected = essence(parsePolicy(text).evaluate(input as PolicyInput))
      for (const other of others) expect(essence(parsePolicy(other).evaluate(input as PolicyInput))).to.equal(expected)
    })
    fc.assert(property, { numRuns: 100, seed: seedOfRun() })
  })
})
