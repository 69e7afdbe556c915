import {
  MAX_REGISTRY_REST_MILLISECONDS,
  REGISTRY_LOOK_SHARE,
  REGISTRY_SETTLE_MILLISECONDS,
} from '../../limits/registries.js'
import type { ChangeListener } from '../listeners.js'
import { isKid } from '../place.js'
import { keysNode, tombstonesNode } from './layout.js'
import { listKids, listServices } from './node-contents.js'
import type { ZooKeeperConnection } from './zookeeper-connection.js'
import { readNode } from './zookeeper-nodes.js'

/** What a look at a service found. */
interface Look {
  readonly registered: ReadonlySet<string>
  readonly revoked: ReadonlySet<string>
  /** How often the folder of registrations was set, and for which key last. */
  readonly version: number
  readonly latest: string
}

/** What a connection heard of, and was not looked at. */
interface Due {
  readonly connection: ZooKeeperConnection
  readonly paths: Set<string>
}

const WATCHED = { isWatched: true }
// One byte more than a kid has: what is longer is none.
const MAX_KID_BYTES = 44
const NOTHING: Look = { registered: new Set(), revoked: new Set(), version: 0, latest: '' }

/**
 * Tells what changes below a prefix. ZooKeeper says once that something changed, not what: so each look asks to hear of the next change, and
 * tells what differs from the look before. It outlives connections: whatever changed between two of them differs too.
 */
export class FolderChanges {
  readonly #prefix: string
  readonly #tell: ChangeListener
  readonly #services = new Map<string, Look>()
  #due: Due | undefined
  #restMilliseconds = REGISTRY_SETTLE_MILLISECONDS
  #isFirst = true

  constructor(prefix: string, tell: ChangeListener) {
    this.#prefix = prefix
    this.#tell = tell
  }

  /** Looks at everything, through a connection that is to hear of changes from then on. */
  async arm(connection: ZooKeeperConnection): Promise<void> {
    await this.#lookAtAll(connection)
    this.#isFirst = false
  }

  /** Looks at what a connection heard of, a moment later. One that cannot be asked is given up, so that the next one looks at everything. */
  hear(connection: ZooKeeperConnection, path: string): void {
    if (this.#due?.connection !== connection) {
      const due = { connection, paths: new Set<string>() }
      this.#due = due
      setTimeout(() => this.#lookAtDue(due), this.#restMilliseconds).unref()
    }
    this.#due.paths.add(path)
  }

  async #lookAtDue(due: Due): Promise<void> {
    const { connection, paths } = due
    if (this.#due === due) this.#due = undefined
    const begunAt = performance.now()
    try {
      if (paths.has(this.#prefix)) await this.#lookAtAll(connection)
      else
        for (const service of new Set([...paths].map(path => this.#serviceOf(path))))
          await this.#lookAt(connection, service)
    } catch {
      await connection.close()
    }
    this.#restMilliseconds = restAfter(performance.now() - begunAt)
  }

  async #lookAtAll(connection: ZooKeeperConnection): Promise<void> {
    const services = new Set(await listServices(connection, this.#prefix, WATCHED))
    for (const service of new Set([...services, ...this.#services.keys()])) {
      await this.#lookAt(connection, service)
      if (!services.has(service)) this.#services.delete(service)
    }
  }

  async #lookAt(connection: ZooKeeperConnection, service: string): Promise<void> {
    const keys = keysNode(this.#prefix, service)
    const [registered, node, revoked] = await Promise.all([
      listKids(connection, keys, WATCHED),
      readNode(connection, keys, WATCHED),
      listKids(connection, tombstonesNode(this.#prefix, service), WATCHED),
    ])
    const after = {
      registered,
      revoked,
      version: node?.version ?? 0,
      latest: node?.data.toString('latin1', 0, MAX_KID_BYTES) ?? '',
    }
    const before = this.#services.get(service) ?? NOTHING
    this.#services.set(service, after)
    if (!this.#isFirst) for (const kid of changedKids(before, after)) this.#tell({ service, kid })
  }

  #serviceOf(path: string): string {
    return path.slice(this.#prefix.length + 1).split('/')[0] ?? ''
  }
}

/** A folder that is full takes long to look at: its service, however much it writes, does not keep us looking. */
function restAfter(milliseconds: number): number {
  return Math.min(
    Math.max(REGISTRY_SETTLE_MILLISECONDS, milliseconds / REGISTRY_LOOK_SHARE),
    MAX_REGISTRY_REST_MILLISECONDS,
  )
}

/** Keys that came and went; and which were replaced: the latest alone, or perhaps any of them if more than one publication was missed. */
function changedKids(before: Look, after: Look): ReadonlySet<string> {
  const changed = new Set([
    ...difference(before.registered, after.registered),
    ...difference(before.revoked, after.revoked),
  ])
  if (after.version === before.version) return changed
  if (after.version === before.version + 1 && isKid(after.latest)) return changed.add(after.latest)
  return new Set([...changed, ...after.registered])
}

function difference(before: ReadonlySet<string>, after: ReadonlySet<string>): readonly string[] {
  return [...before, ...after].filter(kid => before.has(kid) !== after.has(kid))
}
