// A process of its own that watches, publishes, and then has nothing to do: `watching-party.ts <postgres|redis> <url>`.
import { PostgresRegistry } from '../../../lib/registry/postgres/postgres-registry.js'
import { RedisRegistry } from '../../../lib/registry/redis/redis-registry.js'
import { makePublication } from '../signed-text.js'

const [engine, url = ''] = process.argv.slice(2)
const registry = engine === 'postgres' ? new PostgresRegistry({ url }) : new RedisRegistry({ url })
const publication = await makePublication('cart')
await registry.watch(() => undefined)
await registry.publish(publication)
process.stdout.write(`${(await registry.find('cart', publication.kid))?.kid === publication.kid}\n`)
