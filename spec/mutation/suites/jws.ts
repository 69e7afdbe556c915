import { loadFolder, loadSpec } from './in-order.js'

await loadFolder('jws', [
  'protected-header',
  'signature',
  'public-key',
  'signing-key',
  'compact',
  'base64url',
  'ed25519-point',
  'public-signatures',
  'public-vectors',
  'verification-pool',
  'strict-json',
])
await loadSpec('vectors')
await loadFolder('registry/pki', ['brought-certificates'])
