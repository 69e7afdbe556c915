import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'chai'
import { FileRegistry } from '../../lib/registry/file-registry.js'
import { verifyRegistration } from '../../lib/registry/registration.js'
import { makePublication } from '../registry/signed-text.js'
import { makeDirectory, removeDirectory } from '../registry/temporary-directory.js'
import { Parties } from './processes.js'

const ROUNDS = 4
const WRITERS = 4
// One writer has one file under way.
const TEMPORARY = /^\.[A-Za-z0-9_-]{22}\.tmp$/

describe('writers that are killed at any moment', function () {
  this.timeout(120_000)
  let directory: string
  const parties = new Parties()

  beforeEach(() => {
    directory = makeDirectory()
  })

  afterEach(() => {
    parties.killAll()
    removeDirectory(directory)
  })

  it('leave whole registrations, and at most the one file each was writing', async () => {
    const registry = new FileRegistry(directory)
    for (let round = 0; round < ROUNDS; round += 1) {
      const writers = Array.from({ length: WRITERS }, () => parties.start('publish', directory, 'cart'))
      for (const writer of writers) await writer.says('publishing')
      await delay(Math.random() * 40)
      for (const writer of writers) await writer.kill()
      const entries = await registry.list()
      for (const { service, kid, registration } of entries) await verifyRegistration(registration, { service, kid })
    }
    const names = readdirSync(join(directory, 'cart'))
    expect(names.filter(name => TEMPORARY.test(name)).length).to.be.at.most(ROUNDS * WRITERS)
    const cart = await makePublication('cart')
    await registry.publish(cart)
    expect((await registry.find('cart', cart.kid))?.registration).to.equal(cart.registration)
    expect((await registry.list('cart')).length).to.be.greaterThan(ROUNDS)
  })
})
