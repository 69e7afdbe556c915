import { createClient } from 'redis'
import { RedisReplayStore, type RedisReplayStoreOptions } from '../../lib/replay/redis-replay-store.js'
import type { ReplayEntry } from '../../lib/replay/replay-store.js'
import type { RedisServer } from './redis-server.js'

/** By how much clocks may differ, where a spec does not say otherwise. */
export const SKEW = 5

/** The machine's clock, which is that of Redis too. */
export const present = (): number => Date.now() / 1000

let count = 0

/**
 * A presentation of its own, as far ahead of the clock as it may be: a store of any age takes it. Remembered for 70 seconds.
 */
export function entry(members: Partial<ReplayEntry> = {}): ReplayEntry {
  const { issuedAt = present() + SKEW } = members
  count += 1
  return { caller: 'shop', kid: 'kid-1', jti: `jti-${count}`, issuedAt, until: issuedAt + 70, ...members }
}

type Client = ReturnType<typeof makeClient>

function makeClient(url: string, account: { username?: string; password?: string }) {
  const socket = { reconnectStrategy: 20 }
  const client = createClient({ url, disableOfflineQueue: true, socket, ...account })
  client.on('error', () => {})
  return client
}

/** Clients and stores of one or several Redis servers, all ended in the end. */
export class RedisParty {
  readonly #clients: Client[] = []

  async connect(redis: RedisServer, account: { username?: string; password?: string } = {}): Promise<Client> {
    const client = makeClient(redis.url, account)
    this.#clients.push(client)
    await client.connect()
    return client
  }

  /** One that is prepared: born before whatever a spec does next. */
  async makeStore(redis: RedisServer, options: Partial<RedisReplayStoreOptions> = {}): Promise<RedisReplayStore> {
    const store = new RedisReplayStore({ client: await this.connect(redis), timeoutSeconds: 1, ...options })
    await store.prepare()
    return store
  }

  /** Until every client has its connection again. */
  async reconnect(): Promise<void> {
    while (!this.#clients.every(client => client.isReady)) await new Promise(resolve => setTimeout(resolve, 10))
  }

  stop(): void {
    for (const client of this.#clients) client.destroy()
  }
}
