import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect } from 'chai'
import type { KeyRegistry, Publication } from '../../lib/model/registry.js'
import { KeyFinder } from '../../lib/registry/key-finder.js'
import { LookupLimiter } from '../../lib/registry/lookup-limiter.js'
import { MemoryRegistry } from '../../lib/registry/memory-registry.js'
import { RecentRefusals, refuseUnknown } from '../../lib/registry/refusal.js'
import { errorOf, refusalOf } from '../jws/refusal.js'
import { type Pending, pending, ScriptedRegistry } from './scripted-registry.js'
import { makePublication } from './signed-text.js'

const randomKid = () => randomBytes(32).toString('base64url')

describe('a key finder under a flood of unknown keys', () => {
  let publications: readonly Publication[]
  let store: KeyRegistry
  let registry: ScriptedRegistry
  let finder: KeyFinder

  before(async () => {
    publications = await Promise.all(Array.from({ length: 30 }, () => makePublication('cart')))
  })

  beforeEach(async () => {
    store = new MemoryRegistry()
    for (const publication of publications) await store.publish(publication)
    registry = new ScriptedRegistry((service, kid) => store.find(service, kid))
    finder = new KeyFinder({ registry, limits: { unknownLookupsPerSecond: 10 } })
    await finder.watch()
  })

  const outcome = (kid: string, now: number) => refusalOf(() => finder.find('cart', kid, now))
  const flood = async (count: number, now: number) => {
    const counts = new Map<string, number>()
    for (let sent = 0; sent < count; sent++) {
      const code = await outcome(randomKid(), now)
      counts.set(code, (counts.get(code) ?? 0) + 1)
    }
    return Object.fromEntries(counts)
  }

  it('asks the registry for so many a second, and refuses the others with ERR_LOOKUPS_EXHAUSTED', async () => {
    expect(await flood(100, 1500)).to.deep.equal({ ERR_KEY_UNKNOWN: 10, ERR_LOOKUPS_EXHAUSTED: 90 })
    expect(await flood(100, 1500.9)).to.deep.equal({ ERR_LOOKUPS_EXHAUSTED: 100 })
    expect(await flood(100, 1501)).to.deep.equal({ ERR_KEY_UNKNOWN: 10, ERR_LOOKUPS_EXHAUSTED: 90 })
    expect(registry.asked).to.equal(20)
    const error = await errorOf(() => finder.find('cart', randomKid(), 1501))
    expect(error).to.include({ status: 503, invariant: 17 })
  })

  it('counts keys that are refused, and look-ups that fail, as it counts unknown ones', async () => {
    registry.answer = async (service, kid) => ({ service, kid, registration: 'garbage', revoked: false })
    expect(await flood(20, 1500)).to.deep.equal({ ERR_REGISTRATION_INVALID: 10, ERR_LOOKUPS_EXHAUSTED: 10 })
    registry.answer = async () => {
      throw new Error('down')
    }
    expect(await flood(20, 1501)).to.deep.equal({ ERR_REGISTRY_UNAVAILABLE: 10, ERR_LOOKUPS_EXHAUSTED: 10 })
  })

  it('bounds the look-ups that are under way', async () => {
    const answers: Pending<undefined>[] = []
    registry.answer = () => {
      const answer = pending<undefined>()
      answers.push(answer)
      return answer.promise
    }
    const outcomes = Array.from({ length: 100 }, () => outcome(randomKid(), 1500))
    await new Promise(setImmediate)
    expect(answers).to.have.length(10)
    for (const { resolve } of answers) resolve(undefined)
    expect((await Promise.all(outcomes)).filter(code => code === 'ERR_LOOKUPS_EXHAUSTED')).to.have.length(90)
  })

  it('lets any number of good new keys in, as long as a slot is free', async () => {
    await flood(9, 1500)
    for (const { kid } of publications) expect(await outcome(kid, 1500)).to.equal('accepted')
    expect(await flood(2, 1500)).to.deep.equal({ ERR_KEY_UNKNOWN: 1, ERR_LOOKUPS_EXHAUSTED: 1 })
  })

  it('asks again for keys known before, whatever the flood', async () => {
    for (const { kid } of publications) await outcome(kid, 1500)
    await flood(100, 1560)
    for (const { kid } of publications) expect(await outcome(kid, 1560)).to.equal('accepted')
    for (const { service, kid } of publications) await store.revoke(service, kid)
    for (const { service, kid } of publications) registry.hint(service, kid)
    for (const { kid } of publications) expect(await outcome(kid, 1560)).to.equal('ERR_KEY_REVOKED')
  })

  it('refuses one unknown key again and again with one look-up', async () => {
    const kid = randomKid()
    for (let sent = 0; sent < 100; sent++) expect(await outcome(kid, 1500)).to.equal('ERR_KEY_UNKNOWN')
    expect(registry.asked).to.equal(1)
  })

  it('does not count anew because calls come a little out of order', async () => {
    await flood(10, 1500.95)
    expect(await flood(10, 1501.05)).to.deep.equal({ ERR_LOOKUPS_EXHAUSTED: 10 })
    expect(await flood(10, 1500.9)).to.deep.equal({ ERR_LOOKUPS_EXHAUSTED: 10 })
  })

  it('does not count anew because calls were held back for as long as a body may take', async () => {
    await flood(10, 1530)
    for (let turn = 0; turn < 3; turn += 1) {
      expect(await flood(1, 1500)).to.deep.equal({ ERR_LOOKUPS_EXHAUSTED: 1 })
      expect(await flood(1, 1530)).to.deep.equal({ ERR_LOOKUPS_EXHAUSTED: 1 })
    }
  })

  it('counts on where the clock was set back, or says nothing', async () => {
    await flood(10, 1500)
    expect(await flood(11, 1400)).to.deep.equal({ ERR_KEY_UNKNOWN: 10, ERR_LOOKUPS_EXHAUSTED: 1 })
    expect(await flood(11, Number.NaN)).to.deep.equal({ ERR_LOOKUPS_EXHAUSTED: 11 })
  })

  it('gives a slot back to the second that it was taken from', () => {
    const limiter = new LookupLimiter(1)
    const slot = limiter.take(1500)
    expect(limiter.take(1501)).not.to.equal(undefined)
    if (slot !== undefined) limiter.giveBack(slot)
    expect(limiter.take(1501)).to.equal(undefined)
  })

  it('remembers a thousand unknown keys, of ten thousand', () => {
    const refusals = new RecentRefusals()
    for (let sent = 0; sent < 10_000; sent++) {
      const kid = randomKid()
      refusals.remember(`cart/${kid}`, refuseUnknown({ service: 'cart', kid }), 1500)
    }
    expect(refusals.size).to.equal(1000)
  })

  it('holds nothing of the headers that keys were named in, whether they are found or not', async () => {
    const script = fileURLToPath(new URL('key-garbage.ts', import.meta.url))
    const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', '--import', 'tsx', script])
    const { found, unknown } = JSON.parse(stdout)
    // Of more than 6000.
    expect(found).to.be.within(100, 2000)
    expect(unknown).to.be.within(100, 2000)
  }).timeout(60_000)
})
