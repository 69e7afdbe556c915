import { createHash } from 'node:crypto'
import { REGISTRY_TIMEOUT_SECONDS } from '../../limits/keys.js'
import type { RegistrySetup } from '../registry-setup.js'
import { checkPasswords, checkServices } from '../service-accounts.js'
import { keysNode, serviceNode, tombstonesNode } from './layout.js'
import { ZooKeeperConnection } from './zookeeper-connection.js'
import { isRefusal } from './zookeeper-error.js'
import { createNode, EVERYTHING, type Grant, PERMISSION, setGrants, WORLD_READS } from './zookeeper-nodes.js'
import { checkZooKeeperOptions, type ZooKeeperOptions } from './zookeeper-options.js'

/** Which services there are, and how the operator connects. Without `servers` and `user` there are statements only. */
export interface ZooKeeperSetupOptions extends Partial<ZooKeeperOptions> {
  readonly services: readonly string[]
}

/** A node, and who may do what there beside the operator, who may do everything, and everybody, who may read. */
interface PlannedNode {
  readonly path: string
  readonly grants: readonly Grant[]
  /** One above the prefix may be somebody else's: it is made if it is missing, and left as it is otherwise. */
  readonly isAbove?: true
}

const NO_SERVER = ['127.0.0.1']
const OPERATOR: Grant = { permissions: EVERYTHING, scheme: 'auth', id: '' }
const KEYS = PERMISSION.read | PERMISSION.write | PERMISSION.create | PERMISSION.delete
const TOMBSTONES = PERMISSION.read | PERMISSION.write | PERMISSION.create
const LETTERS: readonly (readonly [number, string])[] = [
  [PERMISSION.create, 'c'],
  [PERMISSION.delete, 'd'],
  [PERMISSION.read, 'r'],
  [PERMISSION.write, 'w'],
  [PERMISSION.admin, 'a'],
]

/**
 * Nodes for some services, with grants: everybody reads; a service creates and deletes below its `keys` and creates below its `revoked`, where it
 * cannot delete, so that it cannot take a tombstone back; the operator may do everything. Applied again with one service more, it adds that one.
 */
export function setupZooKeeper(options: ZooKeeperSetupOptions): RegistrySetup {
  const { services, ...connection } = options
  const target = checkZooKeeperOptions('setupZooKeeper', { ...connection, servers: connection.servers ?? NO_SERVER })
  checkServices('setupZooKeeper', services)
  const statements = statementsOf(target.prefix, services)
  const [address] = target.addresses
  if (connection.servers === undefined || address?.credentials === undefined) return { statements }
  return {
    statements,
    apply: async passwords => {
      checkPasswords('setupZooKeeper', services, passwords)
      const session = await ZooKeeperConnection.open(address, REGISTRY_TIMEOUT_SECONDS, () => undefined)
      try {
        for (const node of plan(target.prefix, services, service => digestOf(service, passwords[service] ?? ''))) {
          await make(session, node)
        }
      } finally {
        await session.close()
      }
    },
  }
}

/** Parents first. */
function plan(
  prefix: string,
  services: readonly string[],
  digestFor: (service: string) => string,
): readonly PlannedNode[] {
  const names = prefix.split('/').slice(1)
  const parents = names.slice(1).map((_, at) => {
    return { path: `/${names.slice(0, at + 1).join('/')}`, grants: [], isAbove: true } as const
  })
  const folders = services.flatMap(service => {
    const grant = (permissions: number): Grant => ({ permissions, scheme: 'digest', id: digestFor(service) })
    return [
      { path: serviceNode(prefix, service), grants: [] },
      { path: keysNode(prefix, service), grants: [grant(KEYS)] },
      { path: tombstonesNode(prefix, service), grants: [grant(TOMBSTONES)] },
    ]
  })
  return [...parents, { path: prefix, grants: [] }, ...folders]
}

async function make(session: ZooKeeperConnection, { path, grants, isAbove }: PlannedNode): Promise<void> {
  const all = [OPERATOR, ...grants, WORLD_READS]
  try {
    await createNode(session, path, all)
  } catch (error) {
    if (!isRefusal(error, 'NODE_EXISTS')) throw error
    if (isAbove === undefined) await setGrants(session, path, all)
  }
}

/** As an operator types them into `zkCli.sh`. */
function statementsOf(prefix: string, services: readonly string[]): string {
  const lines = plan(prefix, services, service => `<digest of ${service}>`).flatMap(({ path, grants, isAbove }) => {
    if (isAbove !== undefined) return [`create ${path}`]
    const others = [...grants, WORLD_READS].map(
      ({ scheme, id, permissions }) => `${scheme}:${id}:${lettersOf(permissions)}`,
    )
    return [`create ${path}`, `setAcl ${path} ${[`auth::${lettersOf(EVERYTHING)}`, ...others].join(',')}`]
  })
  const hints = services.map(service => {
    const command = `printf '%s' '${service}:<password of ${service}>' | openssl dgst -sha1 -binary | base64`
    return `# <digest of ${service}> is ${service}:"$(${command})"`
  })
  return [...hints, 'addauth digest operator:<password of operator>', ...lines, ''].join('\n')
}

function lettersOf(permissions: number): string {
  return LETTERS.filter(([bit]) => (permissions & bit) !== 0)
    .map(([, letter]) => letter)
    .join('')
}

/** What ZooKeeper's digest scheme stores of a user. */
function digestOf(user: string, password: string): string {
  return `${user}:${createHash('sha1').update(`${user}:${password}`).digest('base64')}`
}
