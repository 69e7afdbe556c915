import { MAX_REGISTRATION_CHARACTERS } from '../../limits/keys.js'
import { LISTED_AT_A_TIME, MAX_LISTED_KEYS_PER_SERVICE, MAX_LISTED_SERVICES } from '../../limits/registries.js'
import { isServiceName } from '../../model/names.js'
import type { RegistryEntry } from '../../model/registry.js'
import { isKid, type Place } from '../place.js'
import { keysNode, registrationNode, tombstoneNode, tombstonesNode } from './layout.js'
import type { ZooKeeperConnection } from './zookeeper-connection.js'
import { AnswerTooLong, isRefusal } from './zookeeper-error.js'
import { listChildren, type NodeText, readNode, statNode } from './zookeeper-nodes.js'

/** The services below the prefix. A prefix that is not there answers nothing. */
export async function listServices(
  connection: ZooKeeperConnection,
  prefix: string,
  watch: { readonly isWatched: boolean } = { isWatched: false },
): Promise<readonly string[]> {
  const names = await listChildren(connection, prefix, watch)
  if (names === undefined) throw new Error('zookeeper does not have the prefix: was the registry set up?')
  return names.filter(isServiceName).sort().slice(0, MAX_LISTED_SERVICES)
}

/** The kids in a folder of a service; none if there is no such folder, or if its service filled it so that no answer could hold them. */
export async function listKids(
  connection: ZooKeeperConnection,
  folder: string,
  watch: { readonly isWatched: boolean } = { isWatched: false },
): Promise<ReadonlySet<string>> {
  const names = (await listChildren(connection, folder, watch).catch(unlessTooLong)) ?? []
  return new Set(names.filter(isKid).slice(0, MAX_LISTED_KEYS_PER_SERVICE))
}

/** What is stored at a place; undefined if there is nothing. */
export async function readEntry(
  connection: ZooKeeperConnection,
  prefix: string,
  place: Place,
): Promise<RegistryEntry | undefined> {
  // Answers come in the order of the questions: no tombstone is missed that was there when the registration was read.
  const [node, tombstone] = await Promise.all([
    readNode(connection, registrationNode(prefix, place)),
    statNode(connection, tombstoneNode(prefix, place)),
  ])
  const { service, kid } = place
  const revoked = tombstone !== undefined
  if (node !== undefined) return Object.freeze({ service, kid, registration: textOf(node), revoked })
  return revoked ? Object.freeze({ service, kid, revoked }) : undefined
}

/** Everything of a service. What it keeps from others by grants of its own is left out. */
export async function listEntries(
  connection: ZooKeeperConnection,
  prefix: string,
  service: string,
): Promise<readonly RegistryEntry[]> {
  const registered = await listKids(connection, keysNode(prefix, service))
  const revoked = await listKids(connection, tombstonesNode(prefix, service))
  const kids = [...new Set([...registered, ...revoked])].sort()
  const entries: RegistryEntry[] = []
  while (kids.length > 0) {
    const reads = kids
      .splice(0, LISTED_AT_A_TIME)
      .map(kid => readEntry(connection, prefix, { service, kid }).catch(unreadable))
    entries.push(...(await Promise.all(reads)).filter(entry => entry !== undefined))
  }
  return entries
}

function unreadable(error: unknown): undefined {
  if (isRefusal(error, 'NO_AUTH')) return undefined
  throw error
}

function unlessTooLong(error: unknown): undefined {
  if (!(error instanceof AnswerTooLong)) throw error
}

/** A text that is too long is given out a little longer than is allowed: it does not verify. */
function textOf({ data }: NodeText): string {
  return data.toString('utf8').slice(0, MAX_REGISTRATION_CHARACTERS + 1)
}
