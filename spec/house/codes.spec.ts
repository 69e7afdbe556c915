import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { readSources, root } from './sources.js'

const CODE = /\bERR_[A-Z0-9_]+\b/g
const codesIn = (text: string) => new Set(text.match(CODE) ?? [])
const read = (path: string) => readFileSync(join(root, path), 'utf8')

/** Everything in spec/ save this folder, as one text. */
function readSpecs(): string {
  const paths = readdirSync(join(root, 'spec'), { recursive: true, encoding: 'utf8' })
  return paths
    .filter(path => /\.(ts|json)$/.test(path) && !path.startsWith('house'))
    .map(path => read(join('spec', path)))
    .join('\n')
}

const FAMILIES = new Map([
  ['TokenError', { status: '401', invariant: '-' }],
  ['PermissionError', { status: '403', invariant: '-' }],
  ['AvailabilityError', { status: '503', invariant: '17' }],
  ['LocalError', { status: '500', invariant: '-' }],
  ['TypeError', { status: '-', invariant: '-' }],
])

/** Each error class of a source text, as `code status invariant`. */
function describeClasses(text: string): string[] {
  return text.split(/^export (?=class )/m).flatMap(source => {
    const [, code] = /readonly code = '(ERR_[A-Z0-9_]+)'/.exec(source) ?? []
    const [, family = ''] = /^class \w+ extends (\w+)/.exec(source) ?? []
    if (code === undefined) return []
    const status = /readonly status = (\d+)/.exec(source)?.[1] ?? FAMILIES.get(family)?.status
    const invariant = /readonly invariant = (\d+)/.exec(source)?.[1] ?? FAMILIES.get(family)?.invariant
    return [`${code} ${status} ${invariant}`]
  })
}

describe('error codes', () => {
  const errors = readSources().filter(({ path }) => path.startsWith('errors/'))
  const declared = new Set(
    errors.flatMap(({ text }) => [...text.matchAll(/readonly code = '(ERR_[A-Z0-9_]+)'/g)].map(m => m[1])),
  )

  it('are declared once each', () => {
    const all = errors.flatMap(({ text }) => text.match(/readonly code = '(ERR_[A-Z0-9_]+)'/g) ?? [])
    expect(all).to.have.length(declared.size)
    expect(declared.size).to.be.greaterThan(40)
  })

  it('are those that docs/errors.md lists, with the same status and invariant', () => {
    const documented = [...read('docs/errors.md').matchAll(/^\| `(ERR_[A-Z0-9_]+)` \| (\d{3}|-) \| (\d+|-) \|/gm)]
    const rows = documented.map(([, code, status, invariant]) => `${code} ${status} ${invariant}`)
    expect(rows.sort()).to.deep.equal(errors.flatMap(({ text }) => describeClasses(text)).sort())
  })

  it('that the README, the other docs and the docstrings mention all exist', () => {
    const mentioned = new Set<string>()
    for (const path of [
      'README.md',
      'SECURITY.md',
      'docs/wire-format.md',
      'docs/policy.md',
      'docs/service.md',
      'docs/replay.md',
      'docs/edge.md',
      'docs/registrar.md',
      'docs/registries.md',
      'docs/observability.md',
    ]) {
      for (const code of codesIn(read(path))) mentioned.add(code)
    }
    for (const { text } of readSources()) for (const code of codesIn(text)) mentioned.add(code)
    expect([...mentioned].filter(code => !declared.has(code))).to.deep.equal([])
  })

  it('are all expected by a vector or a spec', () => {
    const specs = readSpecs()
    expect([...declared].filter(code => !specs.includes(code ?? ''))).to.deep.equal([])
  })
})
