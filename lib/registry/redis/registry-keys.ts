import { MAX_REGISTRATION_CHARACTERS } from '../../limits/keys.js'
import { LISTED_AT_A_TIME, MAX_LISTED_KEYS_PER_SERVICE, MAX_PUBLICATION_ATTEMPTS } from '../../limits/registries.js'
import type { Publication, RegistryEntry } from '../../model/registry.js'
import { type Place, pathOf } from '../place.js'
import { secondsToKeep } from '../retention.js'
import { readKey, registrationKey, tombstoneKey } from './layout.js'
import type { Client, RedisConnection } from './redis-connection.js'

const SCANNED_AT_A_TIME = 1000

/**
 * Writes a registration over an earlier one, unless there is a tombstone: then nothing, and the answer is no. A tombstone that comes after
 * we looked makes the server drop the transaction, and we look again.
 */
export async function putRegistration(
  connection: RedisConnection,
  prefix: string,
  publication: Publication,
): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await connection.askInTurn(client => tryToPut(client, prefix, publication))
    } catch (error) {
      if (!connection.isOvertaken(error) || attempt === MAX_PUBLICATION_ATTEMPTS) throw error
    }
  }
}

async function tryToPut(client: Client, prefix: string, publication: Publication): Promise<boolean> {
  const tombstone = tombstoneKey(prefix, publication)
  const [, tombstones] = await Promise.all([client.watch(tombstone), client.exists(tombstone)])
  if (tombstones !== 0) {
    await client.unwatch()
    return false
  }
  const expiration = { type: 'EX', value: secondsToKeep(publication.expiresAt) } as const
  await client.multi().set(registrationKey(prefix, publication), publication.registration, { expiration }).exec()
  return true
}

/** Leaves a tombstone, for good: it has no expiry, and the command can neither replace nor expire one. */
export async function leaveTombstone(client: Client, prefix: string, place: Place): Promise<void> {
  await client.setNX(tombstoneKey(prefix, place), '')
}

/** What is stored at a place. The server answers in the order of the questions: no tombstone is missed that was there when the text was read. */
export async function readEntry(client: Client, prefix: string, place: Place): Promise<RegistryEntry | undefined> {
  const [registration, tombstones] = await Promise.all([
    // One character more than is allowed: what was cut does not verify.
    client.getRange(registrationKey(prefix, place), 0, MAX_REGISTRATION_CHARACTERS),
    client.exists(tombstoneKey(prefix, place)),
  ])
  const { service, kid } = place
  const revoked = tombstones !== 0
  if (registration !== null && registration !== '') return Object.freeze({ service, kid, registration, revoked })
  return revoked ? Object.freeze({ service, kid, revoked }) : undefined
}

/** A place of which there is anything. */
export interface ListedPlace extends Place {
  readonly revoked: boolean
}

/** The places of which there is anything, by path: so many keys of each service that who fills his own place harms nobody else. */
export async function listPlaces(
  connection: RedisConnection,
  prefix: string,
  service?: string,
): Promise<ReadonlyMap<string, ListedPlace>> {
  const match = `${prefix}${service === undefined ? '' : `${service}/`}*`
  const places = new Map<string, ListedPlace>()
  const counts = new Map<string, number>()
  let cursor = '0'
  do {
    const reply = await connection.ask(client => client.scan(cursor, { MATCH: match, COUNT: SCANNED_AT_A_TIME }))
    for (const key of reply.keys) {
      const name = readKey(prefix, key)
      if (name === undefined) continue
      const path = pathOf(name.service, name.kid)
      const known = places.get(path)
      const count = (counts.get(name.service) ?? 0) + (known === undefined ? 1 : 0)
      if (count > MAX_LISTED_KEYS_PER_SERVICE) continue
      counts.set(name.service, count)
      places.set(path, { service: name.service, kid: name.kid, revoked: name.isTombstone || known?.revoked === true })
    }
    cursor = reply.cursor
  } while (cursor !== '0')
  return places
}

/** Everything that is stored at some places. */
export async function readEntries(
  connection: RedisConnection,
  prefix: string,
  places: Iterable<Place>,
): Promise<readonly RegistryEntry[]> {
  const waiting = [...places]
  const entries: RegistryEntry[] = []
  while (waiting.length > 0) {
    const some = waiting.splice(0, LISTED_AT_A_TIME)
    const found = await connection.ask(client => Promise.all(some.map(place => readEntry(client, prefix, place))))
    entries.push(...found.filter(entry => entry !== undefined))
  }
  return entries
}
