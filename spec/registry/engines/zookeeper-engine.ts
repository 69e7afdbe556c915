import { ACL, Id, Permission } from 'node-zookeeper-client'
import { isKid } from '../../../lib/registry/place.js'
import { ZooKeeperRegistry } from '../../../lib/registry/zookeeper/zookeeper-registry.js'
import { setupZooKeeper } from '../../../lib/registry/zookeeper/zookeeper-setup.js'
import type { Capabilities, EngineUnderTest } from './engine.js'
import { OtherClient } from './zookeeper-client.js'
import { ZooKeeperServer } from './zookeeper-server.js'

export const SERVICES = ['cart', 'shop', 'inventory']
export const PREFIX = '/countersign'
export const WORLD = new ACL(Permission.ALL, new Id('world', 'anyone'))

export const ZOOKEEPER: Capabilities = {
  publish: 'yes',
  revoke: 'yes',
  watch: 'listed again',
  forgets: 'reader',
  accessControl: 'engine',
  forbidden: /^Exception: NO_AUTH\[-102\]$/,
}

/** Passwords like operators', made up here. */
export const passwordOf = (user: string) => `the-password-of-${user}:long-enough`

/** A ZooKeeper that was set up by our setup, for three services. */
export class ZooKeeperEngine implements EngineUnderTest {
  readonly server: ZooKeeperServer

  private constructor(server: ZooKeeperServer) {
    this.server = server
  }

  static async begin(): Promise<ZooKeeperEngine> {
    const engine = new ZooKeeperEngine(await ZooKeeperServer.begin())
    await engine.setUp(SERVICES)
    return engine
  }

  async setUp(services: readonly string[]): Promise<void> {
    const { apply } = setupZooKeeper({ services, ...this.optionsFor('operator') })
    await apply?.(Object.fromEntries(services.map(service => [service, passwordOf(service)])))
  }

  optionsFor(user: string) {
    return { servers: [this.server.address], user, password: passwordOf(user) }
  }

  connect(): ZooKeeperRegistry {
    return this.connectAs('operator')
  }

  connectAs(service: string): ZooKeeperRegistry {
    return new ZooKeeperRegistry(this.optionsFor(service))
  }

  /** Another client than ours, past the adapter. */
  async as<T>(user: string, work: (client: OtherClient) => Promise<T>): Promise<T> {
    const client = await OtherClient.connect(this.server.address, user, passwordOf(user))
    try {
      return await work(client)
    } finally {
      client.close()
    }
  }

  async plant(service: string, name: string, text: string): Promise<void> {
    await this.as('operator', client => client.create(pathOf(service, name), text, [WORLD]))
  }

  trespass(service: string, victim: string): Promise<string> {
    const path = pathOf(victim, 'A'.repeat(43))
    return this.as(service, client => client.create(path, 'mine', [WORLD]).then(String, String))
  }

  async clear(): Promise<void> {
    await this.as('operator', async client => {
      for (const service of await client.children(PREFIX)) {
        for (const folder of [`${PREFIX}/${service}/keys`, `${PREFIX}/${service}/revoked`]) {
          const names = await client.children(folder)
          await Promise.all(names.map(name => client.remove(`${folder}/${name}`)))
          if (!SERVICES.includes(service)) await client.remove(folder)
        }
        if (!SERVICES.includes(service)) await client.remove(`${PREFIX}/${service}`)
      }
    })
  }
}

/** Where a registration, or for `<kid>.revoked` a tombstone, is kept. */
function pathOf(service: string, name: string): string {
  const kid = name.replace(/\.revoked$/, '')
  return name !== kid && isKid(kid) ? `${PREFIX}/${service}/revoked/${kid}` : `${PREFIX}/${service}/keys/${name}`
}
