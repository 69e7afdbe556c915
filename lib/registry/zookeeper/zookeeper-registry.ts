import { randomInt } from 'node:crypto'
import { REGISTRY_TIMEOUT_SECONDS } from '../../limits/keys.js'
import { REGISTRY_PRUNING_SECONDS } from '../../limits/registries.js'
import type { KeyRegistry, Publication, RegistryEntry, RegistryWatch } from '../../model/registry.js'
import { ArmedWatch } from '../armed-watch.js'
import { LastingConnection } from '../lasting-connection.js'
import type { ChangeListener } from '../listeners.js'
import { checkPlace, checkService } from '../place.js'
import { checkPublication } from '../publication.js'
import { FolderChanges } from './folder-changes.js'
import { keysNode, registrationNode } from './layout.js'
import { listEntries, listServices, readEntry } from './node-contents.js'
import { leaveTombstone, pruneKeys, putRegistration } from './publishing.js'
import { type ZooKeeperAddress, ZooKeeperConnection } from './zookeeper-connection.js'
import { statNode } from './zookeeper-nodes.js'
import { checkZooKeeperOptions, type ZooKeeperOptions, type ZooKeeperTarget } from './zookeeper-options.js'

export type { ZooKeeperOptions } from './zookeeper-options.js'
export { setupZooKeeper, type ZooKeeperSetupOptions } from './zookeeper-setup.js'

/**
 * A registry in a ZooKeeper ensemble, version 3.5 or later. `setupZooKeeper` makes the nodes, and grants that let a service write below its
 * own name only. Nodes are persistent: an ephemeral one would vanish with its session, although chains that the key signed are in flight.
 */
export class ZooKeeperRegistry implements KeyRegistry {
  readonly #target: ZooKeeperTarget
  readonly #connection: LastingConnection<ZooKeeperConnection>
  readonly #changes: FolderChanges
  readonly #watch: ArmedWatch<ZooKeeperConnection>
  /** When a service's old registrations were last looked for, by a clock that is never set. */
  readonly #prunedAt = new Map<string, number>()
  #turn = randomInt(1000)

  constructor(options: ZooKeeperOptions) {
    this.#target = checkZooKeeperOptions('ZooKeeperRegistry', options)
    this.#connection = new LastingConnection(() => this.#open())
    this.#changes = new FolderChanges(this.#target.prefix, change => this.#watch.tell(change))
    this.#watch = new ArmedWatch(this.#connection, connection => this.#changes.arm(connection))
  }

  async publish(publication: Publication): Promise<void> {
    checkPublication(publication)
    const connection = await this.#connection.get()
    await putRegistration(connection, this.#target.prefix, publication)
    await this.#prune(connection, publication).catch(() => undefined)
  }

  async find(service: string, kid: string): Promise<RegistryEntry | undefined> {
    checkPlace(service, kid)
    const { prefix } = this.#target
    const connection = await this.#connection.get()
    const entry = await readEntry(connection, prefix, { service, kid })
    // A prefix that is not there answers nothing; one without the node answers that there is none.
    if (entry === undefined && (await statNode(connection, prefix)) === undefined) throw new Error('no such prefix')
    return entry
  }

  async revoke(service: string, kid: string): Promise<void> {
    checkPlace(service, kid)
    const { prefix } = this.#target
    const connection = await this.#connection.get()
    await leaveTombstone(connection, prefix, { service, kid })
  }

  async list(service?: string): Promise<readonly RegistryEntry[]> {
    if (service !== undefined) checkService(service)
    const { prefix } = this.#target
    const connection = await this.#connection.get()
    const services = await listServices(connection, prefix)
    const entries: RegistryEntry[] = []
    for (const name of services) {
      if (service === undefined || service === name) entries.push(...(await listEntries(connection, prefix, name)))
    }
    return entries
  }

  watch(listener: ChangeListener): Promise<RegistryWatch> {
    return this.#watch.add(listener)
  }

  async close(): Promise<void> {
    this.#watch.close()
    await this.#connection.close()
  }

  /** The first server that answers. They take turns, so that not everybody asks the same one. */
  async #open(): Promise<ZooKeeperConnection> {
    const { addresses } = this.#target
    const failures: unknown[] = []
    for (let tried = 0; tried < addresses.length; tried++) {
      const address = addresses[(this.#turn + tried) % addresses.length]
      if (address === undefined) break
      try {
        const connection = await this.#openAt(address, REGISTRY_TIMEOUT_SECONDS / addresses.length)
        this.#turn += tried
        return connection
      } catch (error) {
        failures.push(error)
      }
    }
    throw failures[0]
  }

  #openAt(address: ZooKeeperAddress, seconds: number): Promise<ZooKeeperConnection> {
    return ZooKeeperConnection.open(address, seconds, (connection, path) => {
      if (this.#watch.isWanted) this.#changes.hear(connection, path)
    })
  }

  /** A failure is made up for by the next one. */
  async #prune(connection: ZooKeeperConnection, publication: Publication): Promise<void> {
    const { prefix } = this.#target
    const { service } = publication
    const now = performance.now()
    if (now - (this.#prunedAt.get(service) ?? Number.NEGATIVE_INFINITY) < REGISTRY_PRUNING_SECONDS * 1000) return
    this.#prunedAt.set(service, now)
    const published = await statNode(connection, registrationNode(prefix, publication))
    if (published !== undefined) await pruneKeys(connection, keysNode(prefix, service), published.createdAt)
  }
}
