import { generateKeyPairSync, sign } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect } from 'chai'
import { SignatureChecks } from '../../lib/chain/signature-checks.js'
import { signingInput } from '../../lib/jws/signature.js'
import { type VerificationPool, verificationPool } from '../../lib/jws/verification-pool.js'
import type { Registration } from '../../lib/model/registration.js'
import { forgeChain, forgeSigners } from '../forge/chain.js'
import type { HopPieces } from '../forge/hop.js'
import { forgeKey } from '../forge/key.js'
import { errorOf } from '../jws/refusal.js'
import { BareReceiver } from './bare-receiver.js'

const DEPTH = 9
const signers = forgeSigners(DEPTH)
const SIGNED = (() => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return { publicKey, data: 'header', signature: sign(null, signingInput('header', ''), privateKey) }
})()

/** A chain whose hops at these positions, 0 being the newest, are signed with keys that are not their signers'. */
function forgeWrong(positions: readonly number[]): string {
  return forgeChain(signers, 'receiver', (fromOrigin): Partial<HopPieces> => {
    const signer = signers[fromOrigin]
    if (signer === undefined || !positions.includes(DEPTH - 1 - fromOrigin)) return {}
    const { kid, algorithm } = signer.key
    return { key: forgeKey(`thief of ${signer.name}`, algorithm), header: { kid } }
  }).presentation
}

describe('signatures that are verified at the same time', () => {
  let receiver: BareReceiver
  let asked: string[]

  const nameAt = (hop: number) => signers[DEPTH - 1 - hop]?.name ?? ''
  const refusal = async (presentation: string) => {
    const { code, hop } = (await errorOf(() => receiver.unwrap(presentation))) as Error & { code: string; hop: number }
    return `${code} ${hop}`
  }
  /** Makes every key known, so that none need be asked for. */
  const warm = () => receiver.unwrap(forgeWrong([]))
  const observe = () => {
    asked = []
    const find = receiver.registry.find.bind(receiver.registry)
    receiver.registry.find = (service, kid) => {
      asked.push(service)
      return find(service, kid)
    }
  }

  beforeEach(async () => {
    receiver = await BareReceiver.start(signers)
    observe()
  })

  it('are judged in the order of their hops, whether or not the keys are known: ERR_SIGNATURE_INVALID', async () => {
    for (const keys of ['unknown', 'known']) {
      if (keys === 'known') await warm()
      for (let newer = 0; newer < DEPTH; newer += 1) {
        expect(await refusal(forgeWrong([newer])), keys).to.equal(`ERR_SIGNATURE_INVALID ${newer}`)
        for (let older = newer + 1; older < DEPTH; older += 1) {
          expect(await refusal(forgeWrong([older, newer])), keys).to.equal(`ERR_SIGNATURE_INVALID ${newer}`)
        }
      }
    }
  })

  it('come before whatever is wrong with the registration of an older hop', async () => {
    await warm()
    const wrong: [string, Partial<Registration>][] = [
      ['ERR_HOP_OUTSIDE_REGISTRATION', { notBefore: 4_000_000_000 }],
      ['ERR_ALGORITHM_MISMATCH', { algorithm: undefined as never }],
    ]
    for (const [code, change] of wrong) {
      receiver.replaced = found => (found.service === nameAt(3) ? { ...found, ...change } : found)
      expect(await refusal(forgeWrong([]))).to.equal(`${code} 3`)
      for (const hop of [0, 1, 2]) {
        expect(await refusal(forgeWrong([hop]))).to.equal(`ERR_SIGNATURE_INVALID ${hop}`)
      }
      expect(await refusal(forgeWrong([4]))).to.equal(`${code} 3`)
    }
  })

  it('come before the look-up of an older key, which is not made when one of them is wrong', async () => {
    const [newerSigner, newest] = signers.slice(-2)
    const short = forgeChain(
      [newerSigner, newest].filter(signer => signer !== undefined),
      'receiver',
    )
    await receiver.unwrap(short.presentation)
    asked.length = 0
    expect(await refusal(forgeWrong([1]))).to.equal('ERR_SIGNATURE_INVALID 1')
    expect(asked).to.deep.equal([])
    expect(await refusal(forgeWrong([2]))).to.equal('ERR_SIGNATURE_INVALID 2')
    expect(asked).to.deep.equal([nameAt(2)])
    expect(await refusal(forgeWrong([4]))).to.equal('ERR_SIGNATURE_INVALID 4')
    expect(asked).to.deep.equal([nameAt(2), nameAt(3), nameAt(4)])
  })

  it('come before an unknown key of an older hop: ERR_KEY_UNKNOWN', async () => {
    const [first, ...others] = signers
    receiver = await BareReceiver.start(others)
    expect(await refusal(forgeWrong([]))).to.equal(`ERR_KEY_UNKNOWN ${DEPTH - 1}`)
    expect(await refusal(forgeWrong([3]))).to.equal('ERR_SIGNATURE_INVALID 3')
    expect(first?.name).to.equal(nameAt(DEPTH - 1))
  })

  it("come one by one until the newest hop's has verified, however many call at a time", async () => {
    const found = await Promise.all(Array.from({ length: 40 }, () => receiver.verdict(forgeWrong([0]))))
    expect(new Set(found)).to.deep.equal(new Set(['ERR_SIGNATURE_INVALID']))
    expect(new Set(asked)).to.deep.equal(new Set([nameAt(0)]))
  })

  it('are right for many calls at a time', async () => {
    await warm()
    const wrong = Array.from({ length: 60 }, (_, round) => (round % 3 === 0 ? [] : [round % DEPTH]))
    const found = await Promise.all(wrong.map(positions => receiver.verdict(forgeWrong(positions))))
    expect(found).to.deep.equal(wrong.map(([hop]) => (hop === undefined ? 'accepted' : 'ERR_SIGNATURE_INVALID')))
  })
})

describe('where signatures are verified', () => {
  /** The positions that are given to a pool, of a chain whose signatures all verify. */
  function given(hops: number, isWanted: boolean, takes = true): number[] {
    const positions: number[] = []
    const { publicKey, signature, data } = SIGNED
    let position = -1
    const pool = {
      isWanted: () => isWanted,
      begin: () => {
        positions.push(position)
        return takes
      },
    }
    const checks = new SignatureChecks(hops, pool)
    for (position = 0; position < hops; position += 1) {
      const signed = { encodedHeader: data, payload: '', signature }
      checks.check({ position, header: { iss: 'a' }, signed } as never, { algorithm: 'EdDSA', publicKey } as never)
    }
    expect(checks.areUnderWay).to.equal(takes && positions.length > 0)
    return positions
  }

  it('is the pool for all of them where it is wanted', () => {
    expect(given(1, true)).to.deep.equal([0])
    expect(given(4, true)).to.deep.equal([0, 1, 2, 3])
  })

  it('is otherwise this thread, save for every second hop of a long chain, neither the newest nor the last', () => {
    const counts = [1, 2, 7, 8, 9, 10]
    expect(counts.map(hops => given(hops, false))).to.deep.equal([[], [], [], [1, 3, 5], [1, 3, 5, 7], [1, 3, 5, 7]])
  })

  it('is settled when the last verdict has come, and not before', async () => {
    const told: ((verified: boolean) => void)[] = []
    const begin = (...[, , listener]: Parameters<VerificationPool['begin']>) => told.push(listener) > 0
    const checks = new SignatureChecks(3, { isWanted: () => true, begin })
    const { publicKey, signature, data } = SIGNED
    const signed = { encodedHeader: data, payload: '', signature }
    for (const position of [0, 1, 2]) {
      checks.check({ position, header: { iss: 'a' }, signed } as never, { algorithm: 'EdDSA', publicKey } as never)
    }
    let outcome = 'open'
    const settled = checks.settle().then(
      () => (outcome = 'verified'),
      (error: { hop: number }) => (outcome = `wrong at ${error.hop}`),
    )
    for (const [hop, verified] of [
      [2, false],
      [0, true],
    ] as const) {
      told[hop]?.(verified)
      await nextTurn()
      expect(outcome).to.equal('open')
    }
    told[1]?.(false)
    await settled
    expect(outcome, 'the newest that is wrong').to.equal('wrong at 1')
    await checks.settle()
  })

  it('is this thread where the pool has no room', () => {
    expect(given(3, true, false)).to.deep.equal([0, 1, 2])
  })

  it("is the pool for the newest hop's alone until that has verified, where it is wanted", async () => {
    const receiver = await BareReceiver.start(signers)
    await receiver.unwrap(forgeWrong([]))
    const begun: unknown[] = []
    const begin = verificationPool.begin.bind(verificationPool)
    Object.defineProperty(verificationPool, 'isWanted', { value: () => true, configurable: true })
    verificationPool.begin = (...call) => {
      begun.push(call)
      return begin(...call)
    }
    try {
      expect(await receiver.verdict(forgeWrong([0]))).to.equal('ERR_SIGNATURE_INVALID')
      expect(begun).to.have.length(1)
    } finally {
      Reflect.deleteProperty(verificationPool, 'isWanted')
      Reflect.deleteProperty(verificationPool, 'begin')
    }
  })
})
