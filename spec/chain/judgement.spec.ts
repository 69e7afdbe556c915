import { expect } from 'chai'
import { type Decision, type Policy, type PolicyInput, PolicyRejected, parsePolicy } from '../../lib/index.js'
import { forgeChain } from '../forge/chain.js'
import { forgeHop } from '../forge/hop.js'
import { forgeUserClaims } from '../forge/initial-token.js'
import { forgeSigner } from '../forge/key.js'
import { REJECT_ALL, TestReceiver } from './receiver.js'

const shop = forgeSigner('shop')
const cart = forgeSigner('cart', 'EdDSA')
const present = () => forgeChain([shop, cart], 'receiver').presentation

async function decisionOf(receiver: TestReceiver): Promise<Decision> {
  const error = await receiver.refusal(present())
  if (error instanceof PolicyRejected) return error.decision
  throw error
}

describe('the judgement of a policy', () => {
  it('keeps out what it rejects, with the reasons: ERR_POLICY_REJECTED', async () => {
    const receiver = await TestReceiver.start({ signers: [shop, cart], policy: REJECT_ALL })
    const decision = await decisionOf(receiver)
    expect(decision).to.include({ effect: 'reject', enforced: true, stack: 'cart < shop' })
    expect(decision.lists).to.have.length(1)
    expect(receiver.events[0]).to.include({ outcome: 'refused', code: 'ERR_POLICY_REJECTED', invariant: 16 })
    expect(receiver.events[0]?.decision).to.equal(decision)
  })

  it('is reject where there is no policy, even if the service only observes', async () => {
    for (const mode of ['enforce', 'observe'] as const) {
      const receiver = await TestReceiver.start({ signers: [shop, cart], policy: undefined, mode })
      const decision = await decisionOf(receiver)
      expect(decision).to.include({ effect: 'reject', enforced: true, stack: 'cart < shop' })
      expect(decision.reason).to.contain('no policy')
      expect([decision, decision.lists].every(Object.isFrozen)).to.equal(true)
    }
  })

  it('is reject where the policy throws, or answers with no decision', async () => {
    const throws = () => {
      throw new Error('secret')
    }
    const answers: unknown[] = [undefined, null, true, 'accept', {}, { effect: 'ACCEPT' }, { effect: ['accept'] }]
    const promises = [async () => ({ effect: 'accept' }), async () => throws()]
    const policies = [throws, ...answers.map(answer => () => answer), ...promises]
    for (const evaluate of policies) {
      const receiver = await TestReceiver.start({ signers: [shop, cart], policy: { evaluate } as Policy })
      const decision = await decisionOf(receiver)
      expect(decision).to.include({ effect: 'reject', enforced: true, stack: 'cart < shop' })
      const fails = [throws, ...promises].some(failing => failing === evaluate)
      const reason = fails ? 'the policy failed' : 'the policy gave no decision'
      expect(decision.reason).to.equal(`${reason}; saw cart < shop`)
      expect(decision.lists).to.deep.equal([])
    }
  })

  it('is reject where the answer changes its mind, or cannot be kept', async () => {
    let reads = 0
    const fickle = {
      get effect() {
        reads += 1
        return reads > 1 ? 'accept' : 'reject'
      },
    }
    const unkept = { effect: 'accept', why: () => undefined }
    for (const answer of [fickle, unkept]) {
      const policy = { evaluate: () => answer as never }
      const receiver = await TestReceiver.start({ signers: [shop, cart], policy })
      expect((await decisionOf(receiver)).effect).to.equal('reject')
    }
  })

  it('is only reported in observe mode', async () => {
    const receiver = await TestReceiver.start({ signers: [shop, cart], policy: REJECT_ALL, mode: 'observe' })
    const call = await receiver.unwrap(present())
    expect(call.decision).to.include({ effect: 'reject', enforced: false })
    expect(Object.isFrozen(call.decision)).to.equal(true)
    expect(receiver.events[0]).to.include({ outcome: 'observed' })
  })

  it('is enforced or observed for each operation', async () => {
    const mode = { default: 'observe', operations: { pay: 'enforce' } } as const
    const receiver = await TestReceiver.start({ signers: [shop, cart], policy: REJECT_ALL, mode })
    const asking = (operation: string) => forgeHop({ by: shop, to: 'receiver', operation }).presentation
    expect(await receiver.verdict(asking('look'), { operation: 'look' })).to.equal('accepted')
    expect(await receiver.verdict(asking('pay'), { operation: 'pay' })).to.equal('ERR_POLICY_REJECTED')
  })

  it('is all that observe mode relaxes: everything else is refused as ever', async () => {
    const receiver = await TestReceiver.start({ signers: [shop, cart], policy: REJECT_ALL, mode: 'observe' })
    const presentation = present()
    expect(await receiver.verdict(presentation)).to.equal('accepted')
    expect(await receiver.verdict(presentation)).to.equal('ERR_PRESENTATION_REPLAYED')
    const user = forgeChain([shop], 'receiver', {}, forgeUserClaims({ sub: 'jo' }))
    expect(await receiver.verdict(user.presentation)).to.equal('ERR_EDGE_NOT_ALLOWED')
    expect(await receiver.verdict(present(), { operation: 'another' })).to.equal('ERR_OPERATION_MISMATCH')
  })

  it('sees the claims of each frame with what the header says, which claims cannot overwrite', async () => {
    const seen: PolicyInput[] = []
    const policy: Policy = {
      evaluate: input => {
        seen.push(input)
        return REJECT_ALL.evaluate(input)
      },
    }
    const receiver = await TestReceiver.start({ signers: [shop, cart], policy, edges: ['shop'] })
    const hop = forgeChain([shop], 'receiver', { header: { claims: { tenant: 'a' } } }, forgeUserClaims({ sub: 'jo' }))
    expect(await receiver.verdict(hop.presentation)).to.equal('ERR_POLICY_REJECTED')
    expect(seen[0]?.initialToken).to.deep.equal({ claims: { sub: 'jo' } })
    const [frame] = seen[0]?.callStack ?? []
    expect(frame?.claims).to.include({ tenant: 'a', iss: 'shop', op: 'call' })
    expect(frame?.claims?.aud).to.deep.equal(['receiver'])
    const lying = forgeHop({ by: shop, to: 'receiver', header: { claims: { iss: 'admin' } } })
    expect(await receiver.verdict(lying.presentation)).to.equal('ERR_HEADER_INVALID')
    expect(seen).to.have.length(1)
  })

  it('is asked with the claims of user and callers, and decides by them', async () => {
    const policy = parsePolicy(`
for-each-of-the-following:
- enforce-the-first-matching-rule:
  - any-token: true
    must:
      have-initial-token: { where-claim: { sub: { is: { equal-to: jo } } } }
      come-from:
      - app-name: { equal-to: cart }
      - app-name: { equal-to: shop }
`)
    const receiver = await TestReceiver.start({ signers: [shop, cart], policy, edges: ['shop'] })
    const chain = (sub: string) => forgeChain([shop, cart], 'receiver', {}, forgeUserClaims({ sub })).presentation
    expect(await receiver.verdict(chain('jo'))).to.equal('accepted')
    expect(await receiver.verdict(chain('al'))).to.equal('ERR_POLICY_REJECTED')
    expect(await receiver.verdict(present())).to.equal('ERR_POLICY_REJECTED')
  })
})
