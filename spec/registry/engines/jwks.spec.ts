import { describeEngine } from './engine-conformance.js'
import { JwksEngine } from './jwks-engine.js'

describeEngine(
  'JwksRegistry',
  { publish: 'refused', revoke: 'refused', watch: 'polled', forgets: 'reader', accessControl: 'origin' },
  () => JwksEngine.begin(),
)
