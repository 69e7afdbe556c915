import { expect } from 'chai'
import fc from 'fast-check'
import { MemoryRegistry, Service } from '../../lib/index.js'
import { seedOfRun } from '../independent/generator.js'
import { refusalOf } from '../jws/refusal.js'

const audience = fc.constantFrom('cart', 'inventory', 'suppliers')
const url = fc.constantFrom(
  'http://127.0.0.1:1',
  'http://127.0.0.1:1/a',
  'http://127.0.0.1:10',
  'https://127.0.0.1:1',
  'http://localhost:1',
)
const destinations = fc.dictionary(audience, url, { maxKeys: 3 })
const target = fc
  .tuple(url, fc.constantFrom('', '/', '/a', '/a/b', '/ab', '/a/../b', '/%61'))
  .map(parts => parts.join(''))

/** Whether a service with these destinations sends anything. */
async function verdict(map: Readonly<Record<string, string>>, to: string, name: string): Promise<string> {
  const response = { status: 204, ok: true, headers: new Headers(), body: null }
  const options = {
    name: 'shop',
    registry: new MemoryRegistry(),
    destinations: map,
    fetch: async () => response as never,
  }
  const shop = await Service.start(options)
  try {
    return await refusalOf(() => shop.fetch(to, { audience: name, operation: 'read', job: true }))
  } finally {
    await shop.stop()
  }
}

describe('what a service sends', function () {
  this.timeout(60_000)

  it('goes nowhere that it did not go before, with a destination less', async () => {
    let sent = 0
    let kept = 0
    await fc.assert(
      fc.asyncProperty(destinations, target, audience, async (map, to, name) => {
        const before = await verdict(map, to, name)
        if (before === 'accepted') sent += 1
        for (const removed of Object.keys(map)) {
          const { [removed]: _, ...fewer } = map
          const after = await verdict(fewer, to, name)
          if (removed === name) expect(after).to.equal('ERR_DESTINATION_REFUSED')
          else expect(after).to.equal(before)
          if (after === 'accepted') kept += 1
        }
      }),
      { numRuns: 200, seed: seedOfRun() },
    )
    expect(sent).to.be.above(10)
    expect(kept).to.be.above(5)
  })
})
