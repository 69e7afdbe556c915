import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect } from 'chai'
import { generateSigningKey } from '../../lib/jws/signing-key.js'
import type { KeyRegistry } from '../../lib/model/registry.js'
import { EtcdRegistry } from '../../lib/registry/etcd/etcd-registry.js'
import { JwksRegistry, serveJwks } from '../../lib/registry/jwks/jwks-registry.js'
import { NatsRegistry } from '../../lib/registry/nats/nats-registry.js'
import { PostgresRegistry } from '../../lib/registry/postgres/postgres-registry.js'
import { RedisRegistry } from '../../lib/registry/redis/redis-registry.js'
import { signRegistration } from '../../lib/registry/registration.js'
import { ZooKeeperRegistry } from '../../lib/registry/zookeeper/zookeeper-registry.js'
import { type EngineServer, skipWithoutServer } from '../registry/engines/engine.js'
import { EtcdServer } from '../registry/engines/etcd-server.js'
import { NatsServer } from '../registry/engines/nats-server.js'
import { OPERATOR, PostgresServer } from '../registry/engines/postgres-server.js'
import { operatorUrl, startGuarded } from '../registry/engines/redis-engine.js'
import { ZooKeeperServer } from '../registry/engines/zookeeper-server.js'
import { eventually } from '../registry/eventually.js'
import { makeDirectory, removeDirectory } from '../registry/temporary-directory.js'
import { countersign, LastingRun } from './program.js'

/** A server that nothing was set up in, as its operator reaches it. */
interface BareEngine {
  readonly server: Pick<EngineServer, 'kill' | 'start' | 'remove'>
  /** Without its user. */
  readonly address: string
  readonly operator: Account
  /** The name by which the engine knows a service. */
  accountOf(service: string): string
  connect(user: string, password: string): KeyRegistry
}

interface Account {
  readonly user: string
  readonly password: string
}

const OPERATORS_PASSWORD = 'open-sesame:operator'

const ENGINES: Readonly<Record<string, () => Promise<BareEngine>>> = {
  etcd: async () => {
    const server = await EtcdServer.startAlone()
    return {
      server,
      address: server.endpoint.replace('http', 'etcd'),
      operator: { user: 'root', password: OPERATORS_PASSWORD },
      accountOf: service => service,
      connect: (username, password) => new EtcdRegistry({ endpoints: [server.endpoint], username, password }),
    }
  },
  postgres: async () => {
    const server = await PostgresServer.start()
    const address = `postgres://127.0.0.1:${server.port}/postgres`
    return {
      server,
      address,
      operator: OPERATOR,
      accountOf: service => `countersign.${service}`,
      connect: (user, password) => new PostgresRegistry({ url: address, user, password }),
    }
  },
  redis: async () => {
    const redis = await startGuarded(
      '--appendonly',
      'yes',
      '--appendfsync',
      'always',
      '--notify-keyspace-events',
      'K$gx',
    )
    const { username: user, password } = new URL(operatorUrl(redis))
    return {
      server: { kill: () => redis.kill(), start: () => redis.run(), remove: () => redis.stop() },
      address: redis.url,
      operator: { user, password },
      accountOf: service => `countersign.${service}`,
      connect: (name, secret) => new RedisRegistry({ url: redis.url, user: name, password: secret }),
    }
  },
  zookeeper: async () => {
    const server = await ZooKeeperServer.begin()
    return {
      server,
      address: `zookeeper://${server.address}`,
      operator: { user: 'operator', password: OPERATORS_PASSWORD },
      accountOf: service => service,
      connect: (user, password) => new ZooKeeperRegistry({ servers: [server.address], user, password }),
    }
  },
}

describe('the command line, with engines', function () {
  this.timeout(120_000)
  this.slow(20_000)
  let directory: string

  before(() => {
    directory = makeDirectory()
  })
  after(() => removeDirectory(directory))

  /** Publishes a key for cart, with what the setup gave cart. */
  const publishAs = async (registry: KeyRegistry): Promise<string> => {
    const key = await generateSigningKey('ES256')
    const notBefore = Math.floor(Date.now() / 1000)
    const expiresAt = notBefore + 3600
    const registration = await signRegistration(key, { service: 'cart', notBefore, expiresAt })
    await registry.publish({ service: 'cart', kid: key.kid, registration, expiresAt })
    return key.kid
  }

  /** From a registry that is set up, by way of a crash of the engine, to a key that is revoked. */
  const useAll = async (engine: BareEngine, cartsPassword: string): Promise<void> => {
    const { address, operator } = engine
    const as = ({ user, password }: Account) => ({
      COUNTERSIGN_REGISTRY: address,
      COUNTERSIGN_REGISTRY_USER: user,
      COUNTERSIGN_REGISTRY_PASSWORD: password,
    })
    const watch = new LastingRun(['registry', 'watch'], as(operator))
    const cart = engine.connect(engine.accountOf('cart'), cartsPassword)
    try {
      await eventually(() => watch.stderr.includes('watching 0 keys'), 30)
      const kid = await publishAs(cart)
      await eventually(() => watch.lines.length === 1, 30)

      const list = await countersign(
        ['registry', 'list'],
        as({ user: engine.accountOf('shop'), password: 'wrong-one' }),
      )
      expect(list.stdout + list.stderr).to.not.include('wrong-one')
      const own = await countersign(
        ['registry', 'list'],
        as({ user: engine.accountOf('cart'), password: cartsPassword }),
      )
      expect(own.stderr).to.equal('1 key: 1 valid\n')
      expect(own.stdout).to.match(new RegExp(`^cart +${kid} +ES256 +valid `, 'm'))

      await engine.server.kill()
      await engine.server.start()
      const revoked = await countersign(['registry', 'revoke', 'cart', kid, '--yes'], as(operator))
      expect(revoked.status, revoked.stderr).to.equal(0)
      await eventually(() => watch.lines.length === 2, 30)
      expect(watch.lines.map(line => /Z {2}(\w+)/.exec(line)?.[1])).to.deep.equal(['published', 'revoked'])
      const shown = await countersign(['registry', 'show', 'cart', kid], as(operator))
      expect(shown.stdout).to.match(/^ {2}state +revoked$/m)
    } finally {
      await cart.close()
      expect(await watch.interrupt(), watch.stderr).to.equal(0)
    }
  }

  for (const [name, start] of Object.entries(ENGINES)) {
    it(`sets up ${name}, and lists, shows, watches through a crash, and revokes there`, async function () {
      const engine = await skipWithoutServer(this, `the command line with ${name}`, start)
      try {
        const { user, password } = engine.operator
        const environment = { COUNTERSIGN_REGISTRY_USER: user, COUNTERSIGN_REGISTRY_PASSWORD: password }
        const file = join(directory, `${name}.json`)
        const words = ['registry', 'setup', name, '--services', 'cart,shop', '--apply', '--registry', engine.address]
        const made = await countersign([...words, '--new-passwords', file], environment)
        expect(made.stderr).to.equal(`${name} is set up for cart, shop\n`)
        expect(made).to.include({ status: 0, stdout: '' })
        expect(statSync(file).mode & 0o777).to.equal(0o600)
        const passwords: Record<string, string> = JSON.parse(readFileSync(file, 'utf8'))
        expect(Object.keys(passwords)).to.deep.equal(['cart', 'shop'])

        const again = await countersign([...words, '--passwords', file], environment)
        expect(again.status, again.stderr).to.equal(0)
        const over = await countersign([...words, '--new-passwords', file], environment)
        expect(over.stderr).to.include('--new-passwords wants a file that is not there yet')
        expect(over.status).to.equal(2)

        await useAll(engine, passwords.cart ?? '')
      } finally {
        await engine.server.remove()
      }
    })
  }

  it('prints what nats is configured with, makes its bucket, and lists, shows, watches through a crash, and revokes there', async function () {
    const services = ['--services', 'cart,shop']
    const { stdout } = await countersign(['registry', 'setup', 'nats', ...services])
    const passwords = { cart: 'password-of-cart', shop: 'password-of-shop' }
    const configuration = stdout.replaceAll(/<password of ([^>]+)>/g, 'password-of-$1')
    const server = await skipWithoutServer(this, 'the command line with nats', () => NatsServer.begin(configuration))
    try {
      const file = join(directory, 'nats.json')
      writeFileSync(file, JSON.stringify(passwords), { mode: 0o600 })
      const address = `nats://operator:password-of-operator@${server.address}`
      const words = ['registry', 'setup', 'nats', ...services, '--apply', '--registry', address, '--passwords', file]
      const { status, stderr } = await countersign(words)
      expect(status, stderr).to.equal(0)
      const engine = {
        server,
        address: `nats://${server.address}`,
        operator: { user: 'operator', password: 'password-of-operator' },
        accountOf: (service: string) => service,
        connect: (user: string, password: string) => new NatsRegistry({ servers: [server.address], user, password }),
      }
      await useAll(engine, passwords.cart)
    } finally {
      await server.remove()
    }
  })

  it('lists what services serve themselves, and revokes nothing there', async () => {
    const own = new JwksRegistry({ services: {}, own: 'cart' })
    const server: Server = createServer(serveJwks(own)).listen(0, '127.0.0.1')
    try {
      const kid = await publishAs(own)
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
      const file = join(directory, 'jwks.json')
      writeFileSync(file, JSON.stringify({ services: { cart: url } }))
      const list = await countersign(['registry', 'list', '--registry', `jwks:${file}`])
      expect(list.stdout).to.match(new RegExp(`^cart +${kid} +ES256 +valid `, 'm'))
      const revoked = await countersign(['registry', 'revoke', 'cart', kid, '--yes', '--registry', `jwks:${file}`])
      expect(revoked.stderr).to.include('only `cart` itself publishes and revokes its keys')
      expect(revoked.status).to.equal(2)
    } finally {
      server.close()
      await own.close()
    }
  })

  it("prints each engine's statements, with no password in them", async () => {
    const expected = {
      etcd: /^etcdctl user add cart --new-user-password '<password of cart>'$/m,
      postgres: /^alter role "countersign\.cart" with login password '<password of cart>';$/m,
      redis: /^ACL SETUSER countersign\.cart reset on "><password of cart>" /m,
      zookeeper: /^setAcl \/countersign\/cart\/keys auth::cdrwa,digest:<digest of cart>:cdrw,world:anyone:r$/m,
      nats: /^ +user: "cart", password: "<password of cart>"$/m,
    }
    for (const [name, statement] of Object.entries(expected)) {
      const { status, stdout, stderr } = await countersign(['registry', 'setup', name, '--services', 'cart,shop'])
      expect(status, stderr).to.equal(0)
      expect(stdout, name).to.match(statement)
    }
  })
})
