// A process of its own, since nothing else may fill its heap: bytes that a finder holds for each key, of those that it found and of
// those that nobody has registered, when each was named in a long header.
import { setImmediate } from 'node:timers/promises'
import type { Registration } from '../../lib/model/registration.js'
import { KeyFinder } from '../../lib/registry/key-finder.js'

const KEYS = 900
const CLAIMS = 'x'.repeat(6000)

/** Once what is left of the last round is gone. */
async function heapBytes(): Promise<number> {
  for (let round = 0; round < 3; round += 1) {
    await setImmediate()
    globalThis.gc?.()
  }
  return process.memoryUsage().heapUsed
}

async function bytesPerKey(registered: boolean): Promise<number> {
  const registry = {
    publish: async () => {},
    find: async () => (registered ? { registration: '', revoked: false } : undefined),
    list: async () => [],
    revoke: async () => {},
    watch: async () => ({ close: async () => {} }),
  }
  const verify = async (_: unknown, place: object) => ({ ...place, expiresAt: 1e9, notBefore: 0 }) as Registration
  const finder = new KeyFinder({ registry, verify } as unknown as ConstructorParameters<typeof KeyFinder>[0])
  const before = await heapBytes()
  for (let key = 0; key < KEYS; key += 1) {
    const header = Buffer.from(`${CLAIMS} service-of-somebody ${String(key).padStart(42, 'k')}A`).toString('latin1')
    const [, service = '', kid = ''] = header.split(' ')
    // A tenth of a second each: look-ups of unknown keys are bounded.
    await finder.find(service, kid, key / 10).catch(() => {})
  }
  const bytes = (await heapBytes()) - before
  await finder.close()
  return bytes / KEYS
}

// What is compiled meanwhile would count.
for (const registered of [true, false]) await bytesPerKey(registered)
process.stdout.write(JSON.stringify({ found: await bytesPerKey(true), unknown: await bytesPerKey(false) }))
