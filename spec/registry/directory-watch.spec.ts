import { execFileSync } from 'node:child_process'
import fs, { appendFileSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'chai'
import type { Publication, RegistryWatch } from '../../lib/model/registry.js'
import { FileRegistry } from '../../lib/registry/file-registry.js'
import { warningsOf } from '../http/process-warnings.js'
import { eventually } from './eventually.js'
import { makePublication } from './signed-text.js'
import { makeDirectory, removeDirectory } from './temporary-directory.js'

const original = fs.watch

function replaceWatch(watch: (...parameters: Parameters<typeof original>) => fs.FSWatcher): void {
  fs.watch = watch as typeof original
  syncBuiltinESMExports()
}

describe('a watch of a FileRegistry', () => {
  let parent: string
  let directory: string
  let registry: FileRegistry
  let cart: Publication
  let heard: string[]
  let watch: RegistryWatch

  beforeEach(async () => {
    parent = makeDirectory()
    directory = join(parent, 'registry')
    registry = new FileRegistry(directory)
    cart = await makePublication('cart')
    heard = []
  })

  afterEach(async () => {
    replaceWatch(original)
    await registry.close()
    removeDirectory(parent)
  })

  const begin = async () => {
    watch = await registry.watch(({ service, kid }) => heard.push(`${service}/${kid}`))
  }
  /** Another process's write: the registry is not told of it. */
  const put = (name: string, text = 'x', service = 'cart') => {
    mkdirSync(join(directory, service), { recursive: true })
    writeFileSync(join(parent, 'new'), text)
    renameSync(join(parent, 'new'), join(directory, service, name))
  }
  const isHeard = (seconds?: number) => eventually(() => heard.includes(`cart/${cart.kid}`), seconds)

  it('tells of a file that was renamed into place, before the next re-scan', async () => {
    mkdirSync(join(directory, 'cart'), { recursive: true })
    await begin()
    put(cart.kid)
    await isHeard(4.5)
  })

  it('tells of a tombstone, of a replaced file and of a removed one', async () => {
    put(cart.kid)
    await begin()
    put(`${cart.kid}.revoked`, '')
    await isHeard()
    heard.length = 0
    put(cart.kid, 'y')
    await isHeard()
    heard.length = 0
    rmSync(join(directory, 'cart', cart.kid))
    await isHeard()
  }).timeout(30_000)

  it('does not tell of what was there before, nor of names that are none of its own', async () => {
    put(cart.kid)
    await begin()
    put('notes')
    put(`.${'A'.repeat(22)}.tmp`)
    put(cart.kid, 'x', 'Not-A-Service')
    const shop = await makePublication('shop')
    put(shop.kid, 'x', 'shop')
    await eventually(() => heard.length > 0)
    expect(heard).to.deep.equal([`shop/${shop.kid}`])
  })

  it("tells of a service's folder that comes later, goes, and comes again", async () => {
    mkdirSync(directory)
    await begin()
    put(cart.kid)
    await isHeard()
    heard.length = 0
    rmSync(join(directory, 'cart'), { recursive: true })
    await isHeard()
    heard.length = 0
    put(cart.kid)
    await isHeard()
    heard.length = 0
    put(`${cart.kid}.revoked`)
    await isHeard()
  }).timeout(40_000)

  it('finds a directory that comes later, goes, and comes again', async () => {
    await begin()
    put(cart.kid)
    await isHeard()
    heard.length = 0
    rmSync(directory, { recursive: true })
    await isHeard()
    heard.length = 0
    put(cart.kid)
    await isHeard()
  }).timeout(25_000)

  it('finds by its re-scan what changes where the system has no events', async () => {
    replaceWatch(() => {
      throw new Error('ENOSPC')
    })
    mkdirSync(join(directory, 'cart'), { recursive: true })
    await begin()
    put(cart.kid)
    await isHeard()
  })

  it('survives the end of the events that it follows', async () => {
    const watchers: fs.FSWatcher[] = []
    replaceWatch((...parameters) => {
      const watcher = original(...parameters)
      watchers.push(watcher)
      return watcher
    })
    mkdirSync(join(directory, 'cart'), { recursive: true })
    await begin()
    expect(watchers).to.have.length(2)
    for (const watcher of watchers) watcher.emit('error', new Error('EPERM'))
    put(cart.kid)
    await isHeard()
  })

  it('follows a directory whose name leads elsewhere from one moment to the next', async () => {
    for (const version of ['a', 'b']) mkdirSync(join(parent, version, 'cart'), { recursive: true })
    symlinkSync('a', directory)
    await begin()
    put(cart.kid, 'x')
    await isHeard()
    symlinkSync('b', join(parent, 'next'))
    renameSync(join(parent, 'next'), directory)
    heard.length = 0
    await isHeard()
  })

  it('survives a storm of files that come and go', async () => {
    put(cart.kid)
    await begin()
    for (let round = 0; round < 300; round++) {
      put(`.${String(round).padStart(22, 'A')}.tmp`)
      rmSync(join(directory, 'cart', `.${String(round).padStart(22, 'A')}.tmp`))
      if (round % 50 === 0) await delay(5)
    }
    put(`${cart.kid}.revoked`)
    await isHeard()
  })

  it('looks at a folder once a second at most, however often it changes, and misses nothing in the end', async () => {
    put(cart.kid)
    await begin()
    const start = performance.now()
    let last = ''
    while (performance.now() - start < 2500) {
      last = String(performance.now())
      put(cart.kid, last)
      await delay(5)
    }
    expect(heard.length).to.be.within(1, 4)
    heard.length = 0
    await isHeard(10)
    put(`${cart.kid}.revoked`, '')
    heard.length = 0
    await isHeard(10)
  }).timeout(30_000)

  it('reads no further than so many names of any kind, says so once, and watches other folders as before', async () => {
    const warnings = await warningsOf(async () => {
      for (const [service, count] of [
        ['cart', 4097],
        ['shop', 4096],
      ] as const) {
        mkdirSync(join(directory, service), { recursive: true })
        for (let index = 0; index < count; index += 1) writeFileSync(join(directory, service, `notes-${index}`), '')
      }
      await begin()
      put('cart-revoked', '')
      const stock = await makePublication('stock')
      put(stock.kid, 'x', 'stock')
      await eventually(() => heard.includes(`stock/${stock.kid}`))
    })
    expect(warnings.map(({ message }) => message)).to.deep.equal([
      "countersign: the registry's directory: the folder of `cart` has more than 4096 names: the rest is not watched",
    ])
  }).timeout(30_000)

  it('takes a folder that it may not read for what it was, and tells what became of it when it may', async () => {
    put(cart.kid)
    await begin()
    const hidden = join(directory, 'cart')
    renameSync(hidden, join(parent, 'kept'))
    symlinkSync('cart', hidden)
    const shop = await makePublication('shop')
    put(shop.kid, 'x', 'shop')
    await eventually(() => heard.includes(`shop/${shop.kid}`))
    expect(heard).to.deep.equal([`shop/${shop.kid}`])
    rmSync(hidden)
    renameSync(join(parent, 'kept'), hidden)
    put(`${cart.kid}.revoked`, '')
    await isHeard(10)
  }).timeout(30_000)

  it('hears nothing after its end, and may begin again', async () => {
    put(cart.kid)
    await begin()
    await watch.close()
    appendFileSync(join(directory, 'cart', cart.kid), 'y')
    utimesSync(join(directory, 'cart', cart.kid), 1, 1)
    await begin()
    put(cart.kid, 'z')
    await isHeard()
    expect(new Set(heard)).to.deep.equal(new Set([`cart/${cart.kid}`]))
  })

  it('ends while it begins', async () => {
    put(cart.kid)
    const beginning = begin()
    await registry.close()
    await beginning
    put(cart.kid, 'y')
    await delay(100)
    expect(heard).to.deep.equal([])
  })

  it('does not keep a process alive', () => {
    const script = `
      import { FileRegistry } from ${JSON.stringify(new URL('../../lib/registry/file-registry.ts', import.meta.url).href)}
      const registry = new FileRegistry(${JSON.stringify(directory)})
      await registry.watch(() => undefined)
      process.stdout.write('watching')`
    const run = () =>
      execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
        cwd: import.meta.dirname,
        env: { ...process.env, NODE_V8_COVERAGE: undefined },
        timeout: 30_000,
      })
    expect(run().toString()).to.equal('watching')
    mkdirSync(join(directory, 'cart'), { recursive: true })
    expect(run().toString()).to.equal('watching')
  }).timeout(60_000)
})
