import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { readSources, root } from '../house/sources.js'
import { type AuthorizationServer, KEYED, SECRETS, startAuthorizationServer } from '../oauth/authorization-server.js'

describe('docs/edge.md', function () {
  this.timeout(120_000)
  const page = readFileSync(join(root, 'docs/edge.md'), 'utf8')
  const blocks = [...page.matchAll(/^```js\n([\s\S]*?)^```$/gm)].map(([, source = '']) => source)
  const headings = [...page.matchAll(/^##+ (.*)$/gm)].map(([, title = '']) => title)
  let server: AuthorizationServer
  let folder: string

  before('puts the built package where a project would have it, beside an authorization server', async () => {
    server = await startAuthorizationServer()
    folder = mkdtempSync(join(tmpdir(), 'countersign-edge-'))
    mkdirSync(join(folder, 'node_modules'))
    symlinkSync(root, join(folder, 'node_modules/countersign'), 'junction')
  })
  after(async () => {
    rmSync(folder, { recursive: true, force: true })
    await server.close()
  })

  /** What an example prints, its exit code, and what it says on standard error. */
  async function run(source: string, at: number) {
    const path = join(folder, `example-${at}.mjs`)
    writeFileSync(path, source)
    const subject = source.includes('tokenExchange') ? await server.issueOpaque() : await server.issueJwt()
    const env = {
      ...process.env,
      ISSUER: server.issuer,
      TOKEN: subject,
      OPAQUE: await server.issueOpaque(),
      SECRET: SECRETS.shop,
      CLIENT_KEY: KEYED.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    }
    const child = spawn(process.execPath, [path], { cwd: folder, env, timeout: 60_000 })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', text => {
      stdout += text
    })
    child.stderr.on('data', text => {
      stderr += text
    })
    const code = await new Promise(resolve => child.once('close', resolve))
    return { code, stderr, lines: stdout.trimEnd().split('\n') }
  }

  for (const [at, source] of blocks.entries()) {
    const expected = [...source.matchAll(/\/\/ prints: (.*)$/gm)].map(([, line = '']) => line)
    it(`prints what its example ${at + 1} says`, async () => {
      const { code, stderr, lines } = await run(source, at)
      expect(code, stderr).to.equal(0)
      expect(lines).to.deep.equal(expected)
    })
  }

  it('has examples, each of which prints something', () => {
    expect(blocks).to.have.length(6)
    expect(blocks.filter(source => !source.includes('// prints: '))).to.deep.equal([])
  })

  const tables: readonly (readonly [behind: string, type: string, inherited: readonly string[]])[] = [
    ['## 2. A confidential client', 'ConfidentialClientOptions', []],
    ['| `tokenExchange` |', 'TokenExchangeOptions', ['EndpointOptions']],
    ['## 5. Opaque tokens', 'IntrospectionOptions', ['EndpointOptions', 'RememberOptions']],
  ]
  for (const [behind, type, inherited] of tables) {
    it(`lists every option of ${type}, and no other`, () => {
      const declared = [type, ...inherited].flatMap(name =>
        readSources().flatMap(({ text }) => {
          const body = new RegExp(`^export interface ${name}\\b[\\s\\S]*?^}`, 'm').exec(text)?.[0] ?? ''
          return [...body.matchAll(/^ {2}readonly (\w+)/gm)].map(([, member = '']) => member)
        }),
      )
      const [table = ''] = /^\|.*\n\|[-|]+\n(?:\|.*\n)+/m.exec(page.slice(page.indexOf(behind))) ?? []
      const cells = table
        .trimEnd()
        .split('\n')
        .map(row => row.split('|')[1] ?? '')
      const listed = cells.slice(2).flatMap(cell => [...cell.matchAll(/`(\w+)`/g)].map(([, name = '']) => name))
      expect(listed.sort()).to.deep.equal(declared.sort())
    })
  }

  it('names only codes, files and headings that exist', () => {
    const errors = readFileSync(join(root, 'docs/errors.md'), 'utf8')
    for (const [code] of page.matchAll(/\bERR_[A-Z_]+\b/g)) expect(errors).to.contain(`\`${code}\``)
    const slugs = headings.map(title =>
      title
        .toLowerCase()
        .replace(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    )
    for (const [, path = '', heading = ''] of page.matchAll(/\]\(([^)#]*)(?:#([^)]*))?\)/g)) {
      if (path === '') expect(slugs).to.include(heading)
      else expect(existsSync(join(root, 'docs', path)), path).to.equal(true)
    }
    for (const [, heading] of errors.matchAll(/\]\(edge\.md#([^)]*)\)/g)) expect(slugs).to.include(heading)
  })
})
