import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { type LimitOptions, resolveLimits } from '../../lib/service/limit-options.js'
import { readSources, root } from './sources.js'

/** An example of the page, and the lines that it prints: its `// prints:` comments, or the text block behind it. */
interface Example {
  readonly title: string
  readonly source: string
  readonly lines: readonly string[]
}

function examplesOf(markdown: string): Example[] {
  const sections = markdown.split(/^(?=##+ )/m)
  return sections.flatMap(section => {
    const title = /^##+ (?:\d+\. )?(.*)$/m.exec(section)?.[1] ?? ''
    const blocks = section.matchAll(/^```js\n([\s\S]*?)^```\n(?:[^`#]|`[^`])*(?:^```text\n([\s\S]*?)^```$)?/gm)
    return [...blocks].map(([, source = '', text]) => {
      const comments = [...source.matchAll(/\/\/ prints: (.*)$/gm)].map(match => match[1] ?? '')
      return { title, source, lines: text === undefined ? comments : text.trimEnd().split('\n') }
    })
  })
}

/** A printed line, or what the page says of it if that is the same: `…` stands for any text. */
function asWritten(line: string, expected: string | undefined): string {
  const literals = (expected ?? '').split('…').map(text => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return expected !== undefined && new RegExp(`^${literals.join('.*')}$`).test(line) ? expected : line
}

/** The rows of the first table behind a text, as lists of cells. */
function tableBehind(markdown: string, text: string): string[][] {
  const start = markdown.indexOf(text)
  if (start < 0) throw new Error(`the page does not have: ${text}`)
  const [table = ''] = /^\|.*\n\|[-|]+\n(?:\|.*\n)+/m.exec(markdown.slice(start)) ?? []
  const rows = table.trimEnd().split('\n').slice(2)
  return rows.map(row => row.split('|').slice(1, -1))
}

/** The names in the first column of a table: what its inline code begins with. */
function namesIn(rows: readonly string[][]): string[] {
  return rows.flatMap(([cell = '']) => [...cell.matchAll(/`(\w+)/g)].map(match => match[1] ?? '')).sort()
}

describe('docs/service.md', function () {
  this.timeout(60_000)
  const page = readFileSync(join(root, 'docs/service.md'), 'utf8')
  const prose = page.replace(/^```[\s\S]*?^```$/gm, '')
  const code = [...prose.matchAll(/`[^`\n]+`/g)].join('\n')
  const lib = readSources()
  const examples = examplesOf(page)

  /** The text of a type's declarations. */
  const declarationOf = (name: string) => {
    const head = new RegExp(`^(?:export )?(?:interface|type|class) ${name}\\b[\\s\\S]*?(?=^$)`, 'm')
    const found = lib.flatMap(({ text }) => head.exec(text) ?? [])
    if (found.length === 0) throw new Error(`no type ${name} in lib/`)
    return found.join('\n')
  }
  /** Its own members, those of nested objects left out. */
  const membersOf = (...names: string[]) =>
    names.flatMap(name => [...declarationOf(name).matchAll(/^ {2}readonly (\w+)/gm)].map(match => match[1])).sort()
  /** Every member, nested or not. */
  const allMembersOf = (name: string) =>
    [...declarationOf(name).matchAll(/\breadonly (\w+)\??:/g)].map(match => match[1] ?? '')

  describe('its examples', () => {
    let folder: string

    before('puts the built package where a project would have it, and the framework', () => {
      folder = mkdtempSync(join(tmpdir(), 'countersign-page-'))
      mkdirSync(join(folder, 'node_modules'))
      symlinkSync(root, join(folder, 'node_modules/countersign'), 'junction')
      for (const framework of ['express', 'fastify']) {
        symlinkSync(join(root, 'node_modules', framework), join(folder, 'node_modules', framework), 'junction')
      }
    })

    after(() => rmSync(folder, { recursive: true, force: true }))

    const run = (source: string, at: number) => {
      const cwd = join(folder, String(at))
      mkdirSync(cwd)
      writeFileSync(join(cwd, 'example.mjs'), source)
      return spawnSync(process.execPath, ['example.mjs'], { cwd, encoding: 'utf8', timeout: 30_000 })
    }

    for (const [at, { title, source, lines }] of examples.entries()) {
      it(`prints what the page says: ${title}`, () => {
        const { status, stdout, stderr } = run(source, at)
        expect(status, stderr).to.equal(0)
        const printed = stdout.trimEnd().split('\n')
        expect(printed.map((line, index) => asWritten(line, lines[index]))).to.deep.equal([...lines])
      })
    }

    it('are all of its js blocks, and each prints something', () => {
      expect(examples).to.have.length([...page.matchAll(/^```js$/gm)].length)
      expect(examples.filter(({ lines }) => lines.join('').replaceAll('…', '') === '')).to.deep.equal([])
    })

    it('would be seen to print something else', () => {
      expect(asWritten("kid: 'abc'", "kid: '…'")).to.equal("kid: '…'")
      expect(asWritten("kid: 'abc', more", "kid: '…'")).to.equal("kid: 'abc', more")
      expect(asWritten('one more', undefined)).to.equal('one more')
    })
  })

  const tables: readonly (readonly [behind: string, types: readonly string[]])[] = [
    ['## 1. Start', ['ServiceOptions']],
    ['**Options of every hop**', ['HopOptions']],
    ['**Sources**', ['FromInitialToken', 'FromUserClaims', 'FromJob', 'FromParent']],
    ['**`unwrap`** takes', ['Expectation']],
    ['correlation id for the log', ['RouteOptions']],
    ['| `VerifiedCall` |', ['VerifiedCall']],
    ['| `Frame` |', ['Frame']],
    ['## 8. Tokens', ['JwtIssuerOptions']],
  ]
  for (const [behind, types] of tables) {
    it(`lists every member of ${types.join(', ')}, and no other`, () => {
      expect(namesIn(tableBehind(page, behind))).to.deep.equal(membersOf(...types))
    })
  }

  it('lists every limit, with the bounds and the default that the code has', () => {
    const rows = tableBehind(page, '## 2. Limits')
    expect([...namesIn(rows), 'presentationSecondsFor'].sort()).to.deep.equal(membersOf('LimitOptions'))
    for (const [cell = '', ...numbers] of rows) {
      const name = cell.replaceAll(/[ `]/g, '') as Exclude<keyof LimitOptions, 'presentationSecondsFor'>
      const [least = Number.NaN, most = Number.NaN, otherwise] = numbers.map(text => Number(text.replaceAll(',', '')))
      const resolve = (value?: number) => {
        const limit = resolveLimits(value === undefined ? {} : { [name]: value })[name]
        return typeof limit === 'function' ? limit('checkout') : limit
      }
      expect([resolve(), resolve(least), resolve(most)], name).to.deep.equal([otherwise, least, most])
      expect(() => resolve(least - 1), name).to.throw('expected an integer')
      expect(() => resolve(most + 1), name).to.throw('expected an integer')
    }
    for (const seconds of [1, 3600]) {
      expect(resolveLimits({ presentationSecondsFor: { pay: seconds } }).presentationSeconds('pay')).to.equal(seconds)
    }
    expect(() => resolveLimits({ presentationSecondsFor: { pay: 3601 } })).to.throw(
      'expected an integer from 1 to 3600',
    )
  })

  const mentioned = [
    'WrapOptions',
    'FetchOptions',
    'FromInitialToken',
    'BoundRequest',
    'ModeOption',
    'InitialTokenOption',
    'ExternalKey',
    'Reception',
    'Publication',
    'RegistryEntry',
    'MemoryReplayStoreOptions',
    'ReplayEntry',
    'InitialTokenVerifier',
    'JwtIssuerOptions',
  ]
  for (const type of mentioned) {
    it(`mentions every member of ${type}`, () => {
      const members = allMembersOf(type)
      expect(members).to.not.deep.equal([])
      expect(members.filter(name => !new RegExp(`\\b${name}\\b`).test(code))).to.deep.equal([])
    })
  }

  it('lists every function of a registry, and mentions every public member of a service', () => {
    const functions = [...declarationOf('KeyRegistry').matchAll(/^ {2}(\w+)\(/gm)].map(match => match[1])
    expect(namesIn(tableBehind(page, '## 6. Registries'))).to.deep.equal(functions.sort())
    const service = lib.find(({ path }) => path === 'service.ts')?.text ?? ''
    const members = [...service.matchAll(/^ {2}(?:static )?(?:async )?(?:get )?(\w+)[(<]/gm)].map(
      match => match[1] ?? '',
    )
    expect(members).to.include.members(['start', 'wrap', 'fetch', 'stop', 'kid'])
    const isMissing = (name: string) => name !== 'constructor' && !new RegExp(`\\b${name}\\b`).test(code)
    expect(members.filter(isMissing)).to.deep.equal([])
  })

  it('names only codes, files and headings that exist', () => {
    const errors = readFileSync(join(root, 'docs/errors.md'), 'utf8')
    for (const [name] of page.matchAll(/\bERR_[A-Z_]+\b/g)) expect(errors).to.contain(`\`${name}\``)
    const headings = [...page.matchAll(/^##+ (.*)$/gm)].map(([, text = '']) =>
      text
        .toLowerCase()
        .replace(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    )
    for (const [, path = '', heading = ''] of page.matchAll(/\]\(([^)#]*)(?:#([^)]*))?\)/g)) {
      if (path === '') expect(headings).to.include(heading)
      else expect(existsSync(join(root, 'docs', path)), path).to.equal(true)
    }
  })
})
