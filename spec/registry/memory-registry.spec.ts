import { expect } from 'chai'
import { MemoryRegistry } from '../../lib/registry/memory-registry.js'
import { describeRegistry } from './registry-conformance.js'
import { makePublication } from './signed-text.js'

const DAY = 86_400

describeRegistry('MemoryRegistry', async () => {
  const registry = new MemoryRegistry()
  return { connect: () => registry, remove: async () => undefined }
})

describe('MemoryRegistry', () => {
  it('forgets what has long expired when something later is published', async () => {
    const registry = new MemoryRegistry()
    for (let day = 1; day <= 100; day++) {
      await registry.publish({ ...(await makePublication('cart')), expiresAt: day * DAY })
    }
    expect((await registry.list('cart')).length).to.be.within(1, 3)
  })

  it('keeps what may not have expired, and what belongs to others', async () => {
    const registry = new MemoryRegistry()
    const [first, second, shop] = [
      await makePublication('cart'),
      await makePublication('cart'),
      await makePublication('shop'),
    ]
    await registry.publish({ ...shop, expiresAt: 1 })
    await registry.publish({ ...first, expiresAt: DAY })
    await registry.publish({ ...second, expiresAt: 2 * DAY })
    expect(await registry.list()).to.have.length(3)
  })

  it('gives out entries that nobody can change', async () => {
    const registry = new MemoryRegistry()
    const cart = await makePublication('cart')
    await registry.publish(cart)
    expect(await registry.find('cart', cart.kid)).to.be.frozen
  })
})
