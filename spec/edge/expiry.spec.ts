import { expect } from 'chai'
import { jwtIssuer, type Service, type VerifiedCall } from '../../lib/index.js'
import { ServiceParty } from '../http/service-party.js'
import { CLAIMS, makeIssuer } from '../initial-token/issuer.js'
import { errorOf, refusalOf } from '../jws/refusal.js'

const START = 10_000
const issuer = makeIssuer()
const accept = [
  jwtIssuer({ issuer: CLAIMS.iss, jwks: { keys: [issuer.jwk] }, audience: 'countersign', algorithms: ['ES256'] }),
]
/** A token that ends in so many seconds. */
const tokenFor = (seconds: number) => issuer.issue({ ...CLAIMS, iat: START - 60, exp: START + seconds })

describe('a token that expires half-way through a chain', () => {
  const party = new ServiceParty()
  let now = START
  let shop: Service
  let cart: Service
  let inventory: Service

  before(async () => {
    const common = { clock: () => now, edges: ['shop'], initialToken: { accept, user: true } } as const
    shop = await party.start('shop', common)
    cart = await party.start('cart', common)
    inventory = await party.start('inventory', common)
  })
  after(() => party.stop())
  beforeEach(() => {
    now = START
  })

  const toCart = { audience: 'cart', operation: 'checkout' } as const
  const toInventory = { audience: 'inventory', operation: 'commit' } as const
  const atCart = async (presentation: string): Promise<VerifiedCall> =>
    await cart.unwrap(presentation, { operation: 'checkout' })
  const atInventory = async (presentation: string): Promise<VerifiedCall> =>
    await inventory.unwrap(presentation, { operation: 'commit' })

  it('stops it at the service that would pass it on: ERR_LIFETIME_EXHAUSTED', async () => {
    const parent = await atCart(await shop.wrap({ ...toCart, initialToken: tokenFor(20) }))
    expect(parent.expiresAt).to.equal(START + 20)
    now += 19
    await atInventory(await cart.wrap({ ...toInventory, parent }))
    now += 1
    const error = await errorOf(() => cart.wrap({ ...toInventory, parent }))
    expect(error).to.include({ code: 'ERR_LIFETIME_EXHAUSTED', message: 'what the hop would wrap has expired' })
  })

  it('stops it on the way, once clocks may no longer differ by as much: ERR_HOP_EXPIRED', async () => {
    const parent = await atCart(await shop.wrap({ ...toCart, initialToken: tokenFor(20) }))
    now += 19
    const presentation = await cart.wrap({ ...toInventory, parent })
    now += 6
    expect(await refusalOf(() => atInventory(presentation))).to.equal('ERR_HOP_EXPIRED')
  })

  it('stops it at the edge: ERR_INITIAL_TOKEN_EXPIRED', async () => {
    const initialToken = tokenFor(20)
    now += 25
    expect(await refusalOf(() => shop.wrap({ ...toCart, initialToken }))).to.equal('ERR_INITIAL_TOKEN_EXPIRED')
    expect(await refusalOf(() => shop.begin({ initialToken }, () => {}))).to.equal('ERR_INITIAL_TOKEN_EXPIRED')
  })

  it('stops it in the last seconds, in which a token is still good and a hop has no time', async () => {
    const initialToken = tokenFor(20)
    now += 22
    expect(await refusalOf(() => shop.wrap({ ...toCart, initialToken }))).to.equal('ERR_LIFETIME_EXHAUSTED')
  })

  /** The last hop of a chain that takes a minute from cart to inventory. */
  const slow = async (parent: VerifiedCall) => {
    now += 60
    return await atInventory(await cart.wrap({ ...toInventory, parent }))
  }

  it("is in nobody's way where it lives longer", async () => {
    const parent = await atCart(await shop.wrap({ ...toCart, initialToken: tokenFor(120) }))
    expect((await slow(parent)).initialToken?.claims).to.include({ sub: 'alice' })
  })

  it("is in nobody's way where the edge asserts claims of it, without its `exp`", async () => {
    const { sub, scope } = { sub: 'alice', scope: 'shop.user' }
    const parent = await atCart(await shop.wrap({ ...toCart, userClaims: { sub, scope } }))
    expect((await slow(parent)).initialToken).to.deep.include({ kind: 'user' })
    now = START
    const bounded = await atCart(await shop.wrap({ ...toCart, userClaims: { sub, exp: START + 20 } }))
    expect(await refusalOf(() => slow(bounded))).to.equal('ERR_LIFETIME_EXHAUSTED')
  })

  it("is in nobody's way where what takes so long is a job of its own", async () => {
    const parent = await atCart(await shop.wrap({ ...toCart, initialToken: tokenFor(20) }))
    const order = { of: parent.initialToken?.claims.sub ?? null, transaction: parent.transaction }
    now += 3600
    const presentation = await cart.wrap({ ...toInventory, job: true, claims: { job: 'order', order } })
    const call = await atInventory(presentation)
    expect(call.initialToken).to.equal(undefined)
    expect({ ...(call.callStack[0]?.claims.order as object) }).to.deep.equal({
      of: 'alice',
      transaction: parent.transaction,
    })
  })
})
