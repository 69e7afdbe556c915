import { EtcdRegistry, setupEtcd } from '../../../lib/registry/etcd/etcd-registry.js'
import type { EngineUnderTest } from './engine.js'
import { EtcdServer } from './etcd-server.js'

export const SERVICES = ['cart', 'shop', 'inventory']
export const OPERATOR = { username: 'root', password: 'the operator' }
const PREFIX = 'countersign/'

const base64 = (text: string) => Buffer.from(text).toString('base64')
export const passwordOf = (service: string) => `password-of-${service}`

/** A real etcd, with what its operator may do. */
export interface EtcdEngine extends EngineUnderTest {
  readonly server: EtcdServer
  /** Takes away what stands below `<prefix>/<service>/<name>`. */
  remove(service: string, name: string): Promise<void>
  countLeases(): Promise<number>
  /** Has it forget what was before. */
  compact(): Promise<void>
}

/** A real etcd, with authentication switched on. */
export async function startEtcdEngine(): Promise<EtcdEngine> {
  const server = await EtcdServer.startAlone()
  const endpoints = [server.endpoint]
  const passwords = Object.fromEntries(SERVICES.map(service => [service, passwordOf(service)]))
  await setupEtcd({ services: SERVICES, endpoints, ...OPERATOR }).apply?.(passwords)

  /** A question as somebody. His token is got anew: it vanishes with the server. */
  const askAs = async (name: string, password: string, path: string, content: object) => {
    const { token } = await server.ask('/v3/auth/authenticate', { name, password })
    return await server.ask(path, content, String(token))
  }
  const ask = (path: string, content: object) => askAs(OPERATOR.username, OPERATOR.password, path, content)

  return {
    server,
    connect: () => new EtcdRegistry({ endpoints, ...OPERATOR }),
    connectAs: service => new EtcdRegistry({ endpoints, username: service, password: passwordOf(service) }),
    plant: async (service, name, text) => {
      await ask('/v3/kv/put', { key: base64(`${PREFIX}${service}/${name}`), value: base64(text) })
    },
    trespass: async (service, victim) => {
      const put = { key: base64(`${PREFIX}${victim}/anything`), value: base64('x') }
      const { error } = await askAs(service, passwordOf(service), '/v3/kv/put', put)
      return String(error)
    },
    remove: async (service, name) => {
      await ask('/v3/kv/deleterange', { key: base64(`${PREFIX}${service}/${name}`) })
    },
    countLeases: async () => {
      const { leases = [] } = await ask('/v3/lease/leases', {})
      return (leases as readonly unknown[]).length
    },
    compact: async () => {
      const { header } = await ask('/v3/kv/range', { key: base64(PREFIX) })
      await ask('/v3/kv/compaction', { revision: (header as { revision: string }).revision, physical: true })
    },
    clear: async () => {
      await ask('/v3/kv/deleterange', { key: base64(PREFIX), range_end: base64(PREFIX.replace(/\/$/, '0')) })
    },
    secondsLeft: async (service, name) => {
      const { kvs } = await ask('/v3/kv/range', { key: base64(`${PREFIX}${service}/${name}`) })
      const [kv] = kvs as { lease?: string }[]
      if (kv?.lease === undefined) return Number.POSITIVE_INFINITY
      const { TTL: seconds } = await ask('/v3/lease/timetolive', { ID: kv.lease })
      return Number(seconds)
    },
  }
}
