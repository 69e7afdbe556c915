import { execFileSync } from 'node:child_process'
import { inspect } from 'node:util'
import { expect } from 'chai'
import {
  type PostgresOptions,
  PostgresRegistry,
  setupPostgres,
} from '../../../lib/registry/postgres/postgres-registry.js'
import { errorOf, refusalOf } from '../../jws/refusal.js'
import { eventually } from '../eventually.js'
import { makePublication } from '../signed-text.js'
import { outputOf } from './ended-process.js'
import { findProgram } from './engine.js'
import { EngineSuite } from './engine-suite.js'
import {
  operatorUrl,
  POSTGRES,
  passwordOf,
  passwordsOf,
  preparePostgres,
  SERVICES,
  urlOf,
  withSql,
} from './postgres-engine.js'
import { PostgresServer } from './postgres-server.js'
import { makeCertificate } from './tls-proxy.js'

const TABLE = 'countersign.registration'

describe('PostgresRegistry and its server', function () {
  this.timeout(60_000)
  this.slow(10_000)

  let server: PostgresServer
  const suite = new EngineSuite('PostgresRegistry', POSTGRES, async () => {
    const engine = await preparePostgres()
    server = engine.server
    return engine
  })

  before(async function () {
    await suite.begin(this)
  })
  afterEach(() => suite.endSpec())
  after(() => suite.end())

  /** What the server says to a statement of a service's, or how many rows it touched. */
  const answerTo = (service: string, statement: string) =>
    withSql(urlOf(server, service), sql =>
      sql.unsafe(statement).then(
        rows => String(rows.count),
        error => `${error.code}: ${error.message}`,
      ),
    )

  const operate = (statement: string) => withSql(operatorUrl(server), async sql => await sql.unsafe(statement))

  describe('lets no service take its tombstone back, however it asks', () => {
    const stays = '42501: a tombstone stays as it is'
    // What else the server says is its own affair: 42501 is a lack of rights.
    const attempts: readonly (readonly [statement: string, answer: string])[] = [
      [`update ${TABLE} set revoked = false`, stays],
      [`update ${TABLE} set kid = 'other'`, stays],
      [`update ${TABLE} set service = 'shop'`, stays],
      [`delete from ${TABLE}`, '0'],
      [`truncate ${TABLE}`, '42501: '],
      [`drop table ${TABLE}`, '42501: '],
      [`alter table ${TABLE} disable trigger keep_tombstone`, '42501: '],
      [`alter table ${TABLE} disable row level security`, '42501: '],
      ['create table countersign.other (a int)', '42501: '],
      ['set session_replication_role = replica', '42501: '],
      ['set role operator', '42501: '],
      [`alter role "countersign.shop" password 'mine'`, '42501: '],
    ]
    for (const [statement, answer] of attempts) {
      it(statement, async () => {
        const cart = await makePublication('cart')
        await suite.connectAs('cart').publish(cart)
        await suite.connectAs('cart').revoke('cart', cart.kid)
        expect(await answerTo('cart', statement)).to.satisfy((text: string) => text.startsWith(answer))
        expect(await suite.connect().list()).to.deep.equal([
          { service: 'cart', kid: cart.kid, registration: cart.registration, revoked: true },
        ])
      })
    }

    it('not by an insertion over it', async () => {
      const { kid } = await makePublication('cart')
      await suite.connect().revoke('cart', kid)
      const insertion = `insert into ${TABLE} (service, kid, forget_at) values ('cart', '${kid}', now()) on conflict (service, kid) do update`
      expect(await answerTo('cart', `${insertion} set revoked = false`)).to.equal(stays)
      expect(await answerTo('cart', `${insertion} set registration = 'x'`)).to.equal(
        '42501: a tombstone stays as it is',
      )
    })
  })

  it("lets no service touch another's row, which seems not to be there", async () => {
    const shop = await makePublication('shop')
    await suite.connectAs('shop').publish(shop)
    for (const statement of [`update ${TABLE} set registration = 'mine'`, `delete from ${TABLE}`]) {
      expect(await answerTo('cart', statement)).to.equal('0')
    }
    expect((await suite.connect().find('shop', shop.kid))?.registration).to.equal(shop.registration)
    const move = `update ${TABLE} set service = 'shop' where service = 'cart'`
    await suite.connectAs('cart').publish(await makePublication('cart'))
    expect(await answerTo('cart', move)).to.equal(
      '42501: new row violates row-level security policy for table "registration"',
    )
  })

  it('takes no registration that is too long, whoever writes it', async () => {
    const fresh = await PostgresServer.start()
    try {
      const url = operatorUrl(fresh)
      await setupPostgres({ services: [], url }).apply?.({})
      const statement = `insert into ${TABLE} values ('cart', 'kid', repeat('x', 16385), false, now())`
      const error = await withSql(url, sql => errorOf(() => sql.unsafe(statement)))
      expect(error).to.include({ code: '23514' })
    } finally {
      await fresh.remove()
    }
  })

  it('forgets what a service published long ago when it publishes again: its own, and no tombstone', async () => {
    const [old, revoked, later, shop] = [
      await makePublication('cart'),
      await makePublication('cart'),
      await makePublication('cart'),
      await makePublication('shop'),
    ]
    for (const publication of [old, revoked]) await suite.connectAs('cart').publish(publication)
    await suite.connectAs('shop').publish(shop)
    await suite.connectAs('cart').revoke('cart', revoked.kid)
    await operate(`alter table ${TABLE} disable trigger keep_tombstone`)
    await operate(`update ${TABLE} set forget_at = now() - interval '1 second'`)
    await operate(`alter table ${TABLE} enable trigger keep_tombstone`)
    await suite.connectAs('cart').publish(later)
    const kids = (await suite.connect().list()).map(({ kid }) => kid).sort()
    expect(kids).to.deep.equal([revoked.kid, later.kid, shop.kid].sort())
  })

  it('hears a notification from anybody as a hint, and nothing that is no place', async () => {
    const heard: string[] = []
    await suite.connectAs('shop').watch(({ service, kid }) => heard.push(`${service}/${kid}`))
    const { kid } = await makePublication('inventory')
    const payloads = ['', 'inventory', `inventory/${kid}/x`, `../${kid}`, `Inventory/${kid}`, 'x'.repeat(7999)]
    for (const payload of [...payloads, `inventory/${kid}`]) {
      await answerTo('cart', `select pg_notify('countersign', '${payload}')`)
    }
    await eventually(() => heard.length > 0)
    expect(heard).to.deep.equal([`inventory/${kid}`])
  })

  it('tells what happened while its connection was gone, and nothing else', async () => {
    const [kept, gone, replaced, added] = [
      await makePublication('cart'),
      await makePublication('cart'),
      await makePublication('cart'),
      await makePublication('cart'),
    ]
    for (const publication of [kept, gone, replaced]) await suite.connectAs('cart').publish(publication)
    const heard = new Set<string>()
    await suite.connectAs('shop').watch(({ kid }) => heard.add(kid))
    // No notification tells of these: the trigger is off.
    await operate(`alter table ${TABLE} disable trigger announce`)
    await suite.connectAs('cart').publish({ ...replaced, registration: 'a later one' })
    await suite.connectAs('cart').publish(added)
    await operate(`delete from ${TABLE} where kid = '${gone.kid}'`)
    await operate(`alter table ${TABLE} enable trigger announce`)
    await operate("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'countersign.shop'")
    await eventually(() => heard.size === 3)
    expect([...heard].sort()).to.deep.equal([gone.kid, replaced.kid, added.kid].sort())
  })

  it('runs no function that another service put where names are looked up', async () => {
    await operate('grant create on schema public to public')
    const body = 'returns interval language plpgsql as $$ begin raise exception $x$trapped$x$; end $$'
    await answerTo('cart', `create function public.make_interval(secs text) ${body}`)
    await answerTo('cart', `create function public.make_interval(secs int) ${body}`)
    const shop = await makePublication('shop')
    await suite.connectAs('shop').publish(shop)
    expect((await suite.connectAs('shop').find('shop', shop.kid))?.registration).to.equal(shop.registration)
  })

  it('uses one connection, which it ends when it is closed', async () => {
    const registry = new PostgresRegistry({ url: urlOf(server, 'cart') })
    const count = async () => {
      const [row] = await operate("select count(*)::int from pg_stat_activity where usename = 'countersign.cart'")
      return row?.count
    }
    await registry.watch(() => undefined)
    await Promise.all(Array.from({ length: 20 }, () => registry.list()))
    expect(await count()).to.equal(1)
    await registry.close()
    await eventually(async () => (await count()) === 0)
  })

  it('does not keep a process alive that watches', async () => {
    expect(await outputOf('./watching-party.ts', 'postgres', urlOf(server, 'cart'))).to.equal('true\n0')
  })

  it('speaks TLS to a server whose certificate it can check, and to no other', async () => {
    const { key, certificate } = makeCertificate()
    const guarded = await PostgresServer.startWithTls(key, certificate)
    try {
      await setupPostgres({ services: ['cart'], url: operatorUrl(guarded) }).apply?.(passwordsOf(['cart']))
      const url = urlOf(guarded, 'cart').replace('127.0.0.1', 'localhost')
      const cart = new PostgresRegistry({ url, tls: { ca: certificate } })
      expect(await cart.list()).to.deep.equal([])
      const used = 'select ssl from pg_stat_ssl natural join pg_stat_activity where usename = $1'
      const [row] = await withSql(operatorUrl(guarded), sql => sql.unsafe(used, ['countersign.cart']))
      expect(row?.ssl).to.equal(true)
      await cart.close()
      const others: readonly (readonly [options: PostgresOptions, code: string])[] = [
        [{ url, tls: {} }, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
        [{ url: urlOf(guarded, 'cart'), tls: { ca: certificate } }, 'ERR_TLS_CERT_ALTNAME_INVALID'],
        // It offers no TLS.
        [{ url: urlOf(server, 'cart'), tls: { ca: certificate } }, 'ECONNRESET'],
      ]
      for (const [options, code] of others) {
        const registry = new PostgresRegistry(options)
        expect(await errorOf(() => registry.list())).to.include({ code })
        await registry.close()
      }
    } finally {
      await guarded.remove()
    }
  })

  it('says nothing of a password, whatever is wrong with it', async () => {
    const password = 'a-password-that-is-wrong'
    const url = server.urlOf('countersign.cart', password)
    const registry = new PostgresRegistry({ url })
    const error = await errorOf(() => registry.list())
    expect(error).to.include({ code: '28P01' })
    for (const shown of [error, registry, { ...error }]) {
      expect(inspect(shown, { depth: 9, showHidden: true })).not.to.contain(password)
    }
    for (const wrong of [
      `postgres://cart:${password}@[`,
      `http://cart:${password}@host/db`,
      `${url}?sslmode=require`,
    ]) {
      const refused = await errorOf(() => new PostgresRegistry({ url: wrong }))
      expect(refused).to.include({ code: 'ERR_OPTION' })
      expect(inspect(refused, { depth: 9, showHidden: true })).not.to.contain(password)
    }
    await registry.close()
  })

  it('refuses options that it does not understand with ERR_OPTION', async () => {
    const url = 'postgres://cart@127.0.0.1/db'
    const wrong: readonly object[] = [
      {},
      { url: 7 },
      { url: 'nothing' },
      { url: 'postgres://127.0.0.1/db' },
      { url: 'postgres://cart@127.0.0.1' },
      { url, user: 'cart' },
      { url: 'postgres://cart:%ff@127.0.0.1/db' },
      { url, password: '' },
      { url, tls: true },
      { url, schema: 'Sign' },
      { url, schema: 'a.b' },
      { url, schema: 'x"; drop table y; --' },
      { url, urll: url },
    ]
    for (const options of wrong) {
      const what = JSON.stringify(options)
      expect(await refusalOf(() => new PostgresRegistry(options as PostgresOptions)), what).to.equal('ERR_OPTION')
    }
  })

  describe('setupPostgres', () => {
    const names = ['a', 'cart.eu', 'cart-2', 'x'.repeat(51)]

    it('prints statements that psql takes, once and again', async () => {
      const fresh = await PostgresServer.start()
      try {
        const { statements, apply } = setupPostgres({ services: names })
        expect(apply).to.equal(undefined)
        for (const name of names) expect(statements).to.contain(`<password of ${name}>`)
        const script = statements.replaceAll(/<password of ([^>]*)>/g, (_, name) => passwordOf(name))
        const url = operatorUrl(fresh)
        for (let round = 0; round < 2; round++) {
          execFileSync(findProgram('psql'), ['-q', '-v', 'ON_ERROR_STOP=1', url], {
            input: script,
            stdio: ['pipe', 'ignore', 'pipe'],
          })
        }
        for (const name of names) {
          const registry = new PostgresRegistry({ url: urlOf(fresh, name) })
          const publication = await makePublication(name)
          await registry.publish(publication)
          expect((await registry.find(name, publication.kid))?.registration).to.equal(publication.registration)
          await registry.close()
        }
      } finally {
        await fresh.remove()
      }
    })

    it('adds a service, and leaves what is stored', async () => {
      const cart = await makePublication('cart')
      await suite.connectAs('cart').publish(cart)
      const all = [...SERVICES, ...names]
      await setupPostgres({ services: all, url: operatorUrl(server) }).apply?.(passwordsOf(all))
      for (const name of names) {
        await suite.connectAs(name).publish(await makePublication(name))
        expect(await errorOf(async () => suite.connectAs(name).publish(await makePublication('cart')))).to.include({
          code: '42501',
        })
      }
      expect((await suite.connectAs('cart').find('cart', cart.kid))?.registration).to.equal(cart.registration)
    })

    it('keeps two registries of one server apart by their schemas', async () => {
      const url = operatorUrl(server)
      await setupPostgres({ services: ['cart'], url, schema: 'stage' }).apply?.({ cart: 'of-stage' })
      const stage = new PostgresRegistry({ url: server.urlOf('stage.cart', 'of-stage'), schema: 'stage' })
      const cart = await makePublication('cart')
      await stage.publish(cart)
      expect(await suite.connect().list()).to.deep.equal([])
      const intruder = new PostgresRegistry({ url: urlOf(server, 'cart'), schema: 'stage' })
      expect(await errorOf(() => intruder.publish(cart))).to.include({ code: '42501' })
      for (const registry of [stage, intruder]) await registry.close()
    })

    it('takes any schema, and an operator who is no superuser', async () => {
      await operate(
        "create role clerk login createrole password 'of-clerk'; grant create on database postgres to clerk",
      )
      const url = server.urlOf('clerk', 'of-clerk')
      const { apply } = setupPostgres({ services: ['cart'], url, schema: 'user' })
      for (let round = 0; round < 2; round++) await apply?.({ cart: 'of-user' })
      const cart = new PostgresRegistry({ url: server.urlOf('user.cart', 'of-user'), schema: 'user' })
      const clerk = new PostgresRegistry({ url, schema: 'user' })
      const heard: string[] = []
      await cart.watch(({ kid }) => heard.push(kid))
      const publication = await makePublication('cart')
      await cart.publish(publication)
      await clerk.revoke('cart', publication.kid)
      expect(await refusalOf(() => cart.publish(publication))).to.equal('ERR_KEY_REVOKED')
      // Only the operator can, by hand.
      await withSql(url, async sql => await sql.unsafe('delete from "user".registration where revoked'))
      await cart.publish(publication)
      await eventually(() => heard.length === 4)
      for (const registry of [cart, clerk]) await registry.close()
    })

    it('stores no password that the server could read', async () => {
      const [row] = await operate("select rolpassword from pg_authid where rolname = 'countersign.cart'")
      expect(row?.rolpassword).to.match(/^SCRAM-SHA-256\$4096:/)
    })

    it('leaves a role alone that may pass by row-level security', async () => {
      await operate('create role "countersign.root" superuser')
      const { apply } = setupPostgres({ services: ['root'], url: operatorUrl(server) })
      const error = await errorOf(async () => apply?.({ root: 'password' }))
      expect(error.message).to.equal('the role "countersign.root" may pass by row-level security')
    })

    it('leaves a schema alone that somebody else made', async () => {
      await operate('create role squatter; create schema taken authorization squatter')
      const { apply } = setupPostgres({ services: [], url: operatorUrl(server), schema: 'taken' })
      expect((await errorOf(async () => apply?.({}))).message).to.equal('the schema "taken" belongs to somebody else')
    })

    it('refuses a name that postgres would cut, and passwords that do not fit, with ERR_OPTION', async () => {
      const url = operatorUrl(server)
      const setups = [
        () => setupPostgres({ services: ['x'.repeat(52)] }),
        () => setupPostgres({ services: ['Cart'] }),
        () => setupPostgres({ services: ['cart"; drop table x; --'] }),
        () => setupPostgres({ services: 'cart' as never }),
        () => setupPostgres({ services: ['cart'], schma: 'x' } as never),
        ...[{}, { cart: '' }, { cart: 'a b' }, { cart: 'ä' }, { cart: 'x', shop: 'x' }, { cart: 7 }].map(
          passwords => () => setupPostgres({ services: ['cart'], url }).apply?.(passwords as Record<string, string>),
        ),
      ]
      for (const setup of setups) expect(await refusalOf(setup), String(setup)).to.equal('ERR_OPTION')
    })
  })
})
