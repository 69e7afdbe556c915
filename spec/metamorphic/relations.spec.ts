import { expect } from 'chai'
import fc from 'fast-check'
import { forgeSigner } from '../forge/key.js'
import { forgeRegistration } from '../forge/registration.js'
import { seedOfRun } from '../independent/generator.js'
import { type Situation, situations, verdictOf } from './situation.js'

const RUNS = 300

/** Checks something of many situations, and of both kinds: those that are accepted and those that are not. */
async function forAll<T>(
  changes: readonly T[],
  check: (situation: Situation, before: string, change: T) => Promise<unknown>,
): Promise<void> {
  let accepted = 0
  await fc.assert(
    fc.asyncProperty(situations, fc.constantFrom(...changes), async (situation, change) => {
      const before = await verdictOf(situation)
      if (before === 'accepted') accepted += 1
      await check(situation, before, change)
    }),
    { numRuns: RUNS, seed: seedOfRun() },
  )
  expect(accepted, 'accepted').to.be.within(RUNS / 10, RUNS - RUNS / 10)
}

/**
 * Values of each limit from what is generous, where refusals have other reasons, down to less than anybody needs. Those of keys,
 * bodies and our own registration say nothing of a presentation alone.
 */
const LADDERS: Readonly<Record<string, readonly number[]>> = {
  presentationCharacters: [8000, 1500, 900, 500, 1],
  depthHops: [16, 4, 3, 2, 1],
  skewSeconds: [60, 6, 5, 4, 1, 0],
  hopLifetimeSeconds: [3600, 310, 300, 151, 150, 1],
  presentationSeconds: [3600, 66, 61, 60, 25, 1],
  registrationSeconds: [86_400, 60],
  keyFreshSeconds: [600, 0],
  keyStaleSeconds: [3600, 0],
  unknownKeyLookupsPerSecond: [100_000, 1],
  bodyBytes: [2 ** 20, 0],
}
const DECISIVE = Object.keys(LADDERS).slice(0, 5)

/** The situation with all of its times later, or earlier. */
function shift(situation: Situation, seconds: number): Situation {
  const { hops, userExpiresAt: user, registeredFrom, registeredUntil, now } = situation
  const later = (hop: Situation['hops'][number]) => ({
    ...hop,
    issuedAt: hop.issuedAt + seconds,
    expiresAt: hop.expiresAt + seconds,
  })
  return {
    ...situation,
    hops: hops.map(later),
    userExpiresAt: typeof user === 'number' ? user + seconds : user,
    registeredFrom: registeredFrom + seconds,
    registeredUntil: registeredUntil + seconds,
    now: now + seconds,
  }
}

describe('the verdict over a call', function () {
  this.timeout(120_000)

  it('is the same, code and all, at another time: all clocks and times are shifted alike', async () => {
    await forAll([1, -1_799_000_000, 2 ** 31, 8_000_000_000_000], async (situation, before, seconds) => {
      expect(await verdictOf(shift(situation, seconds))).to.equal(before)
    })
  })

  it('is the same, code and all, if all services are called something else', async () => {
    const others = [
      ['cart', 'shop', 'suppliers', 'inventory'],
      ['a', 'aa', 'a.a', 'a-a'],
      ['constructor', 'tostring', '0', 'hasownproperty'],
      ['x'.repeat(128), `${'x'.repeat(127)}y`, 'y'.repeat(128), 'x'.repeat(127)],
    ]
    await forAll(others, async (situation, before, names) => {
      expect(await verdictOf({ ...situation, names })).to.equal(before)
    })
  })

  it('is the same with registrations that have nothing to do with it', async () => {
    await forAll([0], async (situation, before) => {
      const from = situation.registeredFrom
      const strangers = [
        forgeRegistration(forgeSigner('stranger'), { from }),
        forgeRegistration(forgeSigner('shop', 'EdDSA', 'another key of shop'), { from }),
        forgeRegistration(forgeSigner('cart', 'EdDSA', 'a key that says it is of shop'), {
          from,
          payload: { service: 'shop' },
        }),
        { ...forgeRegistration(forgeSigner('inventory', 'EdDSA', 'garbage'), { from }), registration: 'garbage' },
      ]
      expect(await verdictOf(situation, strangers)).to.equal(before)
    })
  })

  it('is never better with an edge, or a caller in the policy, less', async () => {
    await forAll(['edges', 'callers'] as const, async (situation, before, list) => {
      for (const one of situation[list] ?? []) {
        const fewer = { ...situation, [list]: situation[list]?.filter(other => other !== one) }
        if (before !== 'accepted') expect(await verdictOf(fewer)).not.to.equal('accepted')
      }
    })
  })

  it('is never better with any limit lowered', async () => {
    const decided = new Set<string>()
    const limits = [...Object.keys(LADDERS), ...DECISIVE]
    await forAll(limits, async (situation, _, limit) => {
      const verdicts: string[] = []
      for (const value of LADDERS[limit] ?? [])
        verdicts.push(await verdictOf({ ...situation, limits: { [limit]: value } }))
      const refusedFrom = verdicts.findIndex(verdict => verdict !== 'accepted')
      if (refusedFrom < 0) return
      expect(verdicts.slice(refusedFrom), `${limit}: ${verdicts}`).not.to.include('accepted')
      if (refusedFrom > 0) decided.add(limit)
    })
    expect([...decided].sort()).to.deep.equal([...DECISIVE].sort())
  })
})
