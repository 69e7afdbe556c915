import { expect } from 'chai'
import { parsePolicy } from '../../lib/index.js'
import { forgeChain } from '../forge/chain.js'
import { EPOCH } from '../forge/hop.js'
import { forgeUserClaims } from '../forge/initial-token.js'
import { forgeSigner } from '../forge/key.js'
import { TestReceiver } from './receiver.js'

const shop = forgeSigner('shop')
const policy = parsePolicy(`
for-each-of-the-following:
- enforce-the-first-matching-rule:
  - any-token: true
    must:
      have-initial-token:
        where-authenticated-within: { seconds: 60 }
`)

describe('the instant of a call', () => {
  const presented = () => forgeChain([shop], 'receiver', {}, forgeUserClaims({ auth_time: EPOCH - 40 })).presentation

  it('is when its policy judges it: a login may be just as old as the policy says', async () => {
    const receiver = await TestReceiver.start({ signers: [shop], edges: ['shop'], policy })
    receiver.now = EPOCH + 20.9
    const { policyInput } = await receiver.unwrap(presented())
    expect(policyInput.now).to.equal(EPOCH + 20)
    receiver.now = EPOCH + 21
    const refusal = await receiver.refusal(presented())
    expect(refusal.code).to.equal('ERR_POLICY_REJECTED')
    expect(refusal.message).to.contain('a login at most 60 s ago, found a login 61 s ago')
    await receiver.service.stop()
  })
})
