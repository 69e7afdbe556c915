import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { root } from './sources.js'

/** The fenced blocks of a language in a Markdown text. */
function blocksOf(markdown: string, language: string): string[] {
  return [...markdown.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(
    match => match[1] ?? '',
  )
}

describe('the README', function () {
  this.timeout(120_000)
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  const [first, second] = blocksOf(readme, 'js')
  let folder: string

  before('packs the package and installs it in an empty folder', () => {
    folder = mkdtempSync(join(tmpdir(), 'countersign-readme-'))
    const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]
    const [packed] = JSON.parse(execFileSync('npm', pack, { cwd: root, encoding: 'utf8' }))
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
    const { express } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).devDependencies
    const install = [
      'install',
      '--prefer-offline',
      '--no-audit',
      '--no-fund',
      `./${packed.filename}`,
      `express@${express}`,
    ]
    execFileSync('npm', install, { cwd: folder, stdio: 'pipe' })
    cpSync(join(root, 'policies'), join(folder, 'policies'), { recursive: true })
  })

  after(() => rmSync(folder, { recursive: true, force: true }))

  const run = (source: string) => {
    writeFileSync(join(folder, 'block.js'), source)
    return spawnSync(process.execPath, ['block.js'], { cwd: folder, encoding: 'utf8', timeout: 30_000 })
  }

  it('has a first block that protects a route and refuses who comes without a chain', () => {
    const { status, stdout, stderr } = run(`${first}
      const answer = await fetch('http://127.0.0.1:4001/checkout', { method: 'POST' })
      console.log(answer.status, answer.headers.get('www-authenticate'))
      await cart.stop()
      process.exit()
    `)
    expect(stderr).to.contain('ERR_PRESENTATION_MISSING')
    expect(stdout.trim()).to.equal('401 Countersign')
    expect(status).to.equal(0)
  })

  it('has a second block that prints what its comments say, and the log line that it quotes', () => {
    const { status, stdout, stderr } = run(second ?? '')
    expect(stdout).to.equal('200 shop for alice: 5 bytes\n\n403\n')
    expect(status).to.equal(0)
    const quoted = /^countersign: cart refused.*(?= \[)/m.exec(readme)?.[0] ?? 'nothing'
    expect(stderr).to.contain(quoted)
  })

  it('has a policy that loads, and accepts a chain from shop and no other', () => {
    const [yaml = ''] = blocksOf(readme, 'yaml')
    const { status, stdout, stderr } = run(`
      import { parsePolicy } from 'countersign'
      const policy = parsePolicy(${JSON.stringify(yaml)})
      const stack = services => ({ callStack: services.map((service, at) => ({ service, operation: at + 1 === services.length ? 'checkout' : 'resupply' })) })
      console.log(policy.evaluate(stack(['inventory', 'cart', 'shop'])).effect, policy.evaluate(stack(['inventory', 'cart', 'mallory'])).effect)
    `)
    expect(stderr).to.equal('')
    expect(stdout.trim()).to.equal('accept reject')
    expect(status).to.equal(0)
  })

  it('names only files and scripts that exist', () => {
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    for (const [, script = ''] of readme.matchAll(/npm run (\w+)/g)) expect(manifest.scripts).to.have.property(script)
    for (const [, link = ''] of readme.matchAll(/\]\((?!http)([^)#]+)/g))
      expect(() => readFileSync(join(root, link))).not.to.throw(/ENOENT/)
  })
})
