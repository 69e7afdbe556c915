import { createClient } from 'redis'
import { FileRegistry, Service } from '../../lib/index.js'
import { RedisReplayStore } from '../../lib/replay/redis-replay-store.js'
import { openPolicy } from '../http/service-party.js'
import { refusalOf } from '../jws/refusal.js'

// A process of its own: one instance of `cart`. It unwraps what its parent sends, and sends back what came of each.

const AT_A_TIME = 50
const [directory = '', url = ''] = process.argv.slice(2)

const client = createClient({ url, disableOfflineQueue: true })
client.on('error', () => {})
await client.connect()
const replay = new RedisReplayStore({ client, timeoutSeconds: 20 })
await replay.prepare()
const cart = await Service.start({
  name: 'cart',
  registry: new FileRegistry(directory),
  policy: openPolicy,
  limits: { presentationSeconds: 300 },
  replay,
  log: () => {},
})

process.on('message', async (presentations: string[]) => {
  const outcomes: string[] = []
  const queue = presentations.entries()
  const work = async () => {
    for (const [index, presentation] of queue) {
      outcomes[index] = await refusalOf(() => cart.unwrap(presentation, { operation: 'read' }))
    }
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, work))
  process.send?.(outcomes, () => process.exit())
})
process.send?.('ready')
