import { describeEngine } from './engine-conformance.js'
import { ZOOKEEPER, ZooKeeperEngine } from './zookeeper-engine.js'

describeEngine('ZooKeeperRegistry', ZOOKEEPER, () => ZooKeeperEngine.begin())
