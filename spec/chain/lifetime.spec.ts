import { expect } from 'chai'
import { MemoryRegistry } from '../../lib/index.js'
import { forgeChain } from '../forge/chain.js'
import { EPOCH } from '../forge/hop.js'
import { forgeKey, forgeSigner } from '../forge/key.js'
import { errorOf, refusalOf } from '../jws/refusal.js'
import { TestReceiver } from './receiver.js'
import { anyToken, newestHeader, startSender, TO_NEXT } from './sender.js'

const shop = forgeSigner('shop')

describe('the lifetime of a hop that a service makes', () => {
  it('is what the caller asks for, 300 seconds if he does not', async () => {
    const sender = await startSender()
    expect((await newestHeader(sender, { ...TO_NEXT, job: true })).exp).to.equal(EPOCH + 300)
    expect((await newestHeader(sender, { ...TO_NEXT, job: true, lifetimeSeconds: 1 })).exp).to.equal(EPOCH + 1)
  })

  it('ends with the hop that it continues', async () => {
    const receiver = await TestReceiver.start({ signers: [shop] })
    const parent = await receiver.unwrap(forgeChain([shop], 'receiver', { expiresAt: EPOCH + 40 }).presentation)
    const lifetimes = [undefined, 39, 41].map(async lifetimeSeconds =>
      newestHeader(receiver.service, { ...TO_NEXT, parent, lifetimeSeconds }),
    )
    expect((await Promise.all(lifetimes)).map(({ exp }) => exp - EPOCH)).to.deep.equal([40, 39, 40])
  })

  it('ends with the initial token, whose fraction of a second does not count', async () => {
    const options = (expiresAt: number) => ({ initialToken: { accept: [anyToken(expiresAt)] } })
    for (const end of [40, 40.9]) {
      const sender = await startSender(options(EPOCH + end))
      expect((await newestHeader(sender, { ...TO_NEXT, initialToken: 'e30.e30.AA' })).exp).to.equal(EPOCH + 40)
    }
  })

  it('ends with the user claims', async () => {
    const userClaims = { sub: 'jo', exp: EPOCH + 40 }
    expect((await newestHeader(await startSender(), { ...TO_NEXT, userClaims })).exp).to.equal(EPOCH + 40)
    const expired = { ...userClaims, exp: EPOCH - 5 }
    expect(await refusalOf(async () => (await startSender()).wrap({ ...TO_NEXT, userClaims: expired }))).to.equal(
      'ERR_INITIAL_TOKEN_EXPIRED',
    )
  })

  it("ends with the registration of the service's key", async () => {
    let now = EPOCH
    const registry = new MemoryRegistry()
    const sender = await startSender({ registry, clock: () => now, limits: { registrationSeconds: 100 } })
    registry.publish = () => Promise.reject(new Error('no renewal'))
    const warnings = (error: Error) => void error
    process.on('warning', warnings)
    now = EPOCH + 90
    expect((await newestHeader(sender, { ...TO_NEXT, job: true })).exp).to.equal(EPOCH + 100)
    now = EPOCH + 100
    const error = await errorOf(() => sender.wrap({ ...TO_NEXT, job: true }))
    expect(error).to.include({
      code: 'ERR_LIFETIME_EXHAUSTED',
      message: "the registration of this service's key has expired",
    })
    process.off('warning', warnings)
  })

  it('is an error where nothing is left: ERR_LIFETIME_EXHAUSTED', async () => {
    const receiver = await TestReceiver.start({ signers: [shop] })
    const parent = await receiver.unwrap(forgeChain([shop], 'receiver', { expiresAt: EPOCH + 10 }).presentation)
    receiver.now = EPOCH + 9
    expect((await newestHeader(receiver.service, { ...TO_NEXT, parent })).exp).to.equal(EPOCH + 10)
    receiver.now = EPOCH + 10
    const error = await errorOf(() => receiver.service.wrap({ ...TO_NEXT, parent }))
    expect(error).to.include({ code: 'ERR_LIFETIME_EXHAUSTED', message: 'what the hop would wrap has expired' })
    const sender = await startSender({ initialToken: { accept: [anyToken(EPOCH + 0.9)] } })
    expect(await refusalOf(() => sender.wrap({ ...TO_NEXT, initialToken: 'e30.e30.AA' }))).to.equal(
      'ERR_LIFETIME_EXHAUSTED',
    )
  })

  it('begins after that of the hop that it continues: where the clock was set back, ERR_HOP_NESTING', async () => {
    const key = forgeKey('middle').privateJwk as never
    const middle = await TestReceiver.start({ name: 'middle', key, signers: [shop] })
    const parent = await middle.unwrap(forgeChain([shop], 'middle').presentation)
    const { registry } = middle
    const next = await TestReceiver.start({ name: 'next', registry, replay: { remember: () => 'new' } })
    const verdictAt = async (seconds: number) => {
      middle.now = EPOCH + seconds
      return await next.verdict(await middle.service.wrap({ ...TO_NEXT, parent }), { operation: 'go' })
    }
    expect(await verdictAt(-5)).to.equal('accepted')
    expect(await verdictAt(-6)).to.equal('ERR_HOP_NESTING')
  })
})
