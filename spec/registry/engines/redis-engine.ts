import { createClient } from 'redis'
import { RedisRegistry, setupRedis } from '../../../lib/registry/redis/redis-registry.js'
import { RedisServer } from '../../replay/redis-server.js'
import { type Capabilities, type EngineServer, type EngineUnderTest, findProgram } from './engine.js'

export const SERVICES = ['cart', 'shop', 'inventory'] as const
const OPERATOR = 'password-of-operator'
const LASTING = ['--appendonly', 'yes', '--appendfsync', 'always', '--notify-keyspace-events', 'K$gx']
const USERS = `user default on >${OPERATOR} ~* &* +@all\n`

export const REDIS: Capabilities = {
  publish: 'yes',
  revoke: 'yes',
  watch: 'listed again',
  forgets: 'engine',
  accessControl: 'engine',
  forbidden: /^NOPERM this user has no permissions to access one of the keys used as arguments$/,
}

/** The password of a service's user. */
export const passwordOf = (service: string) => `password-of-${service}`

export const passwordsOf = (services: readonly string[]) =>
  Object.fromEntries(services.map(service => [service, passwordOf(service)]))

/** Where a service connects. */
export const urlOf = (redis: RedisServer, service: string) =>
  `redis://countersign.${service}:${passwordOf(service)}@127.0.0.1:${redis.port}`

/** Where the operator does. */
export const operatorUrl = (redis: RedisServer) => `redis://default:${OPERATOR}@127.0.0.1:${redis.port}`

/** A server that only its operator may enter. */
export async function startGuarded(...settings: string[]): Promise<RedisServer> {
  findProgram('redis-server')
  return await RedisServer.startWith({ 'users.acl': USERS, 'redis.conf': '' }, '--aclfile', 'users.acl', ...settings)
}

/** Works past the adapter. */
export async function withClient<T>(
  url: string,
  work: (send: (...command: string[]) => Promise<unknown>) => Promise<T>,
): Promise<T> {
  const client = createClient({ url, RESP: 2, disableClientInfo: true })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await work((...command) => client.sendCommand(command))
  } finally {
    client.destroy()
  }
}

/** What the server says to a command. */
export const answerTo = (url: string, ...command: string[]): Promise<string> =>
  withClient(url, send => send(...command).then(String, (error: Error) => error.message))

/** A server with a registry for cart, shop and inventory. */
export async function prepareRedis(): Promise<EngineUnderTest & { readonly redis: RedisServer }> {
  const redis = await startGuarded(...LASTING)
  const url = operatorUrl(redis)
  await setupRedis({ services: SERVICES, url }).apply?.(passwordsOf(SERVICES))
  const answer = await answerTo(url, 'INFO', 'server')
  const server: EngineServer = {
    version: /redis_version:(\S+)/.exec(answer)?.[1] ?? '',
    kill: () => redis.kill(),
    start: () => redis.run(),
    pause: () => redis.pause(),
    resume: () => redis.resume(),
    remove: () => redis.stop(),
  }
  return {
    redis,
    server,
    connect: () => new RedisRegistry({ url }),
    connectAs: service => new RedisRegistry({ url: urlOf(redis, service) }),
    plant: async (service, name, text) => void (await answerTo(url, 'SET', `countersign/${service}/${name}`, text)),
    trespass: (service, victim) =>
      answerTo(urlOf(redis, service), 'SET', `countersign/${victim}/${'A'.repeat(43)}`, 'theirs'),
    clear: async () => void (await answerTo(url, 'FLUSHALL')),
    secondsLeft: async (service, name) => {
      const seconds = Number(await answerTo(url, 'TTL', `countersign/${service}/${name}`))
      return seconds === -1 ? Number.POSITIVE_INFINITY : seconds
    },
  }
}
