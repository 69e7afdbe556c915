import { expect } from 'chai'
import fc from 'fast-check'
import { parseDocument } from 'yaml'
import type { JsonObject } from '../../lib/model/json.js'
import type { PolicyInput } from '../../lib/model/policy.js'
import { type Call, readCall } from '../../lib/policy/call.js'
import { indexKeys } from '../../lib/policy/index-key.js'
import { parsePolicy } from '../../lib/policy/parse-policy.js'
import { Patterns } from '../../lib/policy/pattern.js'
import { compileRule } from '../../lib/policy/rule.js'
import { RuleIndex } from '../../lib/policy/rule-index.js'
import { seedOfRun } from '../independent/generator.js'
import { mustHave } from './verdict.js'

const names = ['shop', 'cart', 'cartel', 'web']
const each = (write: (name: string) => string) => names.map(write)
const pattern = (name: string) => `${name}(-[a-z]+)?`

/** Conditions that an index finds by something else each, and some that it cannot find by anything. */
const CONDITIONS = [
  ...each(name => `{ have-operation: { equal-to: ${name} } }`),
  ...each(name => `{ have-operation: { matching: '${pattern(name)}' } }`),
  ...each(name => `{ have-claim: { a: { is: { equal-to: ${name} } } } }`),
  ...each(name => `{ have-claim: { a: { is: { one-of: [${name}, 3, true] } } } }`),
  ...each(name => `{ have-claim: { a: { is: { matching: '${pattern(name)}' } } } }`),
  ...each(name => `{ have-claim: { a: { contains: { value: ${name} } } } }`),
  ...each(name => `{ have-claim: { a: { contains: { one-of: [${name}, 0] } } } }`),
  ...each(name => `{ have-claim: { a: { contains: { all-of: [web, ${name}] } } } }`),
  ...each(name => `{ have-claim: { a: { contains: { only: [${name}, 3] } } } }`),
  ...each(name => `{ have-initial-token: { where-scope-contains: { value: ${name} } } }`),
  ...each(name => `{ have-initial-token: { where-audience-contains: { one-of: [${name}] } } }`),
  ...each(name => `{ have-initial-token: { where-issuer-is: { equal-to: ${name} } } }`),
  ...each(name => `{ have-initial-token: { where-claim: { b: { is: { equal-to: ${name} } } } } }`),
  ...each(name => `{ originate-from: { app-name: { equal-to: ${name} } } }`),
  ...each(name => `{ come-through: [{ app-name: { one-of: [${name}] } }, { any-app: true }] }`),
  ...each(name => `{ come-from: [{ app-name: { equal-to: ${name} } }, { any-number-of-apps: true }] }`),
  ...each(name => `{ come-from: [{ any-number-of-apps: true }, { app-name: { matching: ${name}.* } }] }`),
  ...each(name => `{ come-from: [{ any-app: true }, { app-name: { equal-to: ${name} } }, { any-app: true }] }`),
  ...each(name => `{ come-from: [{ app-name: { equal-to: ${name} }, optional: true }, { any-app: true }] }`),
  ...each(name => `{ have-operation: { equal-to: ${name} }, or: { have-operation: { matching: web.* } } }`),
  ...each(name => `{ have-claim: { a: { is: { equal-to: ${name} } } }, or: { have-operation: { equal-to: web } } }`),
  ...each(name => `{ have-operation: { one-of: [${name}, web] }, have-claim: { a: { is: { equal-to: 3 } } } }`),
  '{ have-no-initial-token: true }',
  '{ have-at-most: { apps: 1 } }',
  ...each(name => `{ have-claim: { a: { is: { matching: '.*${name}' } } } }`),
  ...each(name => `{ have-claim: { a: { is: { matching: '.+${name.slice(1)}.*' } } } }`),
  ...each(
    name => `{ have-operation: { matching: '.*${name.slice(0, 2)}.*' }, or: { have-operation: { equal-to: '' } } }`,
  ),
  ...each(
    name => `{ have-operation: { matching: '(web )?${name}' }, or: { have-operation: { matching: '${name}.*' } } }`,
  ),
]

const texts = fc.constantFrom(...names, 'shop-north', 'cart-', 'web shop', '')
const elements = fc.oneof(texts, fc.constantFrom<unknown[]>(3, 0, true, null))
const values = fc.oneof(elements, fc.array(elements, { maxLength: 3 }))
const frames = fc.record({
  service: fc.constantFrom(...names, 'cart-north'),
  operation: texts,
  claims: fc.record({ a: values }),
})
const tokens = fc.record({ claims: fc.record({ scope: values, aud: values, iss: values, b: values }) })
const inputs = fc.record({
  callStack: fc.array(frames, { minLength: 1, maxLength: 3 }),
  initialToken: fc.option(tokens, { nil: undefined }),
}) as fc.Arbitrary<unknown> as fc.Arbitrary<PolicyInput>

// Asked by itself, as what must hold, a condition is not looked for in an index.
const alone = CONDITIONS.map(condition => parsePolicy(mustHave(condition)))

function listOf(conditions: readonly string[]): string {
  const rules = conditions.map(condition => `  - { tokens-that: ${condition}, must-be-rejected: true }\n`)
  return `for-each-of-the-following:\n- otherwise: accept\n  enforce-the-first-matching-rule:\n${rules.join('')}`
}

describe('a list of many rules', () => {
  it('is decided by the first whose condition matches, as if each were asked in turn', function () {
    this.timeout(60_000)
    const positions = fc.array(fc.nat(CONDITIONS.length - 1), { minLength: 1, maxLength: 30 })
    const decided = new Set<number | undefined>()
    const property = fc.property(positions, fc.array(inputs, { minLength: 5, maxLength: 5 }), (chosen, calls) => {
      const policy = parsePolicy(listOf(chosen.map(position => CONDITIONS[position] ?? '')))
      for (const call of calls) {
        const first = chosen.findIndex(position => alone[position]?.evaluate(call).effect === 'accept')
        const { index } = policy.evaluate(call).lists[0]?.rule ?? {}
        expect(index).to.equal(first === -1 ? undefined : first + 1)
        decided.add(first === -1 ? undefined : chosen[first])
      }
    })
    fc.assert(property, { seed: seedOfRun(), numRuns: 1500 })
    expect(decided.size, 'conditions that decided').to.be.above(CONDITIONS.length * 0.9)
  })

  it('asks a rule once, however often the call has what it needs', () => {
    const many = Array.from({ length: 50 }, (_, index) => `v${index}`)
    const condition = `{ have-claim: { a: { contains: { one-of: [${many}] } }, b: { is: { matching: .*x } } } }`
    let reads = 0
    const claims = {
      a: many,
      get b() {
        reads += 1
        return 'y'
      },
    }
    const { effect } = parsePolicy(listOf([condition])).evaluate({
      callStack: [{ service: 's', operation: 'o', claims }],
    })
    expect({ effect, reads }).to.deep.equal({ effect: 'accept', reads: 1 })
  })
})

describe('an index of rules asks', () => {
  const COUNT = 20

  /** Rules that need one of these each; those that are asked note their number, from 1, and say no. */
  function indexOf(conditions: readonly string[]) {
    const asked: (number | undefined)[] = []
    const rules = conditions.map((condition, at) => ({
      ...compileRule({ 'any-token': true, must: {} }, { index: at + 1, file: undefined, line: 1 }, new Patterns()),
      keys: condition === '' ? [] : indexKeys(parseDocument(condition).toJS()),
      applies: () => {
        asked.push(at + 1)
        return false
      },
    }))
    const index = new RuleIndex(rules)
    return (operation: string, claims: JsonObject) => {
      asked.length = 0
      index.firstThatApplies(readCall({ callStack: [{ service: 'shop', operation, claims }] }) as Call)
      return asked.toSorted((a, b) => Number(a) - Number(b))
    }
  }
  const numbers = Array.from({ length: COUNT }, (_, at) => at)
  const claim = (is: string, name = 'c') => `have-claim: { ${name}: { is: ${is} } }`
  const read = 'have-operation: { equal-to: read }'

  it('the one whose own need is there, of those that share another', () => {
    const askedFirst = indexOf(numbers.map(at => `{ ${read}, ${claim(`{ equal-to: n${at} }`)} }`))
    expect(askedFirst('read', { c: 'n7' })).to.deep.equal([8])
    expect(askedFirst('read', { c: 'other' })).to.deep.equal([])
    expect(askedFirst('read', {})).to.deep.equal([])
    const shared = 'have-initial-token: { where-issuer-is: { equal-to: i } }'
    const askedLast = indexOf(numbers.map(at => `{ have-operation: { equal-to: n${at} }, ${shared} }`))
    expect(askedLast('n7', {})).to.deep.equal([8])
  })

  it('those that share something as well, where they have nothing of their own', () => {
    const asked = indexOf(
      numbers.map(at => (at < 10 ? `{ ${read} }` : `{ ${read}, ${claim(`{ equal-to: n${at} }`)} }`)),
    )
    expect(asked('read', { c: 'n15' })).to.deep.equal([...numbers.slice(0, 10).map(at => at + 1), 16])
    expect(asked('write', { c: 'n15' })).to.deep.equal([16])
  })

  it('by values of one type, and by beginnings apart from values', () => {
    const others = numbers.map(
      () => '{ have-claim: { c: { is: { equal-to: "1" } }, d: { is: { matching: "web-.*" } } } }',
    )
    const byType = indexOf(['{ have-claim: { c: { is: { equal-to: 1 } }, d: { is: { equal-to: web- } } } }', ...others])
    expect(byType('read', { c: 1, d: 'x' })).to.deep.equal([1])
    const byText = indexOf(['{ have-claim: { d: { is: { equal-to: web- } }, c: { is: { equal-to: 1 } } } }', ...others])
    expect(byText('read', { c: 2, d: 'web-' })).to.deep.equal([1])
  })

  it('by an ending, where the beginning is anything', () => {
    const ending = (text: string) => `{ have-claim: { c: { is: { matching: '.*${text}' } } } }`
    const asked = indexOf([...numbers.map(at => ending(`-n${at}`)), ending('-n7')])
    expect(asked('read', { c: 'web-n7' })).to.deep.equal([8, COUNT + 1])
    expect(asked('read', { c: 'n7' })).to.deep.equal([])
    const both = indexOf(numbers.map(at => `{ have-claim: { c: { is: { matching: 'web-.*-n${at}' } } } }`))
    expect(both('read', { c: 'web-x-n7' })).to.deep.equal([8])
  })

  describe('by a part, where beginning and ending are anything,', () => {
    const part = (text: string) => `{ have-claim: { c: { is: { matching: '.*${text}.*' } } } }`
    const asked = indexOf([...numbers.map(at => part(`-n${at}-`)), part('-n7-'), part('aa')])
    const everyRule = [...numbers, COUNT, COUNT + 1].map(at => at + 1)

    it('wherever it stands', () => {
      expect(asked('read', { c: '-n7-' })).to.deep.equal([8, COUNT + 1])
      expect(asked('read', { c: 'x-n7-x' })).to.deep.equal([8, COUNT + 1])
      expect(asked('read', { c: '-n7-n8-' }), 'in parts that overlap').to.deep.equal([8, 9, COUNT + 1])
      expect(asked('read', { c: 'n7-' })).to.deep.equal([])
      expect(asked('read', { c: '' })).to.deep.equal([])
    })

    it('once, however often it stands there', () => {
      expect(asked('read', { c: 'aaaaaaa' })).to.deep.equal([COUNT + 2])
    })

    it('each in its turn, where a text has more parts than there are rules', () => {
      expect(asked('read', { c: 'x'.repeat(1000) })).to.deep.equal(everyRule)
    })

    it('and looked at once, however many texts a list has', () => {
      let looks = 0
      const rules = numbers.map(at => {
        const rule = compileRule(
          { 'any-token': true, must: {} },
          { index: at + 1, file: undefined, line: 1 },
          new Patterns(),
        )
        const keys = indexKeys(parseDocument(part(`-n${at}-`)).toJS())
        const reference = Object.defineProperty({ ...rule.reference }, 'index', {
          get: () => {
            looks += 1
            return at + 1
          },
        })
        return { ...rule, keys, reference, applies: () => at === COUNT - 1 }
      })
      const index = new RuleIndex(rules)
      const c = Array.from({ length: 500 }, (_, element) => `e${element}`)
      const call = readCall({ callStack: [{ service: 'shop', operation: 'read', claims: { c } }] }) as Call
      expect(index.firstThatApplies(call)).to.equal(rules.at(-1))
      expect(looks).to.be.below(5 * COUNT)
    })

    it('each once, where there is a list of texts', () => {
      expect(asked('read', { c: ['-n7-', '-n8-', ...Array<string>(100).fill('aaaa')] })).to.deep.equal(everyRule)
      expect(asked('read', { c: [] })).to.deep.equal([])
      expect(asked('read', { c: 7 })).to.deep.equal([])
    })

    it('and better than by a beginning that all share', () => {
      const shared = indexOf(numbers.map(at => `{ have-claim: { c: { is: { matching: 'web.*-n${at}-.*' } } } }`))
      expect(shared('read', { c: 'web-n7-' })).to.deep.equal([8])
    })
  })

  it('by what few others need, all values of a need together', () => {
    const asked = indexOf([
      '{ have-claim: { c: { is: { one-of: [u, v, w] } }, d: { is: { equal-to: x } } } }',
      ...['u', 'v', 'w'].map(value => `{ have-claim: { c: { is: { equal-to: ${value} } } } }`),
      '{ have-claim: { d: { is: { equal-to: x } } } }',
    ])
    expect(asked('read', { c: 'u' })).to.deep.equal([2])
    expect(asked('read', { d: 'x' })).to.deep.equal([1, 5])
  })

  it('always those that need nothing in particular', () => {
    const asked = indexOf(['', `{ ${read} }`, ''])
    expect(asked('write', {})).to.deep.equal([1, 3])
  })

  it('though the members of a class in its pattern look like something else', () => {
    for (const pattern of [
      '[a-z\\[:-]+',
      '[a\\\\pdelt]+',
      '[delt\\\\Q]+',
      '[delt\\(?i)]+',
      'd(?i)*?elete|[a-z]+',
      'delete(?i)?',
    ]) {
      const policy = parsePolicy(`for-each-of-the-following:
- otherwise: accept
  enforce-the-first-matching-rule:
  - { tokens-that: { have-operation: { matching: '${pattern}' } }, must-be-rejected: true }
`)
      const { effect } = policy.evaluate({ callStack: [{ service: 'shop', operation: 'delete', claims: {} }] })
      expect(effect, pattern).to.equal('reject')
    }
  })
})
