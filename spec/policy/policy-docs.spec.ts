import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { MAX_POLICY_BYTES, MAX_POLICY_DEPTH, MAX_POLICY_RULES } from '../../lib/limits/decisions.js'
import { parsePolicy } from '../../lib/policy/parse-policy.js'

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const docs = read('docs/policy.md')
const schema = JSON.parse(read('lib/policy/policy.schema.json'))

describe('docs/policy.md', () => {
  it('explains every key of the schema', () => {
    const places: { properties?: object }[] = [schema, ...Object.values<object>(schema.$defs)]
    const keys = new Set(places.flatMap(({ properties = {} }) => Object.keys(properties)))
    expect(keys.size).to.be.greaterThan(30)
    expect([...keys].filter(key => !docs.includes(`\`${key}`) && !docs.includes(`{ ${key}: `))).to.deep.equal([])
  })

  it('shows policies that load', () => {
    const blocks = [...docs.matchAll(/```yaml\n([^`]*)```/g)].map(([, block]) => block ?? '')
    const policies = blocks.filter(block => block.includes('for-each-of-the-following'))
    const rules = blocks.filter(block => /^- (any-token|tokens-that|name)/.test(block))
    expect(policies).to.have.length(1)
    expect(rules).to.have.length(3)
    for (const policy of policies) parsePolicy(policy)
    for (const rule of rules) {
      parsePolicy(
        `for-each-of-the-following:\n- enforce-the-first-matching-rule:\n${rule.replace(/^/gm, '  ').trimEnd()}\n`,
      )
    }
  })

  it('names the bounds that the loader has', () => {
    expect(docs).to.include(`at most ${MAX_POLICY_BYTES.toLocaleString('en-US')} bytes`)
    expect(docs).to.include(`more than ${MAX_POLICY_DEPTH} deep`)
    expect(docs).to.include(`more than ${MAX_POLICY_RULES} rules`)
  })
})
