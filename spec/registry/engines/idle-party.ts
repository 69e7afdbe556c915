// A process of its own that watches, looks something up, and then has nothing to do: `idle-party.ts <engine> <its options as JSON>`.
import type { KeyRegistry } from '../../../lib/model/registry.js'
import { JwksRegistry } from '../../../lib/registry/jwks/jwks-registry.js'
import { NatsRegistry } from '../../../lib/registry/nats/nats-registry.js'
import { ZooKeeperRegistry } from '../../../lib/registry/zookeeper/zookeeper-registry.js'

const [engine, json = ''] = process.argv.slice(2)
const options = JSON.parse(json)

function connect(): KeyRegistry {
  if (engine === 'zookeeper') return new ZooKeeperRegistry(options)
  return engine === 'nats' ? new NatsRegistry(options) : new JwksRegistry(options)
}

const registry = connect()
await registry.watch(() => undefined)
process.stdout.write(`${(await registry.list()).length}\n`)
