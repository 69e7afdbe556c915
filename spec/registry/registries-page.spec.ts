import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { setupEtcd } from '../../lib/registry/etcd/etcd-registry.js'
import { setupNats } from '../../lib/registry/nats/nats-registry.js'
import { setupPostgres } from '../../lib/registry/postgres/postgres-registry.js'
import { setupRedis } from '../../lib/registry/redis/redis-registry.js'
import { setupZooKeeper } from '../../lib/registry/zookeeper/zookeeper-registry.js'
import { root } from '../house/sources.js'

const services = ['cart']
const STATEMENTS = {
  etcd: () => setupEtcd({ services, endpoints: ['http://127.0.0.1:2379'] }),
  postgres: () => setupPostgres({ services }),
  redis: () => setupRedis({ services }),
  zookeeper: () => setupZooKeeper({ services }),
  nats: () => setupNats({ services }),
}
const MEMBERS = ['publish', 'revoke', 'watch', 'forgets', 'accessControl'] as const

/** What an engine's suite says that it can. */
function capabilitiesOf(engine: string): Readonly<Record<string, string | undefined>> {
  const folder = join(root, 'spec/registry/engines')
  const text = ['spec', 'engine'].map(kind => readFileSync(join(folder, fileName(engine, kind)), 'utf8')).join('\n')
  return Object.fromEntries(MEMBERS.map(member => [member, new RegExp(`\\b${member}: '([^']+)'`).exec(text)?.[1]]))
}

function fileName(engine: string, kind: string): string {
  return kind === 'spec' ? `${engine}.spec.ts` : `${engine}-engine.ts`
}

describe('the page on registries', () => {
  const page = readFileSync(join(root, 'docs/registries.md'), 'utf8')
  const table = page.split('\n').filter(line => line.startsWith('|'))
  const cellsOf = (line = '') => line.split('|').map(cell => cell.trim())

  it('says of each engine what its conformance suite asserts', () => {
    const [, , ...titles] = cellsOf(table[0])
    expect(titles.slice(0, MEMBERS.length)).to.deep.equal([...MEMBERS])
    for (const engine of [...Object.keys(STATEMENTS), 'jwks']) {
      const [, , ...cells] = cellsOf(table.find(line => line.startsWith(`| [${engine}](`)))
      const said = Object.fromEntries(MEMBERS.map((member, at) => [member, cells[at]]))
      expect(said, engine).to.deep.equal(capabilitiesOf(engine))
    }
  })

  for (const [engine, setup] of Object.entries(STATEMENTS)) {
    it(`shows what the setup of ${engine} prints`, () => {
      expect(page).to.include(`\n${setup().statements}\`\`\`\n`)
    })
  }
})
