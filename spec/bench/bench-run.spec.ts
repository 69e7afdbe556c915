import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Results } from '../../bench/results.js'
import { root } from '../house/sources.js'

const MEASURED_HERE = ['bytes', 'garbage']

describe('the benchmark', function () {
  this.timeout(300_000)
  let folder: string

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'))
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  const bench = (...given: string[]) => {
    const command = ['--import', 'tsx', 'bench/main.ts', ...given]
    return spawnSync(process.execPath, command, { cwd: root, encoding: 'utf8', timeout: 240_000 })
  }

  for (const section of MEASURED_HERE) {
    it(`measures \`${section}\` alone, prints it, and keeps what it printed`, () => {
      const file = join(folder, `${section}.json`)
      const { status, stdout, stderr } = bench(section, '--quick', '--json', file, '--svg', join(folder, section))
      expect(status, stderr).to.equal(0)
      const { sections }: Results = JSON.parse(readFileSync(file, 'utf8'))
      expect(Object.keys(sections)).to.deep.equal([section])
      for (const { title, rows } of sections[section] ?? []) {
        expect(stdout).to.contain(title)
        for (const cell of rows.flat()) expect(stdout).to.contain(cell)
      }
    })
  }

  it('draws the plots of the sections that it measured', () => {
    expect(readdirSync(join(folder, 'bytes'))).to.deep.equal(['bytes.svg'])
    expect(existsSync(join(folder, 'garbage'))).to.equal(false)
  })

  it('has the sections of the run that the page shows', () => {
    const { status, stderr } = bench('speed')
    expect(status).to.equal(1)
    const results: Results = JSON.parse(readFileSync(join(root, 'bench/results/latest.json'), 'utf8'))
    expect(stderr).to.contain(`no section \`speed\`; there are ${Object.keys(results.sections).join(', ')}`)
  })

  it('does not write a page from one section', () => {
    const { status, stderr } = bench('bytes', '--docs')
    expect(status).to.equal(1)
    expect(stderr).to.contain('`--docs` is written from a run of all sections')
  })
})

describe('the packages that the benchmark measures beside', () => {
  const text = readFileSync(join(root, 'bench/package-lock.json'), 'utf8')
  const lock = JSON.parse(text)
  const { dependencies } = JSON.parse(readFileSync(join(root, 'bench/package.json'), 'utf8'))

  it('are pinned exactly, as the lock has them, and name no registry', () => {
    expect(lock.packages[''].dependencies).to.deep.equal(dependencies)
    for (const [name, version] of Object.entries(dependencies)) {
      expect(version).to.match(/^\d+\.\d+\.\d+$/)
      expect(lock.packages[`node_modules/${name}`].version).to.equal(version)
    }
    expect(text).to.not.contain('"resolved"')
  })

  it('are none of the package itself', () => {
    const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    const names = Object.keys({ ...own.dependencies, ...own.devDependencies, ...own.peerDependencies })
    expect(names.filter(name => Object.hasOwn(dependencies, name))).to.deep.equal([])
  })
})
