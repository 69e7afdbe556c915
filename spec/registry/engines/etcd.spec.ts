import { describeEngine } from './engine-conformance.js'
import { startEtcdEngine } from './etcd-engine.js'

describeEngine(
  'EtcdRegistry',
  {
    publish: 'yes',
    revoke: 'yes',
    watch: 'resumed',
    forgets: 'engine',
    accessControl: 'engine',
    forbidden: /^etcdserver: permission denied$/,
  },
  startEtcdEngine,
)
