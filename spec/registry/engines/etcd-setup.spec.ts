import { expect } from 'chai'
import { type EtcdOptions, EtcdRegistry, setupEtcd } from '../../../lib/registry/etcd/etcd-registry.js'
import { errorOf, refusalOf } from '../../jws/refusal.js'
import { makePublication } from '../signed-text.js'
import { skipWithoutServer } from './engine.js'
import { OPERATOR } from './etcd-engine.js'
import { EtcdServer } from './etcd-server.js'

describe('setupEtcd', function () {
  this.timeout(60_000)
  this.slow(10_000)

  let server: EtcdServer
  let endpoints: readonly string[]

  before(async function () {
    server = await skipWithoutServer(this, 'setupEtcd', () => EtcdServer.startAlone())
    endpoints = [server.endpoint]
  })
  after(() => server?.remove())

  const setup = (services: readonly string[], options: Partial<EtcdOptions> = {}) =>
    setupEtcd({ services, endpoints, ...OPERATOR, ...options })
  const as = (username: string, password: string, prefix?: string) =>
    new EtcdRegistry({ endpoints, username, password, prefix })
  const outcome = async (attempt: () => Promise<unknown>) =>
    await attempt().then(
      () => 'done',
      (error: Error) => error.message,
    )

  it('says what it does as an operator would type it, and no password', () => {
    const { statements } = setup(['cart', 'shop.eu'])
    expect(statements).to.equal(`etcdctl user add root --new-user-password '<password of root>'
etcdctl user grant-role root root
etcdctl role add countersign/cart
etcdctl role grant-permission countersign/cart --prefix read countersign/
etcdctl role grant-permission countersign/cart --prefix write countersign/cart/
etcdctl user add cart --new-user-password '<password of cart>'
etcdctl user grant-role cart countersign/cart
etcdctl role add countersign/shop.eu
etcdctl role grant-permission countersign/shop.eu --prefix read countersign/
etcdctl role grant-permission countersign/shop.eu --prefix write countersign/shop.eu/
etcdctl user add shop.eu --new-user-password '<password of shop.eu>'
etcdctl user grant-role shop.eu countersign/shop.eu
etcdctl auth enable
`)
    expect(statements).not.to.contain(OPERATOR.password)
  })

  it('switches authentication on, and may be applied again with one service more', async () => {
    await setup(['cart']).apply?.({ cart: 'one' })
    await setup(['cart']).apply?.({ cart: 'one' })
    await setup(['cart', 'shop']).apply?.({ cart: 'one', shop: 'two' })
    const [cart, shop] = [await makePublication('cart'), await makePublication('shop')]
    await as('cart', 'one').publish(cart)
    await as('shop', 'two').publish(shop)
    expect(await outcome(() => as('cart', 'one').publish(shop))).to.equal('etcd: etcdserver: permission denied')
    expect(await as('shop', 'two').list()).to.have.length(2)
    const { error } = await server.ask('/v3/kv/put', { key: 'eA==', value: 'eA==' })
    expect(error).to.equal('etcdserver: user name is empty')
  })

  it('sets the password that it is given', async () => {
    await setup(['cart']).apply?.({ cart: 'another' })
    expect(await outcome(() => as('cart', 'one').list())).to.match(/authentication failed/)
    expect(await outcome(() => as('cart', 'another').list())).to.equal('done')
  })

  it('gives a service nothing outside its prefix', async () => {
    await setup(['inventory'], { prefix: 'other/' }).apply?.({ inventory: 'three' })
    const inventory = await makePublication('inventory')
    await as('inventory', 'three', 'other/').publish(inventory)
    for (const attempt of [
      () => as('inventory', 'three').publish(inventory),
      () => as('inventory', 'three').list(),
      () => as('cart', 'another', 'other/').find('inventory', inventory.kid),
    ]) {
      expect(await outcome(attempt)).to.equal('etcd: etcdserver: permission denied')
    }
  })

  it('needs the operator, once there is one', async () => {
    const options = { username: 'cart', password: 'another' }
    const { apply } = setup(['shop'], options)
    expect(await outcome(async () => apply?.({ shop: 'two' }))).to.match(/permission denied/)
    const wrong = setup(['shop'], { ...OPERATOR, password: 'guessed' })
    expect(await outcome(async () => wrong.apply?.({ shop: 'two' }))).to.match(/authentication failed/)
    const nobody = setup(['shop'], { username: undefined, password: undefined })
    expect(await refusalOf(async () => nobody.apply?.({ shop: 'two' }))).to.equal('ERR_OPTION')
  })

  it('refuses a service that would be the operator, and passwords that are missing: ERR_OPTION', async () => {
    for (const services of [['root'], ['cart', 'root'], ['cart/'], ['Cart'], 'cart', [7]]) {
      const error = await errorOf(() => setup(services as string[]))
      expect(error, JSON.stringify(services)).to.include({ code: 'ERR_OPTION' })
    }
    expect(await refusalOf(() => setup(['admin'], { username: 'admin', password: 'x' }))).to.equal('ERR_OPTION')
    expect(await refusalOf(() => setup(['cart'], { ...OPERATOR, ...{ services: [] } }))).to.equal('accepted')
    for (const passwords of [{}, { cart: '' }, { cart: 'one', shop: 'two' }]) {
      const { apply } = setup(['cart'])
      expect(await refusalOf(async () => apply?.(passwords as Record<string, string>))).to.equal('ERR_OPTION')
    }
  })
})
