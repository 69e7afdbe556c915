import { ETCD_PAGE_KEYS, MAX_LISTED_KEYS_PER_SERVICE, MAX_LISTED_SERVICES } from '../../limits/registries.js'
import type { JsonObject } from '../../model/json.js'
import { type EtcdKeys, encode, endOf, type KeyValue, readKeyValues, revisionOf } from './etcd-keys.js'
import type { EtcdSession } from './etcd-session.js'
import { AnswerTooLarge } from './gateway-exchange.js'

/** Some of the keys below a folder. */
export interface KeyPage {
  readonly keyValues: readonly KeyValue[]
  /** Of the store, when the page was read. */
  readonly revision: bigint
}

/** What is read of a folder. */
export interface PageRequest {
  readonly keys: EtcdKeys
  readonly folder: string
  /** Without values these are empty. */
  readonly withValues: boolean
}

/**
 * The keys below a folder, in order, page after page. Of a service that has more than MAX_LISTED_KEYS_PER_SERVICE, and of
 * more than MAX_LISTED_SERVICES, the rest is left out; pages become smaller where values are large: who fills his own place harms nobody
 * else.
 */
export async function* readPages(
  session: EtcdSession,
  { keys, folder, withValues }: PageRequest,
): AsyncGenerator<KeyPage> {
  const counts = new Map<string, number>()
  const end = endOf(folder)
  let from = folder
  let limit = ETCD_PAGE_KEYS
  while (from < end) {
    const range = { key: encode(from), range_end: encode(end), limit, keys_only: !withValues }
    const answer = await session.ask('/v3/kv/range', range).catch(unlessTooLarge)
    if (answer === undefined) {
      if (limit === 1) throw new AnswerTooLarge('etcd: a single key is too large')
      limit = Math.ceil(limit / 4)
      continue
    }
    const keyValues = readKeyValues(answer)
    yield { keyValues, revision: revisionOf(answer) }
    const last = keyValues.at(-1)?.key
    if (answer.more !== true || last === undefined || last < from) return
    const owner = keys.folderOf(last)
    for (const { key } of keyValues) count(counts, keys.folderOf(key))
    if (counts.size > MAX_LISTED_SERVICES) return
    from = (counts.get(owner) ?? 0) >= MAX_LISTED_KEYS_PER_SERVICE ? endOf(owner) : `${last}\0`
  }
}

function count(counts: Map<string, number>, owner: string): void {
  counts.set(owner, (counts.get(owner) ?? 0) + 1)
}

function unlessTooLarge(error: unknown): JsonObject | undefined {
  if (error instanceof AnswerTooLarge) return undefined
  throw error
}
