import { readdirSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { FileRegistry } from '../../lib/registry/file-registry.js'
import { eventually } from '../registry/eventually.js'
import { makePublication } from '../registry/signed-text.js'
import { makeDirectory, removeDirectory } from '../registry/temporary-directory.js'
import { Stage } from './stage.js'

const DAY = 86_400

describe('a clock that is set', () => {
  let directory: string
  let stage: Stage

  beforeEach(async () => {
    directory = makeDirectory()
    stage = await Stage.open(directory)
    expect(await stage.call()).to.equal('accepted')
  })

  afterEach(async () => {
    await stage.close()
    removeDirectory(directory)
  })

  const serves = () => eventually(async () => (await stage.call()) === 'accepted')

  for (const seconds of [DAY / 2, DAY - 1, DAY, 3 * DAY]) {
    it(`forward by ${seconds} s on both sides has the key replaced, and calls go on`, async () => {
      stage.pass(seconds)
      await serves()
      expect(await stage.call()).to.equal('accepted')
    })
  }

  for (const seconds of [-60, -DAY, -3 * DAY]) {
    it(`back by ${-seconds} s on both sides has the key replaced, and ERR_REPLAY_STORE_YOUNG until the time has come again`, async () => {
      const { kid } = stage.shop
      stage.pass(seconds)
      await eventually(() => stage.shop.kid !== kid)
      expect(await stage.call()).to.equal('ERR_REPLAY_STORE_YOUNG')
      stage.pass(-seconds - 1)
      await eventually(async () => (await stage.call()) === 'ERR_REPLAY_STORE_YOUNG')
      stage.pass(1)
      await serves()
      expect(await stage.call()).to.equal('accepted')
    })
  }

  for (const [side, seconds, code] of [
    ['shop', 60, 'ERR_HOP_NOT_YET_VALID'],
    ['shop', 3 * DAY, 'ERR_HOP_NOT_YET_VALID'],
    ['shop', -DAY, 'ERR_HOP_EXPIRED'],
    ['cart', 3 * DAY, 'ERR_HOP_EXPIRED'],
    ['cart', -DAY, 'ERR_HOP_NOT_YET_VALID'],
  ] as const) {
    it(`of ${side} alone, by ${seconds} s, has its calls refused until it is set right: ${code}`, async () => {
      stage.clocks[side].seconds += seconds
      await eventually(async () => (await stage.call()) === code)
      for (let call = 0; call < 20; call += 1) expect(await stage.call()).to.equal(code)
      stage.clocks[side].seconds -= seconds
      await serves()
      expect(await stage.call()).to.equal('accepted')
    })
  }

  it("of one writer does not have him remove what his service's other instances registered", async () => {
    const registry = new FileRegistry(directory)
    const [other, own] = [await makePublication('cart'), await makePublication('cart')]
    await registry.publish(other)
    const now = Date.now
    Date.now = () => now() + 3 * DAY * 1000
    try {
      await registry.publish(own)
    } finally {
      Date.now = now
    }
    expect(readdirSync(join(directory, 'cart'))).to.include.members([other.kid, own.kid])
  })

  it('of the machine itself leaves what was registered before, or is long gone by then', async () => {
    const registry = new FileRegistry(directory)
    const [old, ahead, own] = await Promise.all(['cart', 'cart', 'cart'].map(name => makePublication(name)))
    if (!old || !ahead || !own) throw new Error('no publications')
    await registry.publish(old)
    await registry.publish(ahead)
    const at = (seconds: number) => Date.now() / 1000 + seconds
    utimesSync(join(directory, 'cart', old.kid), at(-2 * DAY), at(-2 * DAY))
    utimesSync(join(directory, 'cart', ahead.kid), at(2 * DAY), at(2 * DAY))
    await registry.publish(own)
    expect(await registry.find('cart', old.kid)).to.equal(undefined)
    expect(await registry.find('cart', ahead.kid)).to.not.equal(undefined)
  })
})
