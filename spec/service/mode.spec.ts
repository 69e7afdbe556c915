import { expect } from 'chai'
import type { DecisionEvent, ModeOption, Policy } from '../../lib/index.js'
import { REJECT_ALL, TestReceiver } from '../chain/receiver.js'
import { forgeChain } from '../forge/chain.js'
import { EPOCH, forgeHop } from '../forge/hop.js'
import { forgeUserClaims } from '../forge/initial-token.js'
import { forgeSigner } from '../forge/key.js'

const shop = forgeSigner('shop')
const cart = forgeSigner('cart', 'EdDSA')
const present = (operation = 'call') => forgeHop({ by: shop, to: 'receiver', operation }).presentation

describe('a service that observes', () => {
  const start = (mode: ModeOption | undefined, policy: Policy | undefined = REJECT_ALL) =>
    TestReceiver.start({ signers: [shop, cart], policy, mode })
  const outcomeOf = ({ events }: TestReceiver): Partial<DecisionEvent> | undefined => events.at(-1)

  it('lets in what its policy rejects, and says so: the event, the call, the rule', async () => {
    const receiver = await start('observe')
    const { decision } = await receiver.unwrap(present())
    expect(decision).to.include({ effect: 'reject', enforced: false })
    expect(outcomeOf(receiver)).to.deep.include({ outcome: 'observed', decision, rules: ['1/1'], caller: 'shop' })
    expect(outcomeOf(receiver)).not.to.have.any.keys('status', 'code', 'message', 'invariant')
  })

  it('says of what the policy accepts that it was accepted', async () => {
    const receiver = await TestReceiver.start({ signers: [shop], mode: 'observe' })
    const { decision } = await receiver.unwrap(present())
    expect(decision).to.include({ effect: 'accept', enforced: true })
    expect(outcomeOf(receiver)).to.include({ outcome: 'accepted' })
  })

  it('does so for the operations that it names, and enforces for all others: ERR_POLICY_REJECTED', async () => {
    const modes: readonly (readonly [mode: ModeOption, call: string, pay: string])[] = [
      [{ operations: { call: 'observe' } }, 'observed', 'refused'],
      [{ default: 'enforce', operations: { pay: 'observe' } }, 'refused', 'observed'],
      [{ default: 'observe', operations: { pay: 'enforce' } }, 'observed', 'refused'],
      [{ default: 'observe', operations: {} }, 'observed', 'observed'],
      [{ operations: { Call: 'observe', 'call/': 'observe' } }, 'refused', 'refused'],
    ]
    for (const [mode, call, pay] of modes) {
      const receiver = await start(mode)
      for (const operation of ['call', 'pay']) await receiver.verdict(present(operation), { operation })
      expect(receiver.events.map(({ outcome }) => outcome)).to.deep.equal([call, pay])
      const codes = receiver.events.filter(({ outcome }) => outcome === 'refused').map(({ code }) => code)
      expect(codes.every(code => code === 'ERR_POLICY_REJECTED')).to.equal(true)
    }
  })

  it('takes no operation of an object for one that is named: ERR_POLICY_REJECTED', async () => {
    const receiver = await start({ operations: { call: 'observe' } })
    for (const operation of ['constructor', 'toString', 'hasOwnProperty']) {
      expect(await receiver.verdict(present(operation), { operation })).to.equal('ERR_POLICY_REJECTED')
    }
  })

  it('judges by the operation of the route, not by what the caller would like: ERR_OPERATION_MISMATCH', async () => {
    const receiver = await start({ operations: { look: 'observe' } })
    expect(await receiver.verdict(present('look'), { operation: 'pay' })).to.equal('ERR_OPERATION_MISMATCH')
    expect(await receiver.verdict(present('pay'), { operation: 'look' })).to.equal('ERR_OPERATION_MISMATCH')
  })

  it('refuses all the same where it has no policy, for every operation: ERR_POLICY_REJECTED', async () => {
    for (const mode of ['observe', { default: 'observe', operations: { call: 'observe' } }] as const) {
      const receiver = await TestReceiver.start({ signers: [shop], policy: undefined, mode })
      expect(await receiver.verdict(present())).to.equal('ERR_POLICY_REJECTED')
      expect(outcomeOf(receiver)).to.include({ outcome: 'refused', status: 403 })
      expect(outcomeOf(receiver)?.decision).to.include({ enforced: true })
    }
  })

  it('lets in, and tells of, what a policy that fails would keep out', async () => {
    const evaluate = () => {
      throw new Error('secret')
    }
    const receiver = await start('observe', { evaluate })
    expect(await receiver.verdict(present())).to.equal('accepted')
    expect(outcomeOf(receiver)).to.include({ outcome: 'observed' })
    expect(outcomeOf(receiver)?.decision?.reason).to.equal('the policy failed; saw shop')
  })

  it('relaxes nothing else', async () => {
    const receiver = await start('observe')
    const accepted = present()
    expect(await receiver.verdict(accepted)).to.equal('accepted')
    const stranger = forgeSigner('stranger')
    const broken = forgeHop({ by: cart, to: 'receiver', around: forgeHop({ by: shop, to: 'somebody' }) })
    const attempts: readonly (readonly [code: string, presentation: unknown, expected?: object])[] = [
      ['ERR_PRESENTATION_MISSING', undefined],
      ['ERR_PRESENTATION_MALFORMED', accepted.slice(23)],
      ['ERR_PRESENTATION_REPLAYED', accepted],
      ['ERR_SEAL_BROKEN', `${'A'.repeat(22)}${present().slice(22)}`],
      ['ERR_KEY_UNKNOWN', forgeHop({ by: stranger, to: 'receiver' }).presentation],
      ['ERR_SIGNATURE_INVALID', forgeHop({ by: shop, to: 'receiver', signedPayload: 'x' }).presentation],
      ['ERR_AUDIENCE_MISMATCH', forgeHop({ by: shop, to: 'another' }).presentation],
      ['ERR_CUSTODY_BROKEN', broken.presentation],
      ['ERR_PRESENTATION_STALE', forgeHop({ by: shop, to: 'receiver', issuedAt: EPOCH - 66 }).presentation],
      ['ERR_OPERATION_MISMATCH', present('another')],
      ['ERR_REQUEST_UNBOUND', present(), { binding: 'target' }],
      ['ERR_EDGE_NOT_ALLOWED', forgeChain([shop], 'receiver', {}, forgeUserClaims({ sub: 'jo' })).presentation],
    ]
    for (const [code, presentation, expected] of attempts) {
      expect(await receiver.verdict(presentation, expected)).to.equal(code)
      expect(outcomeOf(receiver)).to.include({ outcome: 'refused', code })
    }
  })
})
