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
    const rows = [...read('docs/errors.md').matchAll(/^\| `(ERR_[A-Z0-9_]+)` \| (\d{3}|-) \| (\d+|-) \|/gm)]
    expect(rows.map(([, code]) => code).sort()).to.deep.equal([...declared].sort())
  })

  it('that the README, the other docs and the docstrings mention all exist', () => {
    const mentioned = new Set<string>()
    for (const path of ['README.md', 'docs/wire-format.md', 'docs/policy.md', 'SECURITY.md']) {
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
