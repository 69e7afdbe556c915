import { describeEngine } from './engine-conformance.js'
import { prepareRedis, REDIS } from './redis-engine.js'

describeEngine('RedisRegistry', REDIS, prepareRedis)
