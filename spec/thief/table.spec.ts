import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { root } from '../house/sources.js'
import { ENGINE_OWNER, ENGINE_OWNER_BEHIND_REGISTRARS } from './engine-owner.js'
import { NETWORK_THIEF } from './network-thief.js'
import { REGISTRAR_THIEF } from './registrar-thief.js'
import { ROOT_THIEF } from './root-thief.js'
import { SERVICE_THIEF } from './service-thief.js'
import type { Thief } from './thief.js'

const THIEVES = [
  ENGINE_OWNER,
  ENGINE_OWNER_BEHIND_REGISTRARS,
  REGISTRAR_THIEF,
  ROOT_THIEF,
  SERVICE_THIEF,
  NETWORK_THIEF,
]

function rowOf({ who, attempts }: Thief): string {
  const ending = (can: boolean) => attempts.filter(({ ends }) => (ends === 'can') === can).map(({ what }) => what)
  return `| ${who} | ${ending(true).join('; ')} | ${ending(false).join('; ')} |`
}

describe("the thief's table of SECURITY.md", () => {
  const page = readFileSync(join(root, 'SECURITY.md'), 'utf8')
  const [, table = ''] = /^\| the thief .*\n\|[-|]+\n((?:\|.*\n)+)/m.exec(page) ?? []

  it('says of each thief what the specs say', () => {
    expect(table.trimEnd().split('\n')).to.deep.equal(THIEVES.map(rowOf))
  })

  it('names nothing twice', () => {
    for (const { who, attempts } of THIEVES) {
      expect(new Set(attempts.map(({ what }) => what)).size, who).to.equal(attempts.length)
    }
  })
})
