import { MAX_REGISTRATION_CHARACTERS } from '../../limits/keys.js'
import { MAX_LISTED_KEYS_PER_SERVICE, MAX_NATS_PAGES } from '../../limits/registries.js'
import { type Place, pathOf } from '../place.js'
import { type NatsConnection, NatsRefusal } from './nats-connection.js'
import type { BucketSubjects } from './subjects.js'

const NO_MESSAGE = 10_037
const DELETION = /^KV-Operation: *(?:DEL|PURGE)\r?$/im

/** What a bucket holds of a place, by the subjects that it has. */
export interface Held {
  readonly place: Place
  isRegistered: boolean
  isRevoked: boolean
}

/** The text stored under a subject; undefined if there is none. */
export async function readText(
  connection: NatsConnection,
  subjects: BucketSubjects,
  subject: string,
): Promise<string | undefined> {
  const message = await readMessage(connection, subjects, subject)
  if (message === undefined || DELETION.test(decode(message.hdrs))) return undefined
  // A text that is too long is given out a little longer than is allowed: it does not verify.
  return decode(message.data).slice(0, MAX_REGISTRATION_CHARACTERS + 1)
}

/** Whether there is anything under a subject, of whatever kind: what a service makes of its tombstone afterwards does not matter. */
export async function exists(connection: NatsConnection, subjects: BucketSubjects, subject: string): Promise<boolean> {
  return (await readMessage(connection, subjects, subject)) !== undefined
}

/** What a bucket holds below a subject. */
export async function listHeld(
  connection: NatsConnection,
  subjects: BucketSubjects,
  filter: string,
): Promise<readonly Held[]> {
  const held = new Map<string, Held>()
  const counts = new Map<string, number>()
  for await (const subject of subjectsBelow(connection, subjects, filter)) {
    const spoken = subjects.speaksOf(subject)
    if (spoken === undefined) continue
    const { service, kid } = spoken.place
    const path = pathOf(service, kid)
    const known = held.get(path)
    const count = counts.get(service) ?? 0
    if (known === undefined && count >= MAX_LISTED_KEYS_PER_SERVICE) continue
    if (known === undefined) counts.set(service, count + 1)
    const entry = known ?? { place: spoken.place, isRegistered: false, isRevoked: false }
    if (spoken.isTombstone) entry.isRevoked = true
    else entry.isRegistered = true
    held.set(path, entry)
  }
  return [...held.values()]
}

/** The number of the last message that was stored. */
export async function lastSequence(connection: NatsConnection, { listing }: BucketSubjects): Promise<number> {
  const { state } = (await connection.ask(listing, '')) as { state?: { last_seq?: unknown } }
  return Number(state?.last_seq)
}

interface StoredMessage {
  readonly data: unknown
  readonly hdrs: unknown
}

async function readMessage(
  connection: NatsConnection,
  { reading }: BucketSubjects,
  subject: string,
): Promise<StoredMessage | undefined> {
  try {
    const { message } = (await connection.ask(reading, JSON.stringify({ last_by_subj: subject }))) as {
      message?: unknown
    }
    if (typeof message !== 'object' || message === null) throw new Error('nats answered no message')
    const { data, hdrs } = message as Partial<StoredMessage>
    return { data, hdrs }
  } catch (error) {
    if (error instanceof NatsRefusal && error.errorCode === NO_MESSAGE) return undefined
    throw error
  }
}

/** The server gives the names in pages. */
async function* subjectsBelow(
  connection: NatsConnection,
  { listing }: BucketSubjects,
  filter: string,
): AsyncGenerator<string> {
  let offset = 0
  for (let page = 0; page < MAX_NATS_PAGES; page++) {
    const answer = await connection.ask(listing, JSON.stringify({ subjects_filter: filter, offset }))
    const { total, state } = answer as { total?: unknown; state?: { subjects?: object } }
    const names = Object.keys(state?.subjects ?? {})
    yield* names
    offset += names.length
    if (names.length === 0 || offset >= Number(total)) return
  }
}

function decode(base64: unknown): string {
  return typeof base64 === 'string' ? Buffer.from(base64, 'base64').toString('utf8') : ''
}
