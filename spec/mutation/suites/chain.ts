import { loadFolder, loadSpec } from './in-order.js'

await loadFolder('chain', [
  'seal',
  'wrap',
  'lifetime',
  'request-binding',
  'custody',
  'time',
  'signature',
  'claims-along-chain',
  'full-chain',
  'judgement',
  'verified-call',
  'edge',
  'signature-checks',
  'once',
  'verified-chains',
])
await loadSpec('vectors')
