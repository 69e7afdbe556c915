import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { FileRegistry } from '../../lib/registry/file-registry.js'
import { KeyFinder } from '../../lib/registry/key-finder.js'
import { warningsOf } from '../http/process-warnings.js'
import { errorOf, refusalOf } from '../jws/refusal.js'
import { eventually } from '../registry/eventually.js'
import { makePublication } from '../registry/signed-text.js'
import { makeDirectory, removeDirectory } from '../registry/temporary-directory.js'
import { SmallDisk } from './small-disk.js'
import { Stage } from './stage.js'

const HALF_A_DAY = 43_200

describe('a registry on a disk', function () {
  this.timeout(30_000)
  let parent: string
  let disk: SmallDisk
  let stage: Stage | undefined

  const prepare = (context: Mocha.Context, options?: string) => {
    parent = makeDirectory()
    disk = SmallDisk.mount(join(parent, 'disk'), context, options)
  }

  afterEach(async () => {
    await stage?.close()
    stage = undefined
    disk.remove()
    removeDirectory(parent)
  })

  describe('that is full', () => {
    it('takes no service in, and says why: ERR_REGISTRY_UNAVAILABLE (ENOSPC)', async function () {
      prepare(this)
      disk.fill()
      const refused = await errorOf(() => Stage.open(disk.path))
      expect(refused).to.include({ code: 'ERR_REGISTRY_UNAVAILABLE' })
      expect(refused.message).to.match(/\(ENOSPC\)$/)
      disk.makeRoom()
      stage = await Stage.open(disk.path)
      expect(await stage.call()).to.equal('accepted')
    })

    it('lets calls go on while keys are registered, tells of each renewal that fails, and is written when there is room', async function () {
      prepare(this)
      const running = await Stage.open(disk.path)
      stage = running
      const { kid } = running.shop
      disk.fill()
      const warnings = await warningsOf(async () => {
        running.pass(HALF_A_DAY)
        expect(await running.call()).to.equal('accepted')
        await new Promise(resolve => process.once('warning', resolve))
        expect(await running.call()).to.equal('accepted')
      })
      expect(warnings.map(String).join()).to.match(/ERR_REGISTRY_UNAVAILABLE.*\(ENOSPC\)/)
      expect(running.shop.kid).to.equal(kid)
      disk.makeRoom()
      running.pass(15)
      // The new key is published, and then settles before it signs.
      await eventually(async () => {
        running.pass(1)
        return (await running.call()) === 'accepted' && running.shop.kid !== kid
      })
      expect(await running.call()).to.equal('accepted')
    })

    it('holds no torn registration and no leftover of those that did not fit', async function () {
      prepare(this)
      const registry = new FileRegistry(disk.path)
      let refused: Error | undefined
      while (refused === undefined) {
        const publication = await makePublication('cart')
        refused = await registry.publish(publication).catch(error => error)
      }
      expect(refused).to.have.property('code', 'ENOSPC')
      const finder = new KeyFinder({ registry })
      const names = readdirSync(join(disk.path, 'cart'))
      expect(names.length).to.be.greaterThan(0)
      for (const kid of names) expect((await finder.find('cart', kid, 1500)).kid).to.equal(kid)
    })

    it('still takes a revocation', async function () {
      prepare(this)
      const registry = new FileRegistry(disk.path)
      const cart = await makePublication('cart')
      await registry.publish(cart)
      disk.fill()
      await registry.revoke('cart', cart.kid)
      expect(await refusalOf(() => new KeyFinder({ registry }).find('cart', cart.kid, 1500))).to.equal(
        'ERR_KEY_REVOKED',
      )
    })
  })

  it('that has no room for another name says so, and goes on when it has', async function () {
    prepare(this, 'nr_inodes=20')
    const registry = new FileRegistry(disk.path)
    const [first, second] = [await makePublication('cart'), await makePublication('cart')]
    await registry.publish(first)
    disk.fillNames()
    expect(await errorOf(() => registry.publish(second))).to.have.property('code', 'ENOSPC')
    expect(await errorOf(() => registry.revoke('cart', first.kid))).to.have.property('code', 'ENOSPC')
    expect((await registry.find('cart', first.kid))?.registration).to.equal(first.registration)
    rmSync(join(disk.path, 'filler-0'))
    await registry.publish(second)
    expect((await registry.find('cart', second.kid))?.registration).to.equal(second.registration)
  })

  it('that became read-only lets calls go on, says EROFS to those who publish, and is written when it may be', async function () {
    prepare(this)
    const running = await Stage.open(disk.path)
    stage = running
    disk.remount('ro')
    expect(await running.call()).to.equal('accepted')
    const registry = new FileRegistry(disk.path)
    const cart = await makePublication('cart')
    expect(await errorOf(() => registry.publish(cart))).to.have.property('code', 'EROFS')
    expect(await errorOf(() => registry.revoke('cart', cart.kid))).to.have.property('code', 'EROFS')
    disk.remount('rw')
    await registry.publish(cart)
    expect((await registry.find('cart', cart.kid))?.registration).to.equal(cart.registration)
  })
})
