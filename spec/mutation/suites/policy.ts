import { loadFolder } from './in-order.js'

await loadFolder('policy', [
  'policy-cases',
  'policy-docs',
  'decision',
  'parse-policy',
  'value-matcher',
  'initial-token-matcher',
  'token-matcher',
  'collection-matcher',
  'come-from',
  'rule-list',
  'evaluate-hostile',
  'example-policies',
  'policy-schema',
])
