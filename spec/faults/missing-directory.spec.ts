import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { FileRegistry } from '../../lib/registry/file-registry.js'
import { KeyFinder } from '../../lib/registry/key-finder.js'
import { errorOf } from '../jws/refusal.js'
import { eventually } from '../registry/eventually.js'
import { makePublication } from '../registry/signed-text.js'
import { makeDirectory, removeDirectory } from '../registry/temporary-directory.js'
import { SmallDisk } from './small-disk.js'
import { Stage } from './stage.js'

const MINUTES = 60
const MARKER = '.countersign'

describe('the directory of a registry', function () {
  this.timeout(30_000)
  let parent: string
  let directory: string
  let stage: Stage | undefined
  let disk: SmallDisk | undefined

  beforeEach(() => {
    parent = makeDirectory()
    directory = join(parent, 'registry')
  })

  afterEach(async () => {
    await stage?.close()
    stage = undefined
    disk?.remove()
    disk = undefined
    removeDirectory(parent)
  })

  const open = async () => {
    stage = await Stage.open(directory)
    expect(await stage.call()).to.equal('accepted')
    return stage
  }

  describe('that is no longer mounted', () => {
    it('cannot answer: calls go on for ten minutes, then ERR_REGISTRY_UNAVAILABLE, until it is mounted again', async function () {
      disk = SmallDisk.mount(directory, this)
      const running = await open()
      const kept = join(parent, 'kept')
      cpSync(directory, kept, { recursive: true })
      disk.unmount()
      expect(readdirSync(directory)).to.deep.equal([])
      running.pass(5 * MINUTES)
      expect(await running.call()).to.equal('accepted')
      running.pass(6 * MINUTES)
      expect(await running.call()).to.equal('ERR_REGISTRY_UNAVAILABLE')
      disk.mount()
      cpSync(kept, directory, { recursive: true })
      running.pass(2)
      expect(await running.call()).to.equal('accepted')
    })

    it('is not written by those who knew it, who are told MARKER_MISSING', async function () {
      disk = SmallDisk.mount(directory, this)
      const registry = new FileRegistry(directory)
      const cart = await makePublication('cart')
      await registry.publish(cart)
      disk.unmount()
      for (const attempt of [
        () => registry.publish(cart),
        () => registry.revoke('cart', cart.kid),
        () => registry.find('cart', cart.kid),
        () => registry.list(),
      ]) {
        expect(await errorOf(attempt)).to.have.property('code', 'MARKER_MISSING')
      }
      expect(readdirSync(directory)).to.deep.equal([])
      const refused = await errorOf(() => new KeyFinder({ registry }).find('cart', cart.kid, 1500))
      expect(refused.message).to.equal('the registry cannot answer (MARKER_MISSING)')
    })
  })

  it('that was emptied serves again when somebody starts there', async () => {
    const running = await open()
    rmSync(directory, { recursive: true })
    mkdirSync(directory)
    const registry = new FileRegistry(directory)
    const cart = await makePublication('cart')
    running.pass(11 * MINUTES)
    expect(await running.call()).to.equal('ERR_REGISTRY_UNAVAILABLE')
    await registry.publish(cart)
    running.pass(12 * 60 * MINUTES)
    // A replacement is published, and then settles before it signs.
    await eventually(async () => {
      running.pass(1)
      return (await running.call()) === 'accepted'
    })
  })

  it('that was emptied on purpose serves again when it is marked by hand', async () => {
    const registry = new FileRegistry(directory)
    const cart = await makePublication('cart')
    await registry.publish(cart)
    rmSync(directory, { recursive: true })
    expect(await errorOf(() => registry.publish(cart))).to.have.property('code', 'MARKER_MISSING')
    mkdirSync(directory)
    writeFileSync(join(directory, MARKER), '')
    expect(await registry.find('cart', cart.kid)).to.equal(undefined)
    await registry.publish(cart)
    expect((await registry.find('cart', cart.kid))?.registration).to.equal(cart.registration)
  })

  it('that nobody marked, since it was made before or belongs to root, answers as it did', async () => {
    const cart = await makePublication('cart')
    mkdirSync(join(directory, 'cart'), { recursive: true })
    writeFileSync(join(directory, 'cart', cart.kid), cart.registration)
    const registry = new FileRegistry(directory)
    expect((await registry.find('cart', cart.kid))?.registration).to.equal(cart.registration)
    expect(await registry.find('shop', cart.kid)).to.equal(undefined)
    expect(existsSync(join(directory, MARKER))).to.equal(false)
    rmSync(join(directory, 'cart'), { recursive: true })
    expect(await registry.find('cart', cart.kid)).to.equal(undefined)
  })

  it('is marked by the first who publishes, and by nobody through a link', async () => {
    mkdirSync(directory)
    symlinkSync(join(parent, 'victim'), join(directory, MARKER))
    await new FileRegistry(directory).publish(await makePublication('cart'))
    expect(existsSync(join(parent, 'victim'))).to.equal(false)
    rmSync(join(directory, MARKER))
    await new FileRegistry(directory).publish(await makePublication('cart'))
    expect(existsSync(join(directory, MARKER))).to.equal(true)
  })

  it('that another one is renamed over serves what that one holds', async () => {
    const running = await open()
    const other = join(parent, 'other')
    const registry = new FileRegistry(other)
    await registry.publish(await makePublication('cart'))
    renameSync(directory, join(parent, 'old'))
    renameSync(other, directory)
    await eventually(async () => {
      running.pass(1)
      return (await running.call()) === 'ERR_KEY_UNKNOWN'
    }, 20)
    renameSync(directory, other)
    renameSync(join(parent, 'old'), directory)
    await eventually(async () => {
      running.pass(1)
      return (await running.call()) === 'accepted'
    }, 20)
  })
})
