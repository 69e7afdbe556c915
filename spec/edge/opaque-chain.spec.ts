import { expect } from 'chai'
import type { Service } from '../../lib/index.js'
import { introspection } from '../../lib/oauth.js'
import { ServiceParty } from '../http/service-party.js'
import { refusalOf } from '../jws/refusal.js'
import { type AuthorizationServer, SECRETS, startAuthorizationServer } from '../oauth/authorization-server.js'
import { answering } from '../oauth/scripted-server.js'

describe('an opaque token in a chain', function () {
  this.timeout(30_000)
  const party = new ServiceParty()
  let server: AuthorizationServer
  let shop: Service
  let cart: Service
  let inventory: Service
  let now = Math.floor(Date.now() / 1000)
  const start = now

  before(async () => {
    server = await startAuthorizationServer()
    server.cacheControl = 'max-age=30'
    const verifier = () =>
      introspection({
        issuer: server.issuer,
        endpoint: `${server.issuer}/token/introspection`,
        client: { id: 'inventory', secret: SECRETS.inventory },
        audience: 'https://shop.example',
      })
    const optionsOf = () => ({ clock: () => now, edges: ['shop'], initialToken: { accept: [verifier()] } })
    shop = await party.start('shop', optionsOf())
    cart = await party.start('cart', optionsOf())
    inventory = await party.start('inventory', optionsOf())
  })
  after(async () => {
    await party.stop()
    await server.close()
  })
  beforeEach(() => {
    now = start
    server.answer = undefined
    server.requests.length = 0
  })

  /** From shop to inventory, through cart. */
  async function run(token: string) {
    const first = await shop.wrap({ audience: 'cart', operation: 'checkout', initialToken: token })
    const parent = await cart.unwrap(first, { operation: 'checkout' })
    const second = await cart.wrap({ audience: 'inventory', operation: 'commit', parent })
    return await inventory.unwrap(second, { operation: 'commit' })
  }

  it('is asked about by each who receives it, once while the answer is remembered', async () => {
    const token = await server.issueOpaque()
    for (let time = 0; time < 3; time += 1) {
      const { initialToken } = await run(token)
      expect(initialToken?.kind).to.equal('token')
      expect(initialToken?.claims).to.include({ iss: server.issuer, sub: 'alice', scope: 'shop.user' })
    }
    expect(server.requests).to.have.length(3)
  })

  it('that is revoked is refused everywhere when the answers are over: ERR_INITIAL_TOKEN_INVALID', async () => {
    const token = await server.issueOpaque()
    await run(token)
    await server.revoke(token)
    now += 29
    await run(token)
    now += 1
    expect(await refusalOf(() => run(token))).to.equal('ERR_INITIAL_TOKEN_INVALID')
  })

  it('whose issuer cannot answer brings nobody: ERR_ISSUER_UNAVAILABLE', async () => {
    const token = await server.issueOpaque()
    await run(token)
    now += 30
    server.answer = answering('down', 503)
    expect(await refusalOf(() => run(token))).to.equal('ERR_ISSUER_UNAVAILABLE')
  })

  it('ends the chain with itself', async () => {
    const token = await server.issueOpaque({ seconds: 100 })
    expect((await run(token)).expiresAt).to.be.at.most(Math.floor(Date.now() / 1000) + 100)
  })
})
