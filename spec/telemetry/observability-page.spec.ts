import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { parse } from 'yaml'
import { readSources, root } from '../house/sources.js'

/** The rows of the first table behind a text, as lists of cells. */
function tableBehind(markdown: string, text: string): string[][] {
  const start = markdown.indexOf(text)
  if (start < 0) throw new Error(`the page does not have: ${text}`)
  const [table = ''] = /^\|.*\n\|[-|]+\n(?:\|.*\n)+/m.exec(markdown.slice(start)) ?? []
  const rows = table.trimEnd().split('\n').slice(2)
  return rows.map(row => row.split('|').slice(1, -1))
}

/** The inline code of a cell. */
const codeIn = (cell = ''): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(match => match[1] ?? '')

describe('docs/observability.md', function () {
  this.timeout(60_000)
  const page = readFileSync(join(root, 'docs/observability.md'), 'utf8')
  const lib = readSources()
  const textOf = (path: string) => lib.find(source => source.path === path)?.text ?? ''
  /** The members of an interface, in the order of their names. */
  const membersOf = (name: string) => {
    const head = new RegExp(`^export interface ${name}\\b[\\s\\S]*?^}`, 'm')
    const [declaration = ''] = lib.flatMap(({ text }) => head.exec(text)?.[0] ?? [])
    return [...declaration.matchAll(/^ {2}readonly (\w+)/gm)].map(match => match[1] ?? '').sort()
  }

  for (const type of ['DecisionEvent', 'CallEvent', 'RegistryEvent']) {
    it(`lists every member of ${type}, and no other`, () => {
      const listed = tableBehind(page, `| \`${type}\` |`).flatMap(([cell]) => codeIn(cell))
      expect(membersOf(type)).to.have.length.above(5)
      expect(listed.sort()).to.deep.equal(membersOf(type))
    })
  }

  it('says what stands in the members that are objects', () => {
    const cellOf = (member: string) =>
      codeIn(tableBehind(page, '| `DecisionEvent` |').find(([cell]) => codeIn(cell).includes(member))?.[2])
    expect(cellOf('claimed').sort()).to.deep.equal(membersOf('ClaimedCaller'))
    expect(cellOf('candidate').sort()).to.deep.equal(membersOf('CandidateDecision'))
  })

  it('lists every kind of registry event', () => {
    const [, union = ''] = /readonly kind: (.*)$/m.exec(textOf('service/registry-event.ts')) ?? []
    const kinds = [...union.matchAll(/'(\w+)'/g)].map(match => match[1])
    expect(kinds).to.have.length(4)
    expect(tableBehind(page, '| `kind` | |').flatMap(([cell]) => codeIn(cell))).to.deep.equal(kinds)
  })

  it('names the channels as they are', () => {
    const names = lib.flatMap(({ text }) => [...text.matchAll(/_CHANNEL = '([^']+)'/g)].map(match => match[1] ?? ''))
    expect(names.sort()).to.deep.equal(['countersign:call', 'countersign:decision', 'countersign:registry'])
    for (const name of names) expect(page).to.contain(`\`${name}\``)
  })

  it('lists every metric with its unit, and every span', () => {
    const text = textOf('telemetry/metrics.ts')
    const counters = [...text.matchAll(/createCounter\('([\w.]+)', \{ unit: '([^']+)'/g)]
    const histograms = [...text.matchAll(/histogram\(meter, '([\w.]+)', '([^']+)'/g)]
    const made = [
      ...counters.map(([, name, unit]) => `${name} counter ${unit}`),
      ...histograms.map(([, name, unit]) => `${name} histogram ${unit}`),
    ]
    const listed = tableBehind(page, '| metric |').map(
      ([name, unit = '']) => `${codeIn(name)[0]} ${unit.trim().split(',')[0]} ${codeIn(unit)[0]}`,
    )
    expect(made).to.have.length(7)
    expect(listed.sort()).to.deep.equal(made.sort())
    const spans = [...textOf('telemetry/spans.ts').matchAll(/startSpan\('([\w.]+)'/g)].map(match => match[1])
    expect(tableBehind(page, '| span |').flatMap(([name]) => codeIn(name))).to.deep.equal(spans)
  })

  it('gives metrics no attribute that the page does not list, and the page no other', () => {
    const names = (text: string) => new Set(text.match(/\b(?:countersign|error|http)\.[\w.]+\b/g))
    const metrics = names(textOf('telemetry/metrics.ts'))
    const [start, end] = [page.indexOf('| metric |'), page.indexOf('| span |')]
    expect([...names(page.slice(start, end))].sort()).to.deep.equal([...metrics].sort())
  })

  it('names only codes, files and headings that exist', () => {
    const errors = readFileSync(join(root, 'docs/errors.md'), 'utf8')
    const prose = page.replace(/^```[\s\S]*?^```$/gm, '')
    for (const [code] of prose.matchAll(/\bERR_[A-Z_]+\b/g)) expect(errors).to.contain(`\`${code}\``)
    for (const [, path = '', heading = ''] of page.matchAll(/\]\(([^)#]*)(?:#([^)]*))?\)/g)) {
      if (path !== '') expect(existsSync(join(root, 'docs', path)), path).to.equal(true)
      const target = path === '' ? page : readFileSync(join(root, 'docs', path), 'utf8')
      const headings = [...target.matchAll(/^##+ (.*)$/gm)].map(([, text = '']) =>
        text
          .toLowerCase()
          .replace(/[^\w -]/g, '')
          .replaceAll(' ', '-'),
      )
      if (heading !== '') expect(headings).to.include(heading)
    }
  })

  it('has alerts over metrics, labels and codes that exist', () => {
    const [, yaml = ''] = /^```yaml\n([\s\S]*?)^```$/m.exec(page) ?? []
    const rules: { alert: string; expr: string }[] = parse(yaml).groups[0].rules
    expect(rules).to.have.length(4)
    const codes = [...readFileSync(join(root, 'docs/errors.md'), 'utf8').matchAll(/`(ERR_[A-Z_]+)`/g)].map(
      m => m[1] ?? '',
    )
    const known = [...textOf('telemetry/decision-counters.ts').matchAll(/'(countersign_\w+_total)'/g)].map(m => m[1])
    const labels = membersOf('DecisionLabels')
    for (const { alert, expr } of rules) {
      expect(known, alert).to.include(/countersign_\w+/.exec(expr)?.[0])
      for (const [, names = ''] of expr.matchAll(/by \(([^)]*)\)/g))
        expect(labels).to.include.members(names.split(', '))
      for (const [, patterns = ''] of expr.matchAll(/code=~?"([^"]*)"/g)) {
        const matched = codes.filter(code => new RegExp(`^(?:${patterns})$`).test(code))
        expect(codes, alert).to.include.members(patterns.match(/\bERR_[A-Z_]+(?=$|\|)/g) ?? [])
        expect(matched, alert).not.to.deep.equal([])
      }
    }
  })

  describe('its examples', () => {
    let folder: string
    const examples = [...page.matchAll(/^```js\n([\s\S]*?)^```\n[^`]*(?:`[^`\n]+`[^`]*)*^```text\n([\s\S]*?)^```$/gm)]

    before('puts the built package where a project would have it', () => {
      folder = mkdtempSync(join(tmpdir(), 'countersign-observability-'))
      mkdirSync(join(folder, 'node_modules'))
      symlinkSync(root, join(folder, 'node_modules/countersign'), 'junction')
      symlinkSync(join(root, 'node_modules/@opentelemetry'), join(folder, 'node_modules/@opentelemetry'), 'junction')
    })

    after(() => rmSync(folder, { recursive: true, force: true }))

    /** A printed line, or what the page says of it if that is the same: `…` stands for any text. */
    const asWritten = (line: string, expected = ''): string => {
      const literals = expected.split('…').map(text => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      return new RegExp(`^${literals.join('.+')}$`).test(line) ? expected : line
    }

    it('are all of its js blocks', () => {
      expect(examples).to.have.length(4)
      expect(examples).to.have.length([...page.matchAll(/^```js$/gm)].length)
    })

    for (const [at, [, source = '', text = '']] of examples.entries()) {
      it(`print what the page says: example ${at + 1}`, () => {
        writeFileSync(join(folder, `example-${at}.mjs`), source)
        const options = { cwd: folder, encoding: 'utf8', timeout: 30_000 } as const
        const { status, stdout, stderr } = spawnSync(process.execPath, [`example-${at}.mjs`], options)
        expect(status, stderr).to.equal(0)
        const lines = text.trimEnd().split('\n')
        const printed = stdout.trimEnd().split('\n')
        expect(printed.map((line, index) => asWritten(line, lines[index]))).to.deep.equal(lines)
      })
    }
  })
})
