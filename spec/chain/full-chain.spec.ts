import { expect } from 'chai'
import { ChainFull, type LimitOptions } from '../../lib/index.js'
import { forgeChain, forgeSigners } from '../forge/chain.js'
import { dissect } from '../forge/dissection.js'
import { forgeUserClaims } from '../forge/initial-token.js'
import { forgeSigner } from '../forge/key.js'
import { errorOf, refusalOf } from '../jws/refusal.js'
import { TestReceiver } from './receiver.js'
import { startSender, TO_NEXT } from './sender.js'

const shop = forgeSigner('shop')

describe('a chain that is full', () => {
  /** A receiver in whose hands is a chain of so many hops. */
  async function holding(depth: number, limits: LimitOptions = {}, padding = '') {
    const signers = forgeSigners(depth)
    const receiver = await TestReceiver.start({ signers, edges: ['s0'], limits })
    const chain = forgeChain(signers, 'receiver', {}, padding ? forgeUserClaims({ padding }) : undefined)
    return { receiver, parent: await receiver.unwrap(chain.presentation), chain }
  }

  it('by its hops is an error with the cost of each: ERR_CHAIN_FULL', async () => {
    const { receiver, parent } = await holding(15)
    expect(dissect(await receiver.service.wrap({ ...TO_NEXT, parent })).hops).to.have.length(16)
    const full = await holding(16)
    const error = await errorOf(() => full.receiver.service.wrap({ ...TO_NEXT, parent: full.parent }))
    expect(error).to.be.instanceOf(ChainFull).and.include({ code: 'ERR_CHAIN_FULL', status: 500, invariant: 1 })
    expect(error.message).to.contain('17 hops of at most 16')
  })

  it('by its characters lists what each part takes, and the costs add up: ERR_CHAIN_FULL', async () => {
    const { receiver, parent, chain } = await holding(3, { depthHops: 4 }, 'x'.repeat(4500))
    const error = await errorOf(() => receiver.service.wrap({ ...TO_NEXT, parent, claims: { text: 'x'.repeat(900) } }))
    if (!(error instanceof ChainFull)) throw error
    expect(error.costs.map(({ part }) => part)).to.deep.equal(['secret', 'receiver', 's2', 's1', 's0', 'initial token'])
    const sum = error.costs.reduce((total, { characters }) => total + characters, 0)
    expect(error.message).to.contain(`${sum} characters of at most 8000`)
    // With the separator left of it; the newest hop is the only part that the chain did not have.
    const known = error.costs.slice(2).reduce((total, { characters }) => total + characters, 0)
    expect(known).to.equal(chain.chain.length + 1)
    expect(error.message).not.to.contain(chain.secret).and.not.to.contain(chain.hop)
  })

  it('begins one character after the last that fits', async () => {
    const sender = await startSender({ key: shop.key.privateJwk as never })
    const wrap = (length: number, limits?: LimitOptions) => {
      const claims = { text: 'x'.repeat(length) }
      return limits === undefined
        ? sender.wrap({ ...TO_NEXT, job: true, claims })
        : startSender({ key: shop.key.privateJwk as never, limits }).then(other =>
            other.wrap({ ...TO_NEXT, job: true, claims }),
          )
    }
    const { length } = await wrap(30)
    expect(await refusalOf(() => wrap(30, { presentationCharacters: length }))).to.equal('accepted')
    expect(await refusalOf(() => wrap(30, { presentationCharacters: length - 1 }))).to.equal('ERR_CHAIN_FULL')
  })
})
