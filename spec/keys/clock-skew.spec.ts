import { expect } from 'chai'
import { MemoryRegistry, type Service } from '../../lib/index.js'
import { forgeKey } from '../forge/key.js'
import { ServiceParty } from '../http/service-party.js'
import { refusalOf } from '../jws/refusal.js'
import { eventually } from '../registry/eventually.js'

const START = 1_800_000_000
const SKEW_SECONDS = 5
const REGISTRATION_SECONDS = 600

describe('clocks that differ between a writer and a reader', () => {
  let party: ServiceParty
  let registry: MemoryRegistry
  let now: number
  let shop: Service
  let cart: Service

  afterEach(() => party.stop())

  /** A shop whose clock is ahead of cart's by some seconds, or behind. */
  const start = async (ahead: number, key?: ReturnType<typeof forgeKey>) => {
    party = new ServiceParty()
    registry = new MemoryRegistry()
    now = START
    const limits = { registrationSeconds: REGISTRATION_SECONDS }
    shop = await party.start('shop', {
      registry,
      clock: () => now + ahead,
      limits,
      ...(key && { key: key.privateKey }),
    })
    // The store of what was accepted is older than what the clocks may differ by.
    now -= 600
    cart = await party.start('cart', { registry, clock: () => now })
    now += 600
  }
  const call = async () => {
    const presentation = await shop.wrap({ audience: 'cart', operation: 'read', job: true })
    return await refusalOf(() => cart.unwrap(presentation, { operation: 'read' }))
  }

  for (const ahead of [-SKEW_SECONDS, -1, 1, SKEW_SECONDS]) {
    for (const [what, key] of [
      ['generated', undefined],
      ['brought', forgeKey('skew')],
    ] as const) {
      it(`by ${ahead} s are accepted in every second of a ${what} key's life, its renewals included`, async () => {
        await start(ahead, key)
        const kids = new Set<string>()
        for (; now < START + 3 * REGISTRATION_SECONDS; now += 1) {
          expect(await call(), `after ${now - START} s`).to.equal('accepted')
          kids.add(shop.kid)
          await new Promise(resolve => setImmediate(resolve))
        }
        expect(kids.size).to.equal(key === undefined ? 6 : 1)
      })
    }
  }

  it('by more are refused: ERR_HOP_NOT_YET_VALID where the writer is ahead', async () => {
    await start(SKEW_SECONDS + 1)
    expect(await call()).to.equal('ERR_HOP_NOT_YET_VALID')
  })

  it('by more are refused: ERR_PRESENTATION_STALE where he is behind by more than a presentation is fresh', async () => {
    await start(-60 - SKEW_SECONDS)
    expect(await call()).to.equal('accepted')
    await party.stop()
    await start(-60 - SKEW_SECONDS - 1)
    expect(await call()).to.equal('ERR_PRESENTATION_STALE')
  })

  it('by more are refused: ERR_HOP_EXPIRED where he is behind by more than a hop lives', async () => {
    await start(-300 - SKEW_SECONDS)
    expect(await call()).to.equal('ERR_HOP_EXPIRED')
  })

  it('are set right, and calls go on, where the writer had been ahead and has registered his key in the future', async () => {
    await start(3600)
    expect(await call()).to.equal('ERR_HOP_NOT_YET_VALID')
    const { kid } = shop
    let seconds = 3600
    await party.stop()
    party = new ServiceParty()
    shop = await party.start('shop', { registry, clock: () => now + seconds })
    cart = await party.start('cart', { registry, clock: () => now })
    now += 60
    expect(await call()).to.equal('ERR_HOP_NOT_YET_VALID')
    seconds = 0
    await eventually(async () => (await call()) === 'accepted')
    expect(shop.kid).to.not.equal(kid)
  })
})
