import { inspect } from 'node:util'
import { Kvm } from '@nats-io/kv'
import { headers, type NatsConnection } from '@nats-io/transport-node'
import { expect } from 'chai'
import type { Publication } from '../../../lib/model/registry.js'
import {
  type NatsOptions,
  NatsRegistry,
  type NatsSetupOptions,
  setupNats,
} from '../../../lib/registry/nats/nats-registry.js'
import { errorOf, refusalOf } from '../../jws/refusal.js'
import { eventually } from '../eventually.js'
import { makePublication } from '../signed-text.js'
import { outputOf } from './ended-process.js'
import { EngineSuite } from './engine-suite.js'
import { configurationFor, NATS, NatsEngine, passwordOf, STREAM } from './nats-engine.js'

const GET = 'countersign.countersign.get'
const INFO = 'countersign.countersign.info'

describe('NatsRegistry and its server', function () {
  this.timeout(60_000)
  this.slow(10_000)

  let engine: NatsEngine
  let cart: Publication
  const suite = new EngineSuite('NatsRegistry', NATS, async () => {
    engine = await NatsEngine.begin()
    return engine
  })

  before(async function () {
    await suite.begin(this)
  })
  beforeEach(async () => {
    cart = await makePublication('cart')
  })
  afterEach(() => suite.endSpec())
  after(() => suite.end())

  const keyOf = ({ service, kid }: Publication) => `$KV.countersign.${service}.${kid}`

  /** Sends something with headers, and says what the server makes of it. */
  async function send(
    client: NatsConnection,
    subject: string,
    body: string,
    lines: Readonly<Record<string, string>> = {},
  ) {
    const sent = headers()
    for (const [name, value] of Object.entries(lines)) sent.set(name, value)
    const answer = await client.request(subject, body, { headers: sent, timeout: 2000 }).catch(String)
    return typeof answer === 'string' ? answer : answer.string()
  }

  describe('lets no service take its tombstone back, however it asks', () => {
    const attempts: Readonly<Record<string, (client: NatsConnection, tombstone: string) => Promise<string>>> = {
      'by writing over it': (client, tombstone) => send(client, tombstone, 'not at all'),
      'by a deletion of the bucket': (client, tombstone) => send(client, tombstone, '', { 'KV-Operation': 'DEL' }),
      'by a purge of the bucket': (client, tombstone) =>
        send(client, tombstone, '', { 'KV-Operation': 'PURGE', 'Nats-Rollup': 'sub' }),
      'by rolling up the whole bucket': (client, tombstone) =>
        send(client, tombstone.replace('.revoked', ''), '', { 'Nats-Rollup': 'all' }),
      'by a message that soon expires': (client, tombstone) => send(client, tombstone, '', { 'Nats-TTL': '1s' }),
      'by purging the stream': client => send(client, `$JS.API.STREAM.PURGE.${STREAM}`, ''),
      'by deleting the stream': client => send(client, `$JS.API.STREAM.DELETE.${STREAM}`, ''),
      'by deleting a message': client => send(client, `$JS.API.STREAM.MSG.DELETE.${STREAM}`, '{"seq":2}'),
      'by changing the stream': client => send(client, `$JS.API.STREAM.UPDATE.${STREAM}`, '{}'),
    }
    for (const [what, attempt] of Object.entries(attempts)) {
      it(what, async () => {
        const registry = suite.connectAs('cart')
        await registry.publish(cart)
        await registry.revoke('cart', cart.kid)
        await engine.as('cart', client => attempt(client, `${keyOf(cart)}.revoked`))
        expect((await suite.connectAs('shop').find('cart', cart.kid))?.revoked).to.equal(true)
        expect(await refusalOf(() => registry.publish(cart))).to.equal('ERR_KEY_REVOKED')
        expect((await suite.connectAs('shop').list())[0]?.revoked).to.equal(true)
      })
    }

    it('nor does the server for its operator, short of deleting the bucket', async () => {
      await suite.connect().revoke('cart', cart.kid)
      const purge = await engine.as('operator', client => send(client, `$JS.API.STREAM.PURGE.${STREAM}`, ''))
      expect(purge).to.contain('stream purge not permitted')
      const rollUp = await engine.as('operator', client => send(client, keyOf(cart), '', { 'Nats-Rollup': 'all' }))
      expect(rollUp).to.contain('rollup not permitted')
    })
  })

  it("writes none of its answers below another's name, though a question says so", async () => {
    await suite.connectAs('shop').publish(await makePublication('shop'))
    await suite.connectAs('cart').publish(cart)
    const victim = await makePublication('shop')
    const question = JSON.stringify({ last_by_subj: keyOf(cart) })
    await engine.as('cart', async client => {
      for (const reply of [keyOf(victim), `${keyOf(victim)}.revoked`]) {
        client.publish(keyOf(cart), 'mine', { reply })
        client.publish(INFO, '', { reply })
        client.publish(GET, question, { reply })
      }
      // The server has taken them all when it answers this.
      expect(await send(client, GET, question)).to.contain(Buffer.from('mine').toString('base64'))
    })
    expect(await suite.connect().find('shop', victim.kid)).to.equal(undefined)
    expect(await suite.connect().list('shop')).to.have.length(1)
  })

  it('keeps cart and cart.eu apart, and takes one service more into its configuration', async () => {
    await suite.connectAs('cart').publish(cart)
    await engine.server.restart(configurationFor(['cart', 'cart.eu', 'shop', 'inventory']))
    try {
      const theirs = await makePublication('cart.eu')
      await eventually(
        async () => (await refusalOf(() => suite.connectAs('cart.eu').publish(theirs)).catch(String)) === 'accepted',
      )
      for (const [service, victim] of [
        ['cart', theirs],
        ['cart.eu', cart],
      ] as const) {
        const error = await errorOf(() => suite.connectAs(service).revoke(victim.service, victim.kid))
        expect(error.message).to.match(/^Permissions Violation for Publish to /)
      }
      expect(
        (await suite.connectAs('cart.eu').list()).map(({ service, revoked }) => [service, revoked]),
      ).to.have.deep.members([
        ['cart', false],
        ['cart.eu', false],
      ])
    } finally {
      await engine.server.restart(configurationFor(['cart', 'shop', 'inventory']))
    }
  })

  it('stores what any client of key-value buckets reads', async () => {
    await suite.connectAs('cart').publish(cart)
    await engine.as('operator', async client => {
      const bucket = await new Kvm(client).open('countersign')
      expect((await bucket.get(`cart.${cart.kid}`))?.string()).to.equal(cart.registration)
      await bucket.put(`cart.${cart.kid}`, 'a later one')
      expect((await suite.connectAs('shop').find('cart', cart.kid))?.registration).to.equal('a later one')
      await bucket.delete(`cart.${cart.kid}`)
    })
    expect(await suite.connectAs('shop').find('cart', cart.kid)).to.equal(undefined)
    expect(await suite.connectAs('shop').list()).to.deep.equal([])
  })

  it('fails where there is no bucket, and finds one that is made later', async () => {
    const registry = suite.connectAs('cart')
    await engine.as('operator', client => client.request(`$JS.API.STREAM.DELETE.${STREAM}`))
    for (const attempt of [
      () => registry.publish(cart),
      () => registry.find('cart', cart.kid),
      () => registry.list(),
    ]) {
      expect(await errorOf(attempt)).to.be.instanceOf(Error)
    }
    await engine.makeBucket()
    await registry.publish(cart)
    expect((await registry.find('cart', cart.kid))?.registration).to.equal(cart.registration)
  })

  it('fails with a wrong password, and shows none', async () => {
    const password = 'a-password-that-is-wrong'
    const registry = new NatsRegistry({ ...engine.optionsFor('cart'), password })
    const error = await errorOf(() => registry.find('cart', cart.kid))
    expect(error.name).to.equal('AuthorizationError')
    for (const shown of [error, registry, { ...registry }]) {
      expect(inspect(shown, { depth: 9, showHidden: true })).not.to.contain(password)
    }
    await registry.close()
  })

  it('does not keep a process alive that watches', async () => {
    const options = JSON.stringify(engine.optionsFor('cart'))
    expect(await outputOf('./idle-party.ts', 'nats', options)).to.equal('0\n0')
  })

  it('refuses options that it does not understand with ERR_OPTION', async () => {
    const servers = ['127.0.0.1:4222']
    const wrong: readonly object[] = [
      {},
      { servers: '127.0.0.1' },
      { servers: [] },
      { servers: [''] },
      { servers, user: 'cart' },
      { servers, password: 'secret' },
      { servers, user: '', password: 'secret' },
      { servers, bucket: '' },
      { servers, bucket: 'a.b' },
      { servers, bucket: '*' },
      { servers, tls: true },
      { servers, serverz: servers },
    ]
    for (const options of wrong) {
      const what = JSON.stringify(options)
      expect(await refusalOf(() => new NatsRegistry(options as NatsOptions)), what).to.equal('ERR_OPTION')
    }
  })

  describe('setupNats', () => {
    it('gives a configuration only, where it is told of no server, with accounts that bear the name of the bucket', () => {
      const { statements, apply } = setupNats({ services: ['cart', 'cart.eu'], bucket: 'stage' })
      expect(apply).to.equal(undefined)
      expect(statements.match(/^ {2}"[^"]+"/gm)).to.deep.equal(['  "stage"', '  "stage-cart"', '  "stage-cart=eu"'])
      for (const user of ['operator', 'cart', 'cart.eu']) expect(statements).to.contain(`"<password of ${user}>"`)
    })

    it('makes a bucket that is there already once more, and leaves what is stored', async () => {
      await suite.connectAs('cart').publish(cart)
      await engine.makeBucket()
      expect((await suite.connectAs('cart').find('cart', cart.kid))?.registration).to.equal(cart.registration)
    })

    it('says so where there is another bucket of the name', async () => {
      const { apply } = setupNats({ services: ['cart'], replicas: 3, ...engine.optionsFor('operator') })
      const error = await errorOf(async () => apply?.({ cart: passwordOf('cart') }))
      expect(error.message).to.match(/^nats refused: /)
    })

    it('refuses names, passwords and replicas that do not fit with ERR_OPTION', async () => {
      const options = engine.optionsFor('operator')
      const setups = [
        () => setupNats({ services: ['Cart'] }),
        () => setupNats({ services: 'cart' } as unknown as NatsSetupOptions),
        () => setupNats({ services: ['cart'], buckett: 'a' } as NatsSetupOptions),
        () => setupNats({ services: ['cart'], replicas: 2 } as unknown as NatsSetupOptions),
        () => setupNats({ services: ['cart'], ...options }).apply?.({}),
        () => setupNats({ services: ['cart'], ...options }).apply?.({ cart: 'a b' }),
      ]
      for (const setup of setups) expect(await refusalOf(setup), String(setup)).to.equal('ERR_OPTION')
    })
  })
})
