import { expect } from 'chai'
import fc from 'fast-check'
import { EPOCH, forgeHop } from '../forge/hop.js'
import type { Wrapped } from '../forge/initial-token.js'
import { forgeSigner } from '../forge/key.js'
import { forgeRegistration } from '../forge/registration.js'
import { TestReceiver } from './receiver.js'

// The invariants of docs/wire-format.md once more, written down as they stand there, and compared with what a receiver does.

const signers = ['a', 'b', 'receiver'].map(name => forgeSigner(name, name === 'b' ? 'EdDSA' : 'ES256'))
const REGISTERED = { from: EPOCH - 40, until: EPOCH + 200 }

interface Hop {
  readonly by: number
  readonly to: string
  /** Seconds from EPOCH. */
  readonly iat: number
  /** Seconds from EPOCH. */
  readonly exp: number
}

/** Invariants 8 and 9. */
function keepsCustody(hops: readonly Hop[]): boolean {
  const isMine = hops[0]?.to === 'receiver'
  return isMine && hops.every((outer, at) => hops[at + 1] === undefined || hops[at + 1]?.to === signers[outer.by]?.name)
}

/** Invariant 10. */
function keepsTime(hops: readonly Hop[], now: number): boolean {
  const each = hops.every(({ iat, exp }) => iat < exp && exp <= iat + 300 && iat <= now + 5 && exp > now - 5)
  const nested = hops.every((outer, at) => {
    const inner = hops[at + 1]
    return inner === undefined || (inner.iat <= outer.iat + 5 && outer.exp <= inner.exp)
  })
  const from = REGISTERED.from - EPOCH
  const until = REGISTERED.until - EPOCH
  const registered = hops.every(({ iat, exp }) => from <= iat + 5 && exp <= until)
  const fresh = now <= (hops[0]?.iat ?? 0) + 60 + 5
  return each && nested && registered && fresh
}

/** A presentation of hops, newest first. */
function present(hops: readonly Hop[]): string {
  let around: Wrapped | undefined
  let presentation = ''
  for (const { by, to, iat, exp } of [...hops].reverse()) {
    const signer = signers[by]
    if (signer === undefined) throw new Error('no such signer')
    const hop = forgeHop({ by: signer, to, around, issuedAt: EPOCH + iat, expiresAt: EPOCH + exp })
    around = hop
    presentation = hop.presentation
  }
  return presentation
}

describe('a receiver and a model of the invariants', () => {
  let receiver: TestReceiver
  let accepted = 0

  before(async () => {
    receiver = await TestReceiver.start({
      registrations: signers.map(signer => forgeRegistration(signer, REGISTERED)),
      replay: { remember: () => 'new' },
    })
  })

  beforeEach(() => {
    accepted = 0
  })

  async function agree(hops: readonly Hop[], now: number): Promise<void> {
    const expected = keepsCustody(hops) && keepsTime(hops, now)
    receiver.now = EPOCH + now
    const verdict = await receiver.verdict(present(hops))
    expect(verdict === 'accepted', verdict).to.equal(expected)
    if (expected) accepted += 1
  }

  it('agree on custody, whoever signs and whoever is addressed', async () => {
    const name = fc.constantFrom('a', 'b', 'receiver')
    const hop = fc.record({ by: fc.nat(2), to: name, iat: fc.constant(0), exp: fc.constant(100) })
    const chain = fc.array(hop, { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(chain, async hops => agree(hops, 0)),
      { numRuns: 600 },
    )
    expect(accepted).to.be.within(20, 580)
  })

  it('agree on time, near every boundary', async () => {
    const near = (...seconds: number[]) =>
      fc.constantFrom(...seconds.flatMap(second => [second - 1, second, second + 1]))
    const signed = fc.oneof(near(0, 5, -5, -40, -45, -65), fc.integer({ min: -8, max: 8 }))
    const ends = fc.oneof(near(0, -5, 100, 200, 235, 255, 300), fc.integer({ min: 95, max: 105 }))
    const time = fc.record({ iat: signed, exp: ends })
    const chain = fc.array(time, { minLength: 1, maxLength: 3 })
    await fc.assert(
      fc.asyncProperty(chain, near(0), async (times, now) => {
        const names = ['receiver', 'a', 'b']
        const hops = times.map((hop, at) => ({ ...hop, by: at % 2, to: names[at] ?? '' }))
        await agree(hops, now)
      }),
      { numRuns: 1500 },
    )
    expect(accepted).to.be.within(50, 1450)
  })
})
