import { expect } from 'chai'
import fc from 'fast-check'
import { MemoryReplayStore, type MemoryReplayStoreOptions } from '../../lib/replay/memory-replay-store.js'
import type { ReplayEntry } from '../../lib/replay/replay-store.js'
import { refusalOf } from '../jws/refusal.js'

// Presentations as chains make them: remembered until 60 seconds and twice the skew after they were signed.
const LIFETIME = 70

function entry(members: Partial<ReplayEntry> = {}): ReplayEntry {
  const { issuedAt = 1000 } = members
  return { caller: 'shop', kid: 'kid-1', jti: 'jti-1', issuedAt, until: issuedAt + LIFETIME, ...members }
}

function makeStore(options: MemoryReplayStoreOptions = {}): MemoryReplayStore {
  return new MemoryReplayStore({ clock: () => 1000, ...options })
}

const codeOf = (store: MemoryReplayStore, members: Partial<ReplayEntry>, now: number) =>
  refusalOf(() => store.remember(entry(members), now))

describe('memory replay store', () => {
  it('says `new` once, and `seen` ever after', () => {
    const store = makeStore()
    expect(store.remember(entry(), 1000)).to.equal('new')
    for (const now of [1000, 1030, 1070]) expect(store.remember(entry(), now)).to.equal('seen')
    expect(store.size).to.equal(1)
  })

  it('tells presentations apart by `kid` and `jti` together, by nothing else', () => {
    const store = makeStore()
    expect(store.remember(entry(), 1000)).to.equal('new')
    expect(store.remember(entry({ kid: 'kid-2' }), 1000)).to.equal('new')
    expect(store.remember(entry({ jti: 'jti-2' }), 1000)).to.equal('new')
    expect(store.remember(entry({ caller: 'other', issuedAt: 1001, until: 2000 }), 1000)).to.equal('seen')
    expect(store.remember(entry({ kid: 'kid-1 j', jti: 'ti-1' }), 1000)).to.equal('new')
  })

  it('remembers up to and including `until`, and forgets right after', () => {
    const store = makeStore()
    store.remember(entry(), 1000)
    expect(store.remember(entry(), 1070)).to.equal('seen')
    store.remember(entry({ jti: 'other', issuedAt: 1070 }), 1070.001)
    expect(store.size).to.equal(1)
  })

  it('refuses what it may have forgotten: ERR_REPLAY_STORE_YOUNG', async () => {
    const store = makeStore()
    store.remember(entry(), 1000)
    expect(await codeOf(store, {}, 1071)).to.equal('ERR_REPLAY_STORE_YOUNG')
    expect(await codeOf(store, { jti: 'never seen' }, 1071)).to.equal('ERR_REPLAY_STORE_YOUNG')
  })

  it('forgets nothing early when the clock is set back', () => {
    const store = makeStore()
    store.remember(entry({ issuedAt: 1050 }), 1050)
    for (const now of [1000, 500, 0, -1]) expect(store.remember(entry({ issuedAt: 1050 }), now)).to.equal('seen')
    expect(store.remember(entry({ issuedAt: 1050 }), 1050)).to.equal('seen')
  })

  it('does not accept again, when the clock is set back, what it forgot while it was ahead: ERR_REPLAY_STORE_YOUNG', async () => {
    const store = makeStore()
    expect(store.remember(entry(), 1000)).to.equal('new')
    expect(store.remember(entry({ jti: 'later', issuedAt: 5000 }), 5000)).to.equal('new')
    expect(await codeOf(store, {}, 1001)).to.equal('ERR_REPLAY_STORE_YOUNG')
    // What was signed after everything that is forgotten is accepted at once.
    expect(store.remember(entry({ jti: 'next', issuedAt: 1001 }), 1001)).to.equal('new')
  })

  it('refuses what was issued before the second it started in: ERR_REPLAY_STORE_YOUNG', async () => {
    const store = new MemoryReplayStore({ clock: () => 1000.9 })
    expect(await codeOf(store, { issuedAt: 999 }, 1001)).to.equal('ERR_REPLAY_STORE_YOUNG')
    expect(await codeOf(store, { issuedAt: 1000 }, 1001)).to.equal('accepted')
    expect(store.size).to.equal(1)
  })

  it('refuses times that are no numbers: ERR_REPLAY_STORE_YOUNG', async () => {
    const store = makeStore()
    for (const members of [{ issuedAt: Number.NaN }, { until: Number.NaN }]) {
      expect(await codeOf(store, members, 1000)).to.equal('ERR_REPLAY_STORE_YOUNG')
    }
    expect(await codeOf(store, {}, Number.NaN)).to.equal('ERR_REPLAY_STORE_YOUNG')
    expect(await codeOf(makeStore({ clock: () => Number.NaN }), {}, 1000)).to.equal('ERR_REPLAY_STORE_YOUNG')
  })

  it('refuses when it is full, rather than to forget, and still knows what it has seen: ERR_REPLAY_STORE_FULL', async () => {
    const store = makeStore({ maxEntries: 3, sharePerCaller: 1 })
    for (const jti of ['a', 'b', 'c']) expect(store.remember(entry({ jti }), 1000)).to.equal('new')
    expect(await codeOf(store, { jti: 'd' }, 1000)).to.equal('ERR_REPLAY_STORE_FULL')
    expect(await codeOf(store, { jti: 'd', caller: 'other' }, 1070)).to.equal('ERR_REPLAY_STORE_FULL')
    expect(store.remember(entry({ jti: 'a' }), 1000)).to.equal('seen')
    expect(await codeOf(store, { jti: 'd', issuedAt: 1071 }, 1071)).to.equal('accepted')
    expect(store.size).to.equal(1)
  })

  it('lets one caller fill his share and no more: ERR_REPLAY_STORE_FULL', async () => {
    const store = makeStore({ maxEntries: 8, sharePerCaller: 0.25 })
    for (const jti of ['a', 'b']) expect(store.remember(entry({ jti }), 1000)).to.equal('new')
    expect(await codeOf(store, { jti: 'c', kid: 'kid-2' }, 1000)).to.equal('ERR_REPLAY_STORE_FULL')
    expect(store.remember(entry({ jti: 'a' }), 1000)).to.equal('seen')
    expect(store.remember(entry({ jti: 'c', caller: 'other' }), 1000)).to.equal('new')
    // His share is free again when what filled it is forgotten.
    for (const jti of ['d', 'e']) expect(await codeOf(store, { jti, issuedAt: 1071 }, 1071)).to.equal('accepted')
    expect(await codeOf(store, { jti: 'f', issuedAt: 1071 }, 1071)).to.equal('ERR_REPLAY_STORE_FULL')
  })

  it('gives back of a share only what is forgotten: ERR_REPLAY_STORE_FULL', async () => {
    const store = makeStore({ maxEntries: 4 })
    store.remember(entry({ jti: 'a' }), 1000)
    store.remember(entry({ jti: 'b', issuedAt: 1010 }), 1010)
    expect(await codeOf(store, { jti: 'c', issuedAt: 1071 }, 1071)).to.equal('accepted')
    expect(await codeOf(store, { jti: 'd', issuedAt: 1071 }, 1071)).to.equal('ERR_REPLAY_STORE_FULL')
  })

  it('leaves every caller room for one', () => {
    const store = makeStore({ maxEntries: 2, sharePerCaller: 0.01 })
    expect(store.remember(entry(), 1000)).to.equal('new')
  })

  it('takes a clock that jumps by years without walking over them', () => {
    const store = makeStore({ clock: () => 0 })
    store.remember(entry({ issuedAt: 0 }), 0)
    expect(store.remember(entry({ jti: 'b', issuedAt: 4e9 }), 4e9)).to.equal('new')
    expect(store.size).to.equal(1)
  })

  it('takes a time to live that is not whole, and rounds it up', () => {
    const store = makeStore()
    store.remember(entry({ until: 1010.2 }), 1000)
    expect(store.remember(entry({ until: 1010.2 }), 1010.9)).to.equal('seen')
    expect(store.remember(entry({ until: 1010.2 }), 1011)).to.equal('seen')
  })

  it('holds 100,000 entries, one caller half of them, in well under 100 bytes each', async () => {
    const store = makeStore({ maxEntries: 100_000 })
    globalThis.gc?.()
    const before = process.memoryUsage().heapUsed
    for (let index = 0; index < 50_000; index += 1) store.remember(entry({ jti: `jti-${index}` }), 1000)
    expect(await codeOf(store, { jti: 'one more' }, 1000)).to.equal('ERR_REPLAY_STORE_FULL')
    for (let index = 0; index < 50_000; index += 1)
      store.remember(entry({ jti: `jti-${index}`, caller: 'b', kid: 'b' }), 1000)
    expect(await codeOf(store, { jti: 'one more', caller: 'c' }, 1000)).to.equal('ERR_REPLAY_STORE_FULL')
    expect(store.size).to.equal(100_000)
    if (globalThis.gc !== undefined) {
      globalThis.gc()
      expect((process.memoryUsage().heapUsed - before) / store.size).to.be.below(100)
    }
    // All of it goes in one call.
    store.remember(entry({ issuedAt: 2000 }), 2000)
    expect(store.size).to.equal(1)
  })

  it('never says `new` twice for one presentation while it is fresh, whatever the clock does', () => {
    const step = fc.record({
      jti: fc.nat(5),
      issuedAt: fc.integer({ min: 1000, max: 1100 }),
      drift: fc.integer({ min: -65, max: 65 }),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), steps => {
        const store = makeStore()
        const accepted = new Set<string>()
        for (const { jti, issuedAt, drift } of steps) {
          const name = `${jti} ${issuedAt}`
          let verdict = 'refused'
          try {
            verdict = store.remember(entry({ jti: name, issuedAt }), issuedAt + drift)
          } catch {}
          if (verdict === 'new') expect(accepted.has(name), name).to.equal(false)
          if (verdict === 'new') accepted.add(name)
        }
      }),
    )
  })

  it('refuses wrong options: ERR_OPTION', async () => {
    const wrong: readonly unknown[] = [
      { size: 1 },
      { maxEntries: 0 },
      { maxEntries: 1.5 },
      { maxEntries: -1 },
      { maxEntries: '5' },
      { maxEntries: 2 ** 25 },
      { sharePerCaller: 0 },
      { sharePerCaller: 1.1 },
      { sharePerCaller: Number.NaN },
      null,
    ]
    for (const options of wrong) {
      expect(
        await refusalOf(() => new MemoryReplayStore(options as MemoryReplayStoreOptions)),
        JSON.stringify(options),
      ).to.equal('ERR_OPTION')
    }
  })

  it('starts by the clock of the machine, unless it is given another', async () => {
    const now = Date.now() / 1000
    const store = new MemoryReplayStore()
    expect(await codeOf(store, { issuedAt: Math.floor(now) - 2 }, now)).to.equal('ERR_REPLAY_STORE_YOUNG')
    expect(await codeOf(store, { issuedAt: Math.floor(now) + 1 }, now)).to.equal('accepted')
  })
})
