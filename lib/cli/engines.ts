import { access } from 'node:fs/promises'
import { FileRegistry } from 'countersign'
import { hintAmong } from '../nearest-name.js'
import { UsageError } from './command.js'
import type { Engine } from './engine.js'
import { readJsonFile } from './json-file.js'
import type { RegistryAddress } from './registry-address.js'

const FILE: Engine = {
  name: 'file',
  schemes: ['file'],
  example: 'file:./registry',
  open: async ({ path }) => {
    await access(path).catch(() => {
      throw new UsageError(`there is no directory \`${path}\`, or it cannot be entered`)
    })
    return new FileRegistry(path)
  },
}

const ETCD: Engine = {
  name: 'etcd',
  schemes: ['etcd', 'etcds'],
  example: 'etcd://root@127.0.0.1:2379/countersign/',
  open: async address => {
    const { EtcdRegistry } = await import('countersign/registry/etcd')
    return new EtcdRegistry(etcdOptions(address))
  },
  setup: async (services, address) => {
    const { setupEtcd } = await import('countersign/registry/etcd')
    return setupEtcd({ services, ...(address ? etcdOptions(address) : { endpoints: ['http://127.0.0.1:2379'] }) })
  },
}

const POSTGRES: Engine = {
  name: 'postgres',
  schemes: ['postgres', 'postgresql'],
  example: 'postgres://operator@127.0.0.1:5432/database',
  open: async address => {
    const { PostgresRegistry } = await import('countersign/registry/postgres')
    return new PostgresRegistry(postgresOptions(address))
  },
  setup: async (services, address) => {
    const { setupPostgres } = await import('countersign/registry/postgres')
    return setupPostgres({ services, ...(address && postgresOptions(address)) })
  },
}

const REDIS: Engine = {
  name: 'redis',
  schemes: ['redis', 'rediss'],
  example: 'redis://default@127.0.0.1:6379/countersign/',
  open: async address => {
    const { RedisRegistry } = await import('countersign/registry/redis')
    return new RedisRegistry(redisOptions(address))
  },
  setup: async (services, address) => {
    const { setupRedis } = await import('countersign/registry/redis')
    return setupRedis({ services, ...(address && redisOptions(address)) })
  },
}

const ZOOKEEPER: Engine = {
  name: 'zookeeper',
  schemes: ['zookeeper'],
  example: 'zookeeper://operator@127.0.0.1:2181/countersign',
  open: async address => {
    const { ZooKeeperRegistry } = await import('countersign/registry/zookeeper')
    return new ZooKeeperRegistry(zookeeperOptions(address))
  },
  setup: async (services, address) => {
    const { setupZooKeeper } = await import('countersign/registry/zookeeper')
    return setupZooKeeper({ services, ...(address && zookeeperOptions(address)) })
  },
}

const NATS: Engine = {
  name: 'nats',
  schemes: ['nats'],
  example: 'nats://operator@127.0.0.1:4222/countersign',
  open: async address => {
    const { NatsRegistry } = await import('countersign/registry/nats')
    return new NatsRegistry(natsOptions(address))
  },
  setup: async (services, address) => {
    const { setupNats } = await import('countersign/registry/nats')
    return setupNats({ services, ...(address && natsOptions(address)) })
  },
}

const JWKS: Engine = {
  name: 'jwks',
  schemes: ['jwks'],
  example: 'jwks:config.json',
  open: async ({ path }) => {
    const { JwksRegistry } = await import('countersign/registry/jwks')
    const options = await readJsonFile<ConstructorParameters<typeof JwksRegistry>[0]>(path)
    return new JwksRegistry(options)
  },
}

/** All kinds of registries that an address can name. */
export const ENGINES: readonly Engine[] = [FILE, ETCD, POSTGRES, REDIS, ZOOKEEPER, NATS, JWKS]

/** The engine of an address. Throws UsageError. */
export function engineOf({ scheme }: RegistryAddress): Engine {
  const found = ENGINES.find(({ schemes }) => schemes.includes(scheme))
  if (found !== undefined) return found
  const schemes = ENGINES.flatMap(engine => engine.schemes)
  throw new UsageError(`no registry is called \`${scheme}\`; ${hintAmong(scheme, schemes)}`)
}

function etcdOptions({ scheme, hosts, user: username, password, path, isSecured }: RegistryAddress) {
  const protocol = scheme === 'etcds' || isSecured ? 'https' : 'http'
  const endpoints = hosts.map(host => `${protocol}://${withPort(host, 2379)}`)
  return { endpoints, username, password, ...(path !== '' && { prefix: `${path}/` }) }
}

/** Behind the database may stand the schema. */
function postgresOptions({ scheme, hosts, user, password, path, isSecured }: RegistryAddress) {
  const [database = '', ...schema] = path.split('/')
  return {
    url: `${scheme}://${onlyHost(scheme, hosts)}/${database}`,
    user,
    password,
    ...(schema.length > 0 && { schema: schema.join('/') }),
    ...secured(isSecured),
  }
}

function redisOptions({ scheme, hosts, user, password, path, isSecured }: RegistryAddress) {
  const url = `${scheme}://${onlyHost(scheme, hosts)}`
  return { url, user, password, ...(path !== '' && { prefix: `${path}/` }), ...secured(isSecured) }
}

function zookeeperOptions({ hosts, user, password, path, isSecured }: RegistryAddress) {
  return { servers: hosts, user, password, ...(path !== '' && { prefix: `/${path}` }), ...secured(isSecured) }
}

function natsOptions({ hosts, user, password, path: bucket, isSecured }: RegistryAddress) {
  const servers = hosts.map(host => withPort(host, 4222))
  return { servers, user, password, ...(bucket !== '' && { bucket }), ...secured(isSecured) }
}

/** Certificates are checked against the authorities that Node knows, NODE_EXTRA_CA_CERTS among them. */
function secured(isSecured: boolean) {
  return isSecured ? { tls: {} } : {}
}

function onlyHost(scheme: string, [host = '', ...others]: readonly string[]): string {
  if (others.length > 0) throw new UsageError(`\`${scheme}://\` takes one host`)
  return host
}

function withPort(host: string, port: number): string {
  return /:\d+$/.test(host) ? host : `${host}:${port}`
}
