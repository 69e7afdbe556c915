import { describeEngine } from './engine-conformance.js'
import { NATS, NatsEngine } from './nats-engine.js'

describeEngine('NatsRegistry', NATS, () => NatsEngine.begin())
