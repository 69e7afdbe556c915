import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect } from 'chai'
import { parsePolicy } from '../../lib/policy/parse-policy.js'
import { externalData } from '../external-data.js'

const schema = JSON.parse(readFileSync(new URL('../../lib/policy/policy.schema.json', import.meta.url), 'utf8'))
const validate = new Ajv2020({ strictTypes: false, strictRequired: false }).compile(schema)

const token = (matcher: unknown) => rule({ 'any-token': true, must: matcher })
const rule = (keys: unknown) => ({ 'for-each-of-the-following': [{ 'enforce-the-first-matching-rule': [keys] }] })
const step = (keys: unknown) => token({ 'come-from': [keys] })
const stop = (keys: unknown) => token({ 'come-through': [keys] })
const value = (keys: unknown) => token({ 'have-operation': keys })
const collection = (keys: unknown) => token({ 'have-claim': { a: { contains: keys } } })
const APP = { 'app-name': { 'equal-to': 'a' } }
const BOUND = { 'have-at-most': { apps: 1 } }
const USER = { 'where-issuer-is': { 'equal-to': 'i' } }

// Every key and every rule about keys beside each other, in both directions.
const corpus: unknown[] = [
  {},
  [],
  null,
  { 'for-each-of-the-following': [] },
  { 'for-each-of-the-following': [{}] },
  { ...rule({ 'any-token': true, 'must-be-rejected': true }), more: 1 },
  rule({}),
  rule({ 'any-token': true }),
  rule({ 'any-token': true, 'must-be-rejected': true }),
  rule({ 'any-token': true, 'must-be-rejected': false }),
  rule({ 'any-token': false, 'must-be-rejected': true }),
  rule({ 'any-token': false, 'tokens-that': BOUND, 'must-be-rejected': true }),
  rule({ 'any-token': true, 'tokens-that': BOUND, 'must-be-rejected': true }),
  rule({ 'any-token': true, must: BOUND, 'must-be-rejected': true }),
  rule({ 'any-token': true, must: BOUND, 'must-be-rejected': false, name: 'n', because: 'b' }),
  rule({ 'any-token': true, must: BOUND, name: '' }),
  rule({ 'any-token': true, must: BOUND, because: 'b'.repeat(401) }),
  { 'for-each-of-the-following': [{ 'enforce-the-first-matching-rule': [], otherwise: 'accept' }] },
  token({}),
  token({ or: BOUND }),
  token({ ...BOUND, or: BOUND }),
  token({ ...BOUND, or: { or: BOUND } }),
  token({ ...BOUND, or: {} }),
  token({ 'have-no-initial-token': true }),
  token({ 'have-no-initial-token': false }),
  token({ 'have-no-initial-token': false, 'have-initial-token': USER }),
  token({ 'have-no-initial-token': true, 'have-initial-token': USER }),
  token({ 'have-initial-token': {} }),
  token({ 'have-initial-token': { ...USER, more: 1 } }),
  token({ 'have-initial-token': { 'where-authenticated-within': { seconds: 1 } } }),
  token({ 'have-initial-token': { 'where-issued-within': { seconds: 300 }, ...USER } }),
  token({ 'have-initial-token': { 'where-issued-within': {} } }),
  token({ 'have-initial-token': { 'where-issued-within': { seconds: 0 } } }),
  token({ 'have-initial-token': { 'where-issued-within': { seconds: 1.5 } } }),
  token({ 'have-initial-token': { 'where-issued-within': { seconds: '1' } } }),
  token({ 'have-initial-token': { 'where-issued-within': 300 } }),
  token({ 'have-initial-token': { 'where-issued-within': { minutes: 5 } } }),
  token({ 'have-initial-token': { 'where-issued-within': { seconds: 1, minutes: 5 } } }),
  token({ 'have-claim': {} }),
  token({ 'have-claim': { a: {} } }),
  token({ 'have-claim': { a: { is: { 'equal-to': 1 }, contains: { value: 1 } } } }),
  token({ 'have-at-most': {} }),
  token({ 'have-at-most': { apps: 0 } }),
  token({ 'have-at-most': { apps: 1.5 } }),
  token({ 'come-from': [] }),
  token({ 'come-through': [] }),
  token({ 'originate-from': APP }),
  token({ 'originate-from': { ...APP, optional: false } }),
  step({}),
  step(APP),
  step({ ...APP, optional: true, 'via-operation': { matching: 'x' }, 'where-claim': { a: { is: { 'one-of': [1] } } } }),
  step({ ...APP, 'any-app': true }),
  step({ ...APP, 'any-app': false }),
  step({ 'any-app': false }),
  step({ 'any-number-of-apps': true }),
  step({ 'any-number-of-apps': true, optional: false }),
  step({ 'any-number-of-apps': true, optional: true }),
  step({ 'any-number-of-apps': true, ...APP }),
  step({ 'any-number-of-apps': true, 'via-operation': { 'equal-to': 'x' } }),
  step({ 'any-number-of-apps': true, 'where-claim': { a: { is: { 'equal-to': 'x' } } } }),
  stop({ 'any-app': true }),
  stop({ 'any-app': true, ...APP }),
  stop({ 'any-number-of-apps': true }),
  stop({ ...APP, optional: true }),
  value({}),
  value('x'),
  value({ 'equal-to': null }),
  value({ 'equal-to': 1, matching: 'x', 'one-of': [true, 'x', 2.5] }),
  value({ 'one-of': [] }),
  value({ 'one-of': [[]] }),
  value({ matching: 5 }),
  value({ matching: 'x'.repeat(257) }),
  collection({}),
  collection({ value: 'x', 'one-of': ['x'], 'all-of': [1], only: [true] }),
  collection({ only: [] }),
  collection({ value: ['x'] }),
]

function loads(document: unknown): boolean {
  try {
    parsePolicy(JSON.stringify(document))
    return true
  } catch {
    return false
  }
}

describe('the schema of a policy', () => {
  for (const document of corpus) {
    it(`agrees with the loader on ${JSON.stringify(document).slice(0, 150)}`, () => {
      expect(validate(document)).to.equal(loads(document))
    })
  }

  it('agrees with the loader on every policy case, save where only a pattern is wrong', function () {
    const lines = readFileSync(externalData(this, 'COUNTERSIGN_POLICY_CASES'), 'utf8').trim().split('\n')
    const documents = lines.map(line => JSON.parse(line).policy)
    const differing = documents.filter(document => validate(document) !== loads(document))
    expect(differing.map(document => JSON.stringify(document))).to.satisfy((texts: string[]) =>
      texts.every(text => text.includes('"matching":"("')),
    )
  })

  it('has a description at every key, for editors', () => {
    const places = [schema, ...Object.values(schema.$defs)] as {
      properties?: Record<string, { description?: string; $ref?: string }>
    }[]
    for (const { properties = {} } of places) {
      for (const [key, { description, $ref }] of Object.entries(properties)) {
        expect(description ?? schema.$defs[$ref?.replace('#/$defs/', '') ?? '']?.description, key).to.be.a('string')
      }
    }
  })

  it('is what the generated files were made from', () => {
    const script = fileURLToPath(new URL('../../scripts/generate-policy.mjs', import.meta.url))
    expect(() => execFileSync(process.execPath, [script, '--check'], { stdio: 'pipe' })).to.not.throw()
  })
})
