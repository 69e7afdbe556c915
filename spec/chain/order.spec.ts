import { expect } from 'chai'
import type { InitialTokenVerifier } from '../../lib/index.js'
import { forgeChain } from '../forge/chain.js'
import { EPOCH, forgeHop, type HopPieces, random128 } from '../forge/hop.js'
import { forgeJwt, forgeOpaqueToken, forgeUserClaims } from '../forge/initial-token.js'
import { forgeKey, forgeSigner, type Signer } from '../forge/key.js'
import { forgeRegistration, type RegistrationPieces } from '../forge/registration.js'
import { REJECT_ALL, TestReceiver } from './receiver.js'

const shop = forgeSigner('shop')
const cart = forgeSigner('cart', 'EdDSA')
const stranger = forgeSigner('stranger')

/** A fault in the newest hop or in what surrounds it, the code that it gets, and nothing else wrong. */
interface Fault {
  readonly code: string
  readonly pieces?: Partial<HopPieces>
  readonly inner?: Partial<HopPieces>
  readonly present?: (presentation: string) => string
  /** What is wrong with the registration of cart. */
  readonly registration?: Partial<RegistrationPieces>
  readonly receiver?: 'rejects'
  readonly asks?: string
}

const header = (members: Record<string, unknown>): Partial<HopPieces> => ({ header: members })

/** In the order in which they must be found. */
const FAULTS: readonly Fault[] = [
  { code: 'ERR_PRESENTATION_TOO_LARGE', present: text => `${text}~${'A'.repeat(8000)}` },
  { code: 'ERR_CHAIN_TOO_DEEP', present: text => text + '~A..A'.repeat(17) },
  { code: 'ERR_PRESENTATION_MALFORMED', present: text => `${text}~` },
  { code: 'ERR_ENCODING_NOT_CANONICAL', present: text => `${text.slice(0, 21)}B${text.slice(22)}` },
  { code: 'ERR_JSON_NOT_STRICT', pieces: { write: members => `\uFEFF${JSON.stringify(members)}` } },
  { code: 'ERR_HEADER_INVALID', pieces: header({ unknown: true }) },
  { code: 'ERR_ALGORITHM_NOT_ALLOWED', pieces: header({ alg: 'HS256' }) },
  { code: 'ERR_AUDIENCE_MISMATCH', pieces: { to: 'somebody' } },
  { code: 'ERR_HOP_LIFETIME', pieces: { expiresAt: EPOCH - 1 } },
  { code: 'ERR_SEAL_BROKEN', present: text => random128() + text.slice(22) },
  { code: 'ERR_REGISTRATION_MISMATCH', registration: { payload: { service: 'shop' } } },
  {
    code: 'ERR_HOP_OUTSIDE_REGISTRATION',
    registration: { until: EPOCH + 10 },
  },
  { code: 'ERR_SIGNATURE_INVALID', pieces: { signedPayload: '' } },
  { code: 'ERR_CUSTODY_BROKEN', inner: { to: 'somebody' } },
  { code: 'ERR_HOP_NESTING', inner: { issuedAt: EPOCH + 5 }, pieces: { issuedAt: EPOCH - 1 } },
  { code: 'ERR_OPERATION_MISMATCH', asks: 'another' },
  { code: 'ERR_REQUEST_ABSENT', pieces: header({ req: 'A'.repeat(43) }) },
  { code: 'ERR_INITIAL_TOKEN_NOT_ACCEPTED', inner: { around: forgeOpaqueToken('secret') } },
  { code: 'ERR_POLICY_REJECTED', receiver: 'rejects' },
]

/** Presents one call with any number of faults. */
async function verdictOf(...faults: readonly Fault[]): Promise<string> {
  const merged: Partial<Fault> = Object.assign({}, ...faults)
  const registrations = [
    forgeRegistration(shop, { from: EPOCH - 60 }),
    forgeRegistration(cart, { from: EPOCH - 60, ...Object.assign({}, ...faults.map(fault => fault.registration)) }),
  ]
  const receiver = await TestReceiver.start({
    registrations,
    edges: ['shop'],
    ...(merged.receiver && { policy: REJECT_ALL }),
  })
  const inner = forgeHop({ by: shop, to: 'cart', ...Object.assign({}, ...faults.map(fault => fault.inner)) })
  const pieces: Partial<HopPieces> = Object.assign({}, ...faults.map(fault => fault.pieces))
  const members = Object.assign({}, ...faults.map(fault => fault.pieces?.header))
  const outer = forgeHop({ by: cart, to: 'receiver', around: inner, ...pieces, header: members })
  // What is done to the whole text is done inside out, so that the earlier faults are there in the end.
  const presentation = [...faults].reverse().reduce((text, { present }) => present?.(text) ?? text, outer.presentation)
  return await receiver.verdict(presentation, { operation: merged.asks ?? 'call' })
}

describe('the order of checks', () => {
  it('accepts the call that has no fault', async () => {
    expect(await verdictOf()).to.equal('accepted')
  })

  for (const fault of FAULTS) {
    it(`gives a call with one fault its code: ${fault.code}`, async () => {
      expect(await verdictOf(fault)).to.equal(fault.code)
    })
  }

  it('gives a call with two faults the code of the earlier check', async () => {
    for (const [index, earlier] of FAULTS.entries()) {
      for (const later of FAULTS.slice(index + 1)) {
        expect(await verdictOf(earlier, later), `${earlier.code} and ${later.code}`).to.equal(earlier.code)
      }
    }
  })

  it('counts hops before any of them is read: ERR_CHAIN_TOO_DEEP', async () => {
    const receiver = await TestReceiver.start()
    const hop = '~A..A'
    expect(await receiver.verdict(`${random128()}${hop.repeat(17)}`)).to.equal('ERR_CHAIN_TOO_DEEP')
    expect(await receiver.verdict(`${random128()}${hop.repeat(16)}`)).to.equal('ERR_ENCODING_NOT_CANONICAL')
  })

  it('checks the custody of all hops before the times of inner ones: ERR_CUSTODY_BROKEN', async () => {
    const receiver = await TestReceiver.start({ signers: [shop, cart] })
    const origin = forgeHop({ by: shop, to: 'somebody' })
    const middle = forgeHop({ by: cart, to: 'shop', around: origin, expiresAt: EPOCH + 10 })
    const newest = forgeHop({ by: shop, to: 'receiver', around: middle, expiresAt: EPOCH + 20 })
    expect(await receiver.verdict(newest.presentation)).to.equal('ERR_CUSTODY_BROKEN')
  })

  it('does not use up a call that was refused, whatever for', async () => {
    const receiver = await TestReceiver.start({ signers: [shop, cart], mode: 'enforce' })
    const { presentation } = forgeChain([shop, cart], 'receiver')
    expect(await receiver.verdict(presentation, { operation: 'another' })).to.equal('ERR_OPERATION_MISMATCH')
    expect(await receiver.verdict(presentation, { binding: 'target' })).to.equal('ERR_REQUEST_UNBOUND')
    receiver.now = EPOCH + 66
    expect(await receiver.verdict(presentation)).to.equal('ERR_PRESENTATION_STALE')
    receiver.now = EPOCH
    expect(await receiver.verdict(presentation)).to.equal('accepted')
    expect(await receiver.verdict(presentation)).to.equal('ERR_PRESENTATION_REPLAYED')
  })

  it('does not use up a call that the policy rejected', async () => {
    let effect: 'accept' | 'reject' = 'reject'
    const policy = { evaluate: () => ({ effect, enforced: true, reason: '', lists: [], stack: '' }) }
    const receiver = await TestReceiver.start({ signers: [shop], policy })
    const { presentation } = forgeChain([shop], 'receiver')
    expect(await receiver.verdict(presentation)).to.equal('ERR_POLICY_REJECTED')
    effect = 'accept'
    expect(await receiver.verdict(presentation)).to.equal('accepted')
    expect(await receiver.verdict(presentation)).to.equal('ERR_PRESENTATION_REPLAYED')
  })
})

describe('what a stranger costs', () => {
  const asked: string[] = []
  const issuer: InitialTokenVerifier = {
    kind: 'jwt',
    issuer: 'https://issuer.example',
    verify: async token => {
      asked.push(token)
      return { kind: 'jwt', claims: {} }
    },
  }

  async function start(...signers: Signer[]) {
    asked.length = 0
    const receiver = await TestReceiver.start({ signers, edges: ['shop'], initialToken: { accept: [issuer] } })
    return receiver
  }

  it('is no look-up where the newest hop fails 1 to 4, 8, 10 or 11', async () => {
    const receiver = await start(shop, cart)
    const before = FAULTS.slice(
      0,
      FAULTS.findIndex(({ code }) => code === 'ERR_REGISTRATION_MISMATCH'),
    )
    for (const { pieces, present, code } of before) {
      const { presentation } = forgeChain([shop, cart], 'receiver', position => (position === 1 ? { ...pieces } : {}))
      expect(await receiver.verdict(present?.(presentation) ?? presentation)).to.equal(code)
    }
    const stale = forgeChain([shop, cart], 'receiver', { issuedAt: EPOCH - 66 })
    expect(await receiver.verdict(stale.presentation)).to.equal('ERR_PRESENTATION_STALE')
    expect(receiver.lookups).to.deep.equal([])
  })

  it('is one look-up where his key is unknown, however deep his chain', async () => {
    const receiver = await start(shop)
    const { presentation } = forgeChain([shop, cart, cart, cart, stranger], 'receiver')
    expect(await receiver.verdict(presentation)).to.equal('ERR_KEY_UNKNOWN')
    expect(receiver.lookups).to.deep.equal([`stranger/${stranger.key.kid}`])
  })

  it('is one look-up and one signature where he uses the name and kid of another', async () => {
    const receiver = await start(shop, cart)
    const { kid, algorithm } = cart.key
    const { presentation } = forgeChain([shop, cart, cart], 'receiver', position =>
      position === 2 ? { key: forgeKey('stranger', algorithm), header: { kid } } : {},
    )
    expect(await receiver.refusal(presentation)).to.include({ code: 'ERR_SIGNATURE_INVALID', hop: 0 })
    expect(receiver.lookups).to.deep.equal([`cart/${kid}`])
  })

  it('is nothing that an issuer of initial tokens notices', async () => {
    const receiver = await start(shop, cart)
    const token = forgeJwt({ key: forgeKey('issuer'), claims: { iss: issuer.issuer, exp: EPOCH + 600 } })
    const forged = forgeChain(
      [shop, cart],
      'receiver',
      position => (position === 0 ? { signedPayload: 'x' } : {}),
      token,
    )
    expect(await receiver.refusal(forged.presentation)).to.include({ code: 'ERR_SIGNATURE_INVALID', hop: 1 })
    const unbound = forgeChain([shop, cart], 'receiver', {}, token)
    expect(await receiver.verdict(unbound.presentation, { binding: 'request' })).to.equal('ERR_REQUEST_UNBOUND')
    expect(asked).to.deep.equal([])
    expect(await receiver.verdict(unbound.presentation)).to.equal('accepted')
    expect(asked).to.deep.equal([token.text])
  })

  it('is no body that is read for him', async () => {
    const receiver = await start(shop, cart)
    let reads = 0
    const request = async () => {
      reads += 1
      return { method: 'GET', target: '/' }
    }
    const { presentation } = forgeChain([shop, stranger], 'receiver')
    expect(await receiver.verdict(presentation, { request })).to.equal('ERR_KEY_UNKNOWN')
    const other = forgeChain([shop, cart], 'receiver', { operation: 'another' }).presentation
    expect(await receiver.verdict(other, { request })).to.equal('ERR_OPERATION_MISMATCH')
    expect(reads).to.equal(0)
    expect(await receiver.verdict(forgeChain([shop, cart], 'receiver').presentation, { request })).to.equal('accepted')
    expect(reads).to.equal(1)
  })

  it('is no user that he brings: an origin that is no edge is refused before its token is asked for', async () => {
    const receiver = await start(shop, cart)
    const token = forgeJwt({ key: forgeKey('issuer'), claims: { iss: issuer.issuer, exp: EPOCH + 600 } })
    const { presentation } = forgeChain([cart, shop], 'receiver', {}, token)
    expect(await receiver.refusal(presentation)).to.include({ code: 'ERR_EDGE_NOT_ALLOWED', hop: 1 })
    expect(asked).to.deep.equal([])
    const user = forgeChain([shop], 'receiver', {}, forgeUserClaims({ sub: 'jo' }))
    expect(await receiver.verdict(user.presentation)).to.equal('ERR_INITIAL_TOKEN_NOT_ACCEPTED')
  })
})
