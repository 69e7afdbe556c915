import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import * as door from '../../lib/index.js'
import { readSources, root } from './sources.js'

// The values that the front door exports, errors aside. A change here is a change of the public interface.
const VALUES = [
  'CALL_CHANNEL',
  'DECISION_CHANNEL',
  'DecisionCounters',
  'FileRegistry',
  'MemoryRegistry',
  'MemoryReplayStore',
  'REGISTRY_CHANNEL',
  'Service',
  'jwtIssuer',
  'loadPolicy',
  'parsePolicy',
  'watchPolicy',
]
const SUBPATHS = [
  '.',
  './express',
  './fastify',
  './node',
  './oauth',
  './opentelemetry',
  './package.json',
  './policy.schema.json',
  './registrar',
  './registry/etcd',
  './registry/inspection',
  './registry/jwks',
  './registry/nats',
  './registry/pki',
  './registry/postgres',
  './registry/redis',
  './registry/registrar',
  './registry/zookeeper',
  './replay/redis',
]

describe('the front door', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const isError = (value: unknown) => typeof value === 'function' && value.prototype instanceof Error

  it('exports these values and every error class, and nothing else', () => {
    const values = Object.entries(door).filter(([, value]) => !isError(value))
    expect(values.map(([name]) => name).sort()).to.deep.equal([...VALUES].sort())
    const classes = readSources()
      .filter(({ path }) => path.startsWith('errors/'))
      .flatMap(({ text }) => [...text.matchAll(/export (?:abstract )?class (\w+)/g)].map(match => match[1]))
    const errors = Object.entries(door).filter(([, value]) => isError(value))
    expect(errors.map(([name]) => name).sort()).to.deep.equal([...classes].sort())
  })

  it('has no default export and no star', () => {
    expect(
      readSources()
        .filter(({ text }) => /export \*|export default/.test(text))
        .map(({ path }) => path),
    ).to.deep.equal([])
  })

  it('has these subpaths, each with its types first', () => {
    expect(Object.keys(manifest.exports).sort()).to.deep.equal(SUBPATHS)
    for (const target of Object.values(manifest.exports)) {
      if (typeof target === 'object') expect(Object.keys(target as object)).to.deep.equal(['types', 'default'])
    }
  })

  it('pins exact versions, and installs without scripts', () => {
    const versions = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(String(version)))).to.deep.equal([])
    const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
    const scripted = Object.entries<{ hasInstallScript?: boolean; dev?: boolean }>(lock.packages).filter(
      ([path, entry]) => path !== '' && entry.hasInstallScript && !entry.dev,
    )
    expect(scripted.map(([path]) => path)).to.deep.equal([])
    expect(readFileSync(join(root, 'package-lock.json'), 'utf8')).not.to.contain('"resolved"')
  })

  it('has a lock file that names the packages of every platform, so that `npm ci` takes it on each', () => {
    const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
    const entries = Object.entries<{ optionalDependencies?: object }>(packages)
    const missing = entries.flatMap(([, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        name => !Object.keys(packages).some(path => path.endsWith(`node_modules/${name}`)),
      ),
    )
    expect(missing).to.deep.equal([])
  })

  it('imports in a process of its own without printing anything', () => {
    const script =
      "const door = await import('countersign'); await import('countersign/express'); await import('countersign/node'); await import('countersign/oauth'); await import('countersign/opentelemetry'); await import('countersign/registry/postgres'); await import('countersign/registry/redis'); await import('countersign/registry/etcd'); await import('countersign/registry/inspection'); await import('countersign/registry/jwks'); await import('countersign/registry/nats'); await import('countersign/registry/pki'); await import('countersign/registry/zookeeper'); await import('countersign/registry/registrar'); await import('countersign/registrar'); await import('countersign/replay/redis'); process.stdout.write(typeof door.Service)"
    const output = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
      cwd: root,
      encoding: 'utf8',
    })
    expect(output).to.equal('function')
  })
})
