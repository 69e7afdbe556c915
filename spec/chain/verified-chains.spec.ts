import { generateKeyPairSync } from 'node:crypto'
import { expect } from 'chai'
import { VerifiedChains, type VerifiedHop } from '../../lib/chain/verified-chains.js'
import { MemoryReplayStore } from '../../lib/replay/memory-replay-store.js'
import { forgeChain, forgeSigners } from '../forge/chain.js'
import { EPOCH, type ForgedHop, forgeHop, type HopPieces, random128 } from '../forge/hop.js'
import { forgeUserClaims } from '../forge/initial-token.js'
import { forgeKey, forgeSigner, type Signer } from '../forge/key.js'
import { forgeRegistration } from '../forge/registration.js'
import { errorOf } from '../jws/refusal.js'
import { BareReceiver, STALE_SECONDS } from './bare-receiver.js'
import { ACCEPT_ALL, REJECT_ALL } from './receiver.js'

const signers = forgeSigners(16)
const three = forgeSigners(3) as [Signer, Signer, Signer]
const [origin, middle, caller] = three
const stranger = forgeSigner('stranger')

/** Gives out keys of the same names with which nothing verifies: what is accepted nevertheless was verified before. */
function breakKeysOf(receiver: BareReceiver, ...names: readonly string[]): void {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { publicKey: edwards } = generateKeyPairSync('ed25519')
  const wrong = { ES256: publicKey, EdDSA: edwards }
  receiver.replaced = found => (names.includes(found.service) ? { ...found, publicKey: wrong[found.algorithm] } : found)
}

/** Whether a receiver verifies all of a chain anew that it is sent once more. */
async function verifiesAnew(receiver: BareReceiver, around: ForgedHop): Promise<boolean> {
  const { replaced } = receiver
  breakKeysOf(receiver, origin.name, middle.name, stranger.name)
  const verdict = await receiver.verdict(forgeHop({ by: caller, to: 'receiver', around }).presentation)
  receiver.replaced = replaced
  expect(verdict).to.be.oneOf(['accepted', 'ERR_SIGNATURE_INVALID'])
  return verdict !== 'accepted'
}

// Of one that came once, it is remembered that it verified; of one that came again, what was read in it.
for (const times of [1, 2]) describeReceived(times)

function describeReceived(times: number): void {
  describe(`a chain that was received ${times === 1 ? 'inside an accepted call' : 'inside two accepted calls'}`, () => {
    let receiver: BareReceiver
    let inner: ForgedHop

    /** One more call around the same chain. */
    const call = (pieces: Partial<HopPieces> = {}) =>
      forgeHop({ by: caller, to: 'receiver', around: inner, ...pieces }).presentation

    /** Lets the registry answer otherwise for one service. */
    const answerFor = (name: string, answer: () => Promise<undefined>) => {
      const find = receiver.registry.find.bind(receiver.registry)
      receiver.registry.find = (service, kid) => (service === name ? answer() : find(service, kid))
    }

    beforeEach(async () => {
      receiver = await BareReceiver.start([...three, stranger])
      inner = forgeChain([origin, middle], caller.name, {}, forgeUserClaims({ sub: 'jo' }))
      await receive(inner)
      expect(receiver.verifiedChains.size).to.equal(times - 1)
    })

    /** Receives a chain so often. */
    const receive = async (around: ForgedHop) => {
      for (let time = 0; time < times; time += 1) expect(await receiver.verdict(call({ around }))).to.equal('accepted')
    }

    it('is forgotten with one of its keys, and no other chain is', async () => {
      const others = forgeChain([stranger, middle], caller.name)
      await receive(others)
      receiver.verifiedChains.forgetKey({ service: caller.name, kid: caller.key.kid })
      receiver.verifiedChains.forgetKey({ service: stranger.name, kid: stranger.key.kid })
      expect(receiver.verifiedChains.size).to.equal(times - 1)
      expect(await verifiesAnew(receiver, others)).to.equal(true)
      expect(await verifiesAnew(receiver, inner)).to.equal(false)
    })

    it('is forgotten with each of its keys, however often it was received again', async () => {
      for (const { name, key } of [middle, origin, middle]) {
        receiver.verifiedChains.forgetKey({ service: name, kid: key.kid })
        expect(receiver.verifiedChains.size).to.equal(0)
        expect(await verifiesAnew(receiver, inner)).to.equal(true)
        await receive(inner)
        expect(await verifiesAnew(receiver, inner)).to.equal(false)
      }
    })

    it('is verified anew when the registration of one of its keys was renewed', async () => {
      await receiver.registry.publish(forgeRegistration(origin, { from: EPOCH - 900 }))
      expect(await verifiesAnew(receiver, inner)).to.equal(true)
    })

    it('is not forgotten because a stranger names one of its keys as his own', async () => {
      const naming = forgeHop({ by: stranger, to: 'receiver', header: { iss: 'nobody', kid: origin.key.kid } })
      expect(await receiver.verdict(naming.presentation)).to.equal('ERR_KEY_UNKNOWN')
      expect(await verifiesAnew(receiver, inner)).to.equal(false)
    })

    it('is found again where no user is in it', async () => {
      inner = forgeChain([origin, middle], caller.name)
      await receive(inner)
      breakKeysOf(receiver, origin.name, middle.name)
      expect(await receiver.verdict(call())).to.equal('accepted')
    })

    it('is not verified again inside another call', async () => {
      breakKeysOf(receiver, origin.name, middle.name)
      expect(await receiver.verdict(call())).to.equal('accepted')
      inner = forgeChain([origin, middle], caller.name, {}, forgeUserClaims({ sub: 'jo' }))
      expect(await receiver.verdict(call()), 'another chain').to.equal('ERR_SIGNATURE_INVALID')
    })

    it('does not spare the newest hop: ERR_SIGNATURE_INVALID', async () => {
      breakKeysOf(receiver, caller.name)
      const error = await errorOf(() => receiver.unwrap(call()))
      expect(error).to.include({ code: 'ERR_SIGNATURE_INVALID', hop: 0 })
    })

    it('gives the same call as one that was never seen, at every depth', async () => {
      const known = await BareReceiver.start(signers)
      const fresh = await BareReceiver.start(signers)
      for (let depth = 2; depth <= 16; depth += 1) {
        const [last, ...others] = signers.slice(0, depth).reverse()
        const before = others.reverse()
        const claims = (position: number) =>
          position % 3 ? {} : { header: { claims: { place: position, list: [1] } } }
        const around = forgeChain(before, last?.name ?? '', claims, forgeUserClaims({ sub: 'jo', deep: { a: [1] } }))
        const present = () => forgeHop({ by: last ?? stranger, to: 'receiver', around }).presentation
        for (let time = 0; time < times; time += 1) await known.unwrap(present())
        const presentation = present()
        breakKeysOf(known, ...before.map(({ name }) => name))
        expect(await known.unwrap(presentation)).to.deep.equal(await fresh.unwrap(presentation))
        known.replaced = found => found
      }
    })

    it('is refused with the code that one never seen gets, wherever one character of the presentation differs', async () => {
      const presentation = call()
      const fresh = await BareReceiver.start(three)
      for (let at = 0; at < presentation.length; at += 1) {
        const other = presentation[at] === 'A' ? 'B' : 'A'
        const changed = presentation.slice(0, at) + other + presentation.slice(at + 1)
        const found = await errorOf(() => receiver.unwrap(changed))
        const expected = await errorOf(() => fresh.unwrap(changed))
        expect(found, `character ${at}`).to.deep.include({ ...expected })
      }
      expect([receiver.verifiedChains.size, fresh.verifiedChains.size]).to.deep.equal([times - 1, 0])
    }).timeout(60_000)

    it('is refused with the same code, wherever a character is missing or stands twice', async () => {
      const presentation = call()
      const fresh = await BareReceiver.start(three)
      for (let at = 0; at < presentation.length; at += 3) {
        for (const middlePart of ['', (presentation[at] ?? '').repeat(2)]) {
          const changed = presentation.slice(0, at) + middlePart + presentation.slice(at + 1)
          expect(await receiver.verdict(changed), `character ${at}`).to.equal(await fresh.verdict(changed))
        }
      }
    }).timeout(60_000)

    describe('is judged anew:', () => {
      it('a key in it that was revoked drops it at once, and refuses the call: ERR_KEY_REVOKED', async () => {
        await receiver.registry.revoke(origin.name, origin.key.kid)
        expect(receiver.verifiedChains.size).to.equal(0)
        expect(await errorOf(() => receiver.unwrap(call()))).to.include({ code: 'ERR_KEY_REVOKED', hop: 2 })
      })

      it('a revocation that nobody told of drops it when it is seen: ERR_KEY_REVOKED', async () => {
        await receiver.keys.close()
        await receiver.registry.revoke(middle.name, middle.key.kid)
        expect(await receiver.verdict(call())).to.equal('accepted')
        receiver.now = EPOCH + 60
        const late = call({ issuedAt: receiver.now, expiresAt: EPOCH + 300 })
        expect(await errorOf(() => receiver.unwrap(late))).to.include({ code: 'ERR_KEY_REVOKED', hop: 1 })
        expect(receiver.verifiedChains.size).to.equal(0)
      })

      it('a key that is registered no longer: ERR_KEY_UNKNOWN', async () => {
        answerFor(origin.name, async () => undefined)
        receiver.now = EPOCH + 60
        const late = call({ issuedAt: receiver.now, expiresAt: EPOCH + 300 })
        expect(await errorOf(() => receiver.unwrap(late))).to.include({ code: 'ERR_KEY_UNKNOWN', hop: 2 })
        expect(receiver.verifiedChains.size).to.equal(0)
      })

      it('a key that the registry cannot confirm for too long: ERR_REGISTRY_UNAVAILABLE', async () => {
        answerFor(origin.name, () => Promise.reject(new Error('down')))
        receiver.now = EPOCH + STALE_SECONDS - 1
        const stale = call({ issuedAt: receiver.now, expiresAt: EPOCH + 300 })
        expect(await receiver.verdict(stale)).to.equal('accepted')
        receiver.now = EPOCH + STALE_SECONDS + 1
        const late = call({ issuedAt: receiver.now, expiresAt: EPOCH + 300 })
        expect(await errorOf(() => receiver.unwrap(late))).to.include({ code: 'ERR_REGISTRY_UNAVAILABLE', hop: 2 })
      })

      it('the window of a registration that was renewed: ERR_HOP_OUTSIDE_REGISTRATION', async () => {
        await receiver.registry.publish(forgeRegistration(origin, { from: EPOCH + 6 }))
        const error = await errorOf(() => receiver.unwrap(call()))
        expect(error).to.include({ code: 'ERR_HOP_OUTSIDE_REGISTRATION', hop: 2 })
      })

      it('the algorithm of a registration: ERR_ALGORITHM_MISMATCH', async () => {
        receiver.replaced = found => (found.service === middle.name ? { ...found, algorithm: 'ES256' } : found)
        const error = await errorOf(() => receiver.unwrap(call()))
        expect(error).to.include({ code: 'ERR_ALGORITHM_MISMATCH', hop: 1 })
      })

      it('its times, when they are over: ERR_HOP_EXPIRED', async () => {
        receiver.now = EPOCH + 305
        const late = call({ issuedAt: receiver.now, expiresAt: EPOCH + 400 })
        expect(await errorOf(() => receiver.unwrap(late))).to.include({ code: 'ERR_HOP_EXPIRED', hop: 1 })
        expect(receiver.verifiedChains.size).to.equal(0)
      })

      it('its times, where the clock was set back: ERR_HOP_NOT_YET_VALID', async () => {
        receiver.now = EPOCH - 6
        const early = call({ issuedAt: receiver.now })
        expect(await errorOf(() => receiver.unwrap(early))).to.include({ code: 'ERR_HOP_NOT_YET_VALID', hop: 1 })
      })

      it('how the newest hop lies inside it: ERR_HOP_NESTING', async () => {
        expect(await receiver.verdict(call({ issuedAt: EPOCH - 6 }))).to.equal('ERR_HOP_NESTING')
        receiver.now = EPOCH + 1
        const longer = call({ issuedAt: EPOCH + 1, expiresAt: EPOCH + 301 })
        expect(await receiver.verdict(longer)).to.equal('ERR_HOP_NESTING')
      })

      it('who wraps it: ERR_CUSTODY_BROKEN', async () => {
        expect(await receiver.verdict(call({ by: stranger }))).to.equal('ERR_CUSTODY_BROKEN')
      })

      it('what the newest hop says of it: ERR_CONTENT_TYPE_MISMATCH, ERR_TRANSACTION_MISPLACED', async () => {
        for (const cty of ['jwt', 'token', 'user', undefined]) {
          expect(await receiver.verdict(call({ header: { cty } }))).to.equal('ERR_CONTENT_TYPE_MISMATCH')
        }
        expect(await receiver.verdict(call({ header: { txn: random128() } }))).to.equal('ERR_TRANSACTION_MISPLACED')
      })

      it('whether its origin may bring a user: ERR_EDGE_NOT_ALLOWED', async () => {
        receiver.change({ edges: new Set() })
        expect(await receiver.verdict(call())).to.equal('ERR_EDGE_NOT_ALLOWED')
      })

      it('its initial token, by whoever verifies it', async () => {
        receiver.change({ initialTokens: { verify: () => Promise.reject(new Error('asked again')) } })
        expect((await errorOf(() => receiver.unwrap(call()))).message).to.equal('asked again')
      })

      it('by the policy: ERR_POLICY_REJECTED', async () => {
        receiver.change({ policy: REJECT_ALL })
        expect(await receiver.verdict(call())).to.equal('ERR_POLICY_REJECTED')
      })

      it('by the bounds: ERR_CHAIN_TOO_DEEP', async () => {
        const shallow = { presentationCharacters: 8000, depthHops: 2, skewSeconds: 5, hopLifetimeSeconds: 300 }
        receiver.change({ limits: { ...shallow, presentationSeconds: () => 60 } })
        expect(await receiver.verdict(call())).to.equal('ERR_CHAIN_TOO_DEEP')
      })
    })

    it('is of no use to another service object', async () => {
      const other = await BareReceiver.start(three)
      breakKeysOf(other, origin.name)
      expect(await other.verdict(call())).to.equal('ERR_SIGNATURE_INVALID')
      expect(other.verifiedChains.size).to.equal(0)
    })
  })
}

describe('the memory of verified chains', () => {
  let receiver: BareReceiver

  beforeEach(async () => {
    receiver = await BareReceiver.start(three)
  })

  const present = (pieces: Partial<HopPieces> = {}, around = forgeChain([origin, middle], caller.name)) =>
    forgeHop({ by: caller, to: 'receiver', around, ...pieces }).presentation

  const chain = () => forgeChain([origin, middle], caller.name)
  /** That a call is refused, and how: whether the chain inside it is remembered all the same. */
  const refuse = async (code: string, around: ForgedHop, pieces: Partial<HopPieces> = {}, expected = {}) => {
    const presentation = present(pieces, around)
    const torn = code === 'ERR_SEAL_BROKEN' ? random128() + presentation.slice(22) : presentation
    expect(await receiver.verdict(torn, expected)).to.equal(code)
  }

  it('keeps nothing of a call that was refused, whatever for, however often', async () => {
    const { kid } = caller.key
    const forger = forgeKey('forger', caller.key.algorithm)
    const attempts: [string, Partial<HopPieces>, object?][] = [
      ['ERR_SIGNATURE_INVALID', { key: forger, header: { kid } }],
      ['ERR_KEY_UNKNOWN', { by: stranger }],
      ['ERR_AUDIENCE_MISMATCH', { to: 'another' }],
      ['ERR_PRESENTATION_STALE', { issuedAt: EPOCH - 66 }],
      ['ERR_SEAL_BROKEN', {}],
      ['ERR_OPERATION_MISMATCH', { operation: 'another' }],
      ['ERR_REQUEST_UNBOUND', {}, { binding: 'target' }],
    ]
    for (const [code, pieces, expected] of attempts) {
      const around = chain()
      for (let time = 0; time < 3; time += 1) await refuse(code, around, pieces, expected)
      expect(await verifiesAnew(receiver, around), code).to.equal(true)
    }
    expect(receiver.verifiedChains.size).to.equal(0)
  })

  it('keeps nothing of a call whose initial token is wrong', async () => {
    const around = forgeChain([origin], caller.name, {}, forgeUserClaims({ iss: 'x' }))
    for (let time = 0; time < 3; time += 1) await refuse('ERR_INITIAL_TOKEN_INVALID', around)
    expect(await verifiesAnew(receiver, around)).to.equal(true)
  })

  it('keeps nothing of a call that the policy rejected', async () => {
    const around = chain()
    receiver.change({ policy: REJECT_ALL })
    for (let time = 0; time < 3; time += 1) await refuse('ERR_POLICY_REJECTED', around)
    receiver.change({ policy: ACCEPT_ALL })
    expect(await verifiesAnew(receiver, around)).to.equal(true)
  })

  it('keeps nothing of a call whose inner signature is wrong', async () => {
    const { kid, algorithm } = origin.key
    const forged = forgeChain([origin, middle], caller.name, position =>
      position === 0 ? { key: forgeKey('forger', algorithm), header: { kid } } : {},
    )
    for (let time = 0; time < 3; time += 1) await refuse('ERR_SIGNATURE_INVALID', forged)
  })

  it('keeps nothing of a call that was presented before, or that no replay store could answer for', async () => {
    const around = chain()
    const replay = new MemoryReplayStore({ clock: () => EPOCH - 600 })
    receiver.change({ replay: { remember: () => 'seen' } })
    for (let time = 0; time < 3; time += 1) await refuse('ERR_PRESENTATION_REPLAYED', around)
    receiver.change({ replay: { remember: () => Promise.reject(new Error('down')) } })
    for (let time = 0; time < 3; time += 1) await refuse('ERR_REPLAY_STORE_UNAVAILABLE', around)
    receiver.change({ replay })
    expect(await verifiesAnew(receiver, around)).to.equal(true)
  })

  for (const since of ['and nobody has asked for it since', 'be it that another call has asked for it since']) {
    it(`keeps nothing of a chain whose key came into doubt while the call was judged, ${since}`, async () => {
      const around = chain()
      const request = async () => {
        await receiver.registry.publish(forgeRegistration(origin, { from: EPOCH - 900 }))
        if (since.includes('another')) await receiver.keys.find(origin.name, origin.key.kid, EPOCH)
        return { method: 'GET', target: '/' }
      }
      for (let time = 0; time < 3; time += 1) {
        expect(await receiver.verdict(present({}, around), { request })).to.equal('accepted')
        expect(receiver.verifiedChains.size).to.equal(0)
        expect(await verifiesAnew(receiver, around)).to.equal(true)
      }
    })
  }

  it('keeps nothing of a chain whose key was revoked while the call was judged', async () => {
    const request = async () => {
      await receiver.registry.revoke(origin.name, origin.key.kid)
      return { method: 'GET', target: '/' }
    }
    const around = chain()
    expect(await receiver.verdict(present({}, around))).to.equal('accepted')
    expect(await receiver.verdict(present({}, around), { request })).to.equal('accepted')
    expect(receiver.verifiedChains.size).to.equal(0)
  })

  it('keeps no call of one hop: there is nothing inside', async () => {
    expect(await receiver.verdict(forgeHop({ by: origin, to: 'receiver' }).presentation)).to.equal('accepted')
    const user = forgeUserClaims({ sub: 'jo' })
    expect(await receiver.verdict(forgeHop({ by: origin, to: 'receiver', around: user }).presentation)).to.equal(
      'accepted',
    )
    expect(receiver.verifiedChains.size).to.equal(0)
  })

  it('drops the chains that a revoked key signed in, and no others', async () => {
    for (const around of [forgeChain([origin, middle], caller.name), forgeChain([origin], caller.name)]) {
      for (let time = 0; time < 2; time += 1) {
        expect(await receiver.verdict(present({}, around))).to.equal('accepted')
      }
    }
    expect(receiver.verifiedChains.size).to.equal(2)
    await receiver.registry.revoke(middle.name, middle.key.kid)
    expect(receiver.verifiedChains.size).to.equal(1)
    await receiver.registry.revoke(origin.name, origin.key.kid)
    expect(receiver.verifiedChains.size).to.equal(0)
  })

  it('holds so many chains, and drops the one that was used least recently', async () => {
    receiver = await BareReceiver.start(three, { chains: 3, bytes: 1_000_000 })
    const inner = Array.from({ length: 4 }, chain)
    const receiveTwice = async (around: ForgedHop | undefined) => {
      for (let time = 0; time < 2; time += 1) await receiver.unwrap(present({}, around))
    }
    for (const around of inner.slice(0, 3)) await receiveTwice(around)
    await receiver.unwrap(present({}, inner[0]))
    await receiveTwice(inner[3])
    expect(receiver.verifiedChains.size).to.equal(3)
    const known = inner.map(around => receiver.verifiedChains.at(around.chain, EPOCH).known !== undefined)
    expect(known).to.deep.equal([true, false, true, true])
  })

  it('holds so many bytes: chains with large claims count for what they take', async () => {
    receiver = await BareReceiver.start(three, { chains: 1000, bytes: 100_000 })
    const receiveTwice = async (around: ForgedHop) => {
      for (let time = 0; time < 2; time += 1) await receiver.unwrap(present({}, around))
    }
    for (let round = 0; round < 60; round += 1) await receiveTwice(chain())
    expect(receiver.verifiedChains.size).to.equal(60)
    const header = { claims: { text: 'x'.repeat(1000) } }
    for (let round = 0; round < 5; round += 1) {
      const around = forgeChain([origin, middle], caller.name, { header })
      await receiveTwice(around)
    }
    expect(receiver.verifiedChains.size).to.equal(1)
  })
})

describe('what the memory of verified chains holds', () => {
  const hop = (kid: string, exp: number) =>
    ({ header: { exp, aud: 'b', op: 'o', jti: 'j' }, registration: { service: 'a', kid } }) as unknown as VerifiedHop
  let chains: VerifiedChains
  const remember = (text: string, now: number, ...expiries: readonly number[]) =>
    chains.at(text, now).remember(
      expiries.map(exp => hop('k', exp)),
      0,
    )
  const isKnown = (text: string, now: number) => chains.at(text, now).known !== undefined

  beforeEach(() => {
    chains = new VerifiedChains({ chains: 10, bytes: 100_000 })
  })

  it('knows a chain until the first of its hops ends', () => {
    remember('one', 100, 300, 110)
    expect([109, 110].map(now => isKnown('one', now))).to.deep.equal([true, false])
    expect(chains.size).to.equal(0)
  })

  it('drops what has ended when it remembers more, from the one that was used least recently', () => {
    remember('one', 100, 110)
    remember('two', 100, 110)
    remember('three', 109, 200)
    expect(chains.size).to.equal(3)
    remember('four', 110, 200)
    expect(chains.size).to.equal(2)
    expect(['three', 'four'].map(text => isKnown(text, 110))).to.deep.equal([true, true])
  })

  it('looks no further than the first that has not ended', () => {
    remember('long', 100, 200)
    remember('short', 100, 110)
    remember('more', 150, 200)
    expect(chains.size).to.equal(3)
  })

  it('looks once a second', () => {
    remember('one', 100, 110)
    remember('two', 110, 120)
    expect(chains.size).to.equal(1)
    remember('ended already', 110, 110)
    remember('three', 110, 120)
    expect(chains.size).to.equal(3)
  })
})
