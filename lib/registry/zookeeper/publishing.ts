import { KeyRevoked } from '../../errors.js'
import { LISTED_AT_A_TIME, MAX_PUBLICATION_ATTEMPTS, MAX_REGISTRATION_FILE_SECONDS } from '../../limits/registries.js'
import type { Publication } from '../../model/registry.js'
import type { Place } from '../place.js'
import { keysNode, registrationNode, serviceNode, tombstoneNode, tombstonesNode } from './layout.js'
import { listKids } from './node-contents.js'
import type { ZooKeeperConnection } from './zookeeper-connection.js'
import { isRefusal } from './zookeeper-error.js'
import {
  checkStep,
  createNode,
  createStep,
  deleteNode,
  deleteStep,
  EVERYTHING,
  type Grant,
  readNode,
  setStep,
  statNode,
  transact,
  WORLD_READS,
} from './zookeeper-nodes.js'

const CREATOR: Grant = { permissions: EVERYTHING, scheme: 'auth', id: '' }

/** Makes the folders of a service that has none: for an operator. Services may not, and theirs are made by the setup. */
async function makeFolders(connection: ZooKeeperConnection, prefix: string, service: string): Promise<void> {
  if ((await statNode(connection, prefix)) === undefined) throw new Error('zookeeper does not have the prefix')
  // The one that is looked for is made last: where it is, all are.
  for (const path of [serviceNode(prefix, service), keysNode(prefix, service), tombstonesNode(prefix, service)]) {
    await createNode(connection, path, [CREATOR, WORLD_READS]).catch(unlessRefused('NODE_EXISTS'))
  }
}

/**
 * Puts a registration in its place, over an earlier one. Refused with ERR_KEY_REVOKED if there is a tombstone, also one that comes while this
 * is under way. Others publish and revoke at the same time: then it is tried again.
 */
export async function putRegistration(
  connection: ZooKeeperConnection,
  prefix: string,
  publication: Publication,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await tryToPut(connection, prefix, publication)
    } catch (error) {
      const isOvertaken = isRefusal(error, 'BAD_VERSION', 'NODE_EXISTS', 'NO_NODE')
      if (!isOvertaken || attempt === MAX_PUBLICATION_ATTEMPTS) throw error
    }
  }
}

/**
 * One step writes, and proves that no tombstone came meanwhile. The node is replaced, not set: then it is the folder's grants that decide,
 * whoever wrote it before.
 */
async function tryToPut(connection: ZooKeeperConnection, prefix: string, publication: Publication): Promise<void> {
  const { service, kid, registration } = publication
  const [path, tombstones] = [registrationNode(prefix, publication), tombstonesNode(prefix, service)]
  // The order of these answers is the order of the questions: a tombstone that is not seen makes the version a later one.
  const [folder, tombstone, earlier] = await Promise.all([
    readNode(connection, tombstones),
    statNode(connection, tombstoneNode(prefix, publication)),
    statNode(connection, path),
  ])
  if (tombstone !== undefined) throw new KeyRevoked(`the key \`${kid}\` of \`${service}\` was revoked`)
  if (folder === undefined) await makeFolders(connection, prefix, service)
  await transact(connection, [
    checkStep(tombstones, folder?.version ?? 0),
    ...(earlier === undefined ? [] : [deleteStep(path)]),
    createStep(path, registration, [WORLD_READS]),
    setStep(keysNode(prefix, service), kid),
  ])
}

/** Leaves a tombstone, and a trace for publications under way. One that is there already stays. */
export async function leaveTombstone(connection: ZooKeeperConnection, prefix: string, place: Place): Promise<void> {
  const steps = [
    createStep(tombstoneNode(prefix, place), '', [WORLD_READS]),
    setStep(tombstonesNode(prefix, place.service), place.kid),
  ]
  try {
    await transact(connection, steps)
  } catch (error) {
    if (isRefusal(error, 'NODE_EXISTS')) return
    if (!isRefusal(error, 'NO_NODE')) throw error
    await makeFolders(connection, prefix, place.service)
    await transact(connection, steps).catch(unlessRefused('NODE_EXISTS'))
  }
}

/** Removes what was published longer ago than a registration lives, by the server's own clock. Tombstones stay. */
export async function pruneKeys(
  connection: ZooKeeperConnection,
  folder: string,
  nowMilliseconds: number,
): Promise<void> {
  const oldest = nowMilliseconds - MAX_REGISTRATION_FILE_SECONDS * 1000
  const kids = [...(await listKids(connection, folder))]
  while (kids.length > 0) {
    await Promise.all(
      kids.splice(0, LISTED_AT_A_TIME).map(kid => removeIfOlder(connection, `${folder}/${kid}`, oldest)),
    )
  }
}

async function removeIfOlder(connection: ZooKeeperConnection, path: string, oldest: number): Promise<void> {
  const stat = await statNode(connection, path)
  if (stat !== undefined && stat.createdAt < oldest) {
    await deleteNode(connection, path).catch(unlessRefused('NO_NODE', 'NOT_EMPTY'))
  }
}

function unlessRefused(...names: readonly string[]): (error: unknown) => void {
  return error => {
    if (!isRefusal(error, ...names)) throw error
  }
}
