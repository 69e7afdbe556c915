import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { FileRegistry } from '../../lib/registry/file-registry.js'
import { KeyFinder } from '../../lib/registry/key-finder.js'
import { verifyRegistration } from '../../lib/registry/registration.js'
import { refusalOf } from '../jws/refusal.js'
import { eventually } from './eventually.js'
import { makePublication } from './signed-text.js'
import { makeDirectory, removeDirectory } from './temporary-directory.js'

const SCRIPT = fileURLToPath(new URL('registry-party.ts', import.meta.url))

describe('a FileRegistry shared by several processes', function () {
  this.timeout(60_000)
  this.slow(20_000)

  let directory: string
  let registry: FileRegistry
  let parties: ChildProcess[]

  beforeEach(() => {
    directory = makeDirectory()
    registry = new FileRegistry(directory)
    parties = []
  })

  afterEach(async () => {
    for (const party of parties) party.kill('SIGKILL')
    await registry.close()
    removeDirectory(directory)
  })

  const start = (...parameters: readonly string[]) => {
    const party = spawn(process.execPath, ['--import', 'tsx', SCRIPT, directory, ...parameters], {
      cwd: import.meta.dirname,
      env: { ...process.env, NODE_V8_COVERAGE: undefined },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    parties.push(party)
    let said = ''
    party.stdout.on('data', chunk => {
      said += chunk
    })
    const ended = once(party, 'close').then(([code]) => ({ code, said }))
    return { party, ended, says: (line: string) => eventually(() => said.includes(line), 30) }
  }

  it('never shows a torn registration, while some publish and others read', async () => {
    const writers = [start('publish', 'cart', '60'), start('publish', 'cart', '60'), start('publish', 'shop', '60')]
    const readers = [start('read', '15')]
    let reads = 0
    let isOver = false
    const reading = (async () => {
      while (!isOver) {
        for (const { service, kid, registration } of await registry.list()) {
          await verifyRegistration(registration, { service, kid })
          reads += 1
        }
      }
    })()
    for (const { ended } of [...writers, ...readers]) expect(await ended).to.deep.equal({ code: 0, said: 'done\n' })
    isOver = true
    await reading
    expect(reads).to.be.greaterThan(0)
    expect(await registry.list('cart')).to.have.length(2 * 61)
    expect(await registry.list('shop')).to.have.length(61)
  })

  it('stays whole when a publisher is killed in the middle', async () => {
    for (let round = 0; round < 3; round++) {
      const { party, ended } = start('publish', 'cart', '1000000')
      await eventually(async () => (await registry.list('cart').catch(() => [])).length > 3 + 10 * round, 30)
      await delay(round * 7)
      party.kill('SIGKILL')
      await ended
    }
    for (const { service, kid, registration } of await registry.list()) {
      await verifyRegistration(registration, { service, kid })
    }
    await registry.publish(await makePublication('cart'))
    expect(readdirSync(directory)).to.deep.equal(['.countersign', 'cart'])
  })

  it('shows a revocation by another process at once to a finder that has the key', async () => {
    const cart = await makePublication('cart')
    await registry.publish(cart)
    const finder = new KeyFinder({ registry })
    await finder.watch()
    expect((await finder.find('cart', cart.kid, 1500)).kid).to.equal(cart.kid)
    const { ended } = start('revoke', 'cart', cart.kid)
    expect((await ended).code).to.equal(0)
    const isRevoked = async () => (await refusalOf(() => finder.find('cart', cart.kid, 1500))) === 'ERR_KEY_REVOKED'
    await eventually(isRevoked, 2)
    await finder.close()
  })

  it('tells watchers in other processes of every key', async () => {
    mkdirSync(join(directory, 'cart'))
    const watchers = [start('watch', '10'), start('watch', '10')]
    for (const { says } of watchers) await says('watching')
    for (let count = 0; count < 10; count++) await registry.publish(await makePublication('cart'))
    for (const { ended } of watchers) expect((await ended).code).to.equal(0)
  })

  it('keeps out every process that publishes a revoked key: ERR_KEY_REVOKED', async () => {
    const cart = await makePublication('cart')
    expect((await start('revoke', 'cart', cart.kid).ended).code).to.equal(0)
    expect(await refusalOf(() => registry.publish(cart))).to.equal('ERR_KEY_REVOKED')
  })
})
