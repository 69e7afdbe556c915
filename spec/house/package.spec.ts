import { readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { join } from 'node:path'
import { expect } from 'chai'
import { readSources, root } from './sources.js'

type Versions = Readonly<Record<string, string>>

interface Manifest {
  readonly scripts: Versions
  readonly dependencies: Versions
  readonly devDependencies: Versions
  readonly peerDependencies: Versions
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional?: boolean }>>
}

const manifest: Manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const { dependencies, devDependencies, peerDependencies } = manifest

/** `jose/jwk/thumbprint` belongs to `jose`, `@nats-io/kv/internal` to `@nats-io/kv`. */
const packageOf = (specifier: string) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
// Those that find imports take some other quoted texts for one.
const NAME = /^(?:@[\w-]+\/)?[\w.-]+(?:\/[\w./-]+)?$/
const isBuiltIn = (specifier: string) => specifier.startsWith('node:') || builtinModules.includes(specifier)

/** What lib/ imports that is not its own and not Node.js's. */
const imported = new Set(
  readSources()
    .flatMap(({ packages }) => packages)
    .filter(specifier => NAME.test(specifier) && !isBuiltIn(specifier))
    .map(packageOf),
)

describe('the package', () => {
  it('needs what it imports, and imports what everybody installs with it', () => {
    const named = new Set([...Object.keys(dependencies), ...Object.keys(peerDependencies), 'countersign'])
    expect([...imported].filter(name => !named.has(name))).to.deep.equal([])
    expect(Object.keys(dependencies).filter(name => !imported.has(name))).to.deep.equal([])
  })

  it('asks for no framework, engine or telemetry of whoever does not use it', () => {
    const optional = Object.entries(manifest.peerDependenciesMeta).filter(([, meta]) => meta.optional === true)
    expect(optional.map(([name]) => name).sort()).to.deep.equal(Object.keys(peerDependencies).sort())
  })

  it('is developed with nothing that nobody uses', () => {
    const texts = ['lib', 'spec', 'bench', 'examples', 'scripts']
      .flatMap(folder =>
        readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map(path => join(folder, path)),
      )
      .filter(path => /\.(?:ts|mjs)$/.test(path) && !path.includes('node_modules'))
      .map(path => readFileSync(join(root, path), 'utf8'))
    const commands = [...Object.values(manifest.scripts), readFileSync(join(root, '.ci/run'), 'utf8')].join('\n')
    const isUsed = (name: string) => {
      const command = COMMANDS.get(name)
      if (command !== undefined) return commands.includes(command)
      const of = name.replace(/^@types\//, '')
      return of === 'node' || of === 'mocha' || texts.some(text => text.includes(`'${of}'`) || text.includes(`'${of}/`))
    }
    expect(Object.keys(devDependencies).filter(name => !isUsed(name))).to.deep.equal([])
  })
})

/** Those that are called by a command. */
const COMMANDS: ReadonlyMap<string, string> = new Map([
  ['@arethetypeswrong/cli', 'attw '],
  ['@biomejs/biome', 'biome '],
  ['c8', 'c8 '],
  ['mocha', 'mocha '],
  ['publint', 'publint '],
  ['tsx', '--import tsx '],
  ['typescript', 'tsc '],
])
