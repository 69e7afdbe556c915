import { expect } from 'chai'
import { readSources, type Source } from './sources.js'

// The floors of lib/, from the ground up. A file imports only from floors below its own, and from its own folder.
const FLOORS: readonly (readonly string[])[] = [
  [
    'errors.ts',
    'errors',
    'limits',
    'clock.ts',
    'options.ts',
    'nearest-name.ts',
    'key-map.ts',
    'bare-object.ts',
    'bounded-bytes.ts',
    'outside.ts',
    'model',
  ],
  ['jws', 'policy'],
  ['registry', 'initial-token', 'replay'],
  ['chain'],
  ['http'],
  ['oauth.ts', 'oauth'],
  ['registrar.ts', 'registrar'],
  ['service.ts', 'service'],
  ['telemetry'],
  ['adapters'],
  ['index.ts'],
  ['cli'],
]

const roomOf = (path: string) => path.split('/')[0] ?? ''
const floorOf = (path: string) => FLOORS.findIndex(rooms => rooms.includes(roomOf(path)))

/** Imports that point up or sideways, as `from -> to`. */
function crooked(sources: readonly Pick<Source, 'path' | 'imports'>[]): string[] {
  return sources.flatMap(({ path, imports }) =>
    imports
      .filter(target => roomOf(target) !== roomOf(path) && !isBelow(target, path))
      .map(target => `${path} -> ${target}`),
  )
}

function isBelow(target: string, path: string): boolean {
  const [low, high] = [floorOf(target), floorOf(path)]
  // The ground is one floor of several rooms that may lean on each other; so are a facade and its parts.
  return (
    low < high || (low === high && (low === 0 || roomOf(path).replace('.ts', '') === roomOf(target).replace('.ts', '')))
  )
}

/** One circle of imports, as a list of files, or undefined. */
function findCircle(sources: readonly Pick<Source, 'path' | 'imports'>[]): string[] | undefined {
  const importsOf = new Map(sources.map(({ path, imports }) => [path, imports]))
  const done = new Set<string>()
  const visit = (path: string, trail: string[]): string[] | undefined => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path]
    if (done.has(path)) return undefined
    for (const target of importsOf.get(path) ?? []) {
      const circle = visit(target, [...trail, path])
      if (circle) return circle
    }
    done.add(path)
    return undefined
  }
  for (const { path } of sources) {
    const circle = visit(path, [])
    if (circle) return circle
  }
  return undefined
}

describe('the house', () => {
  const sources = readSources()

  it('knows the floor of every file', () => {
    expect(sources.filter(({ path }) => floorOf(path) < 0).map(({ path }) => path)).to.deep.equal([])
  })

  it('imports only from floors below', () => {
    expect(crooked(sources)).to.deep.equal([])
  })

  it('has a command line that uses the package as any user does, but for the spelling of names', () => {
    const below = sources
      .filter(({ path }) => roomOf(path) === 'cli')
      .flatMap(({ path, imports }) => imports.filter(target => roomOf(target) !== 'cli').map(target => [path, target]))
    expect(below.filter(([, target]) => target !== 'nearest-name.ts')).to.deep.equal([])
  })

  it('has no circle of imports', () => {
    expect(findCircle(sources)?.join(' -> ')).to.equal(undefined)
  })

  it('would notice an import that points up, and a circle', () => {
    expect(crooked([{ path: 'jws/compact.ts', imports: ['chain/wrap.ts'] }])).to.deep.equal([
      'jws/compact.ts -> chain/wrap.ts',
    ])
    expect(crooked([{ path: 'registry/file-registry.ts', imports: ['replay/replay-store.ts'] }])).to.have.length(1)
    const circle = [
      { path: 'a.ts', imports: ['b.ts'] },
      { path: 'b.ts', imports: ['c.ts'] },
      { path: 'c.ts', imports: ['b.ts'] },
    ]
    expect(findCircle(circle)).to.deep.equal(['b.ts', 'c.ts', 'b.ts'])
  })

  it('reads the clock, logs and sets contexts in one place each', () => {
    const strays = (pattern: RegExp, but: RegExp) =>
      sources.filter(({ path, text }) => pattern.test(text) && !but.test(path)).map(({ path }) => path)
    expect(strays(/\bDate\.now\(|new Date\(\)/, /^clock\.ts$/)).to.deep.equal([])
    expect(strays(/\bconsole\./, /^$/)).to.deep.equal([])
    expect(strays(/\.enterWith\(/, /^$/)).to.deep.equal([])
    expect(strays(/AsyncLocalStorage\b/, /^http\/context\.ts$/)).to.deep.equal([])
  })

  it('keeps the policy floor free of I/O and crypto, and the model free of both', () => {
    const packagesOf = (room: string) =>
      sources
        .filter(({ path }) => roomOf(path) === room)
        .flatMap(({ path, packages }) => packages.map(name => [path, name]))
    const forbidden = /^(node:crypto|node:http|node-fetch|jose)$/
    expect(packagesOf('policy').filter(([, name]) => forbidden.test(name ?? ''))).to.deep.equal([])
    expect(
      packagesOf('model').filter(([, name]) => /^node:(fs|http|net)|jose|node-fetch/.test(name ?? '')),
    ).to.deep.equal([])
  })

  it('has files that can be read in one sitting, named by a noun', () => {
    expect(
      sources
        .filter(({ text }) => text.split('\n').length > 250 && !text.includes('generated'))
        .map(({ path }) => path),
    ).to.deep.equal([])
    expect(sources.filter(({ path }) => /util|helper|common|misc/i.test(path)).map(({ path }) => path)).to.deep.equal(
      [],
    )
  })
})
