// A thread that verifies what stands in a ring, for as long as it is left alone. It begins with a message, and sends one whenever
// somebody must be told of a verdict.
import { createPublicKey, type KeyObject } from 'node:crypto'
import { parentPort, workerData } from 'node:worker_threads'
import { LRUCache } from 'lru-cache'
import { KEYS_PER_THREAD } from '../limits/chains.js'
import { verifyBytes } from './signature.js'
import { type SignedBytes, VerificationRing } from './verification-ring.js'

const ring = new VerificationRing(workerData)
const keys = new LRUCache<string, KeyObject>({ max: KEYS_PER_THREAD })

/** A key is prepared once: that costs as much as many verifications. */
function prepare(publicKey: Buffer): KeyObject {
  const name = publicKey.toString('latin1')
  const known = keys.get(name)
  if (known !== undefined) return known
  const key = createPublicKey({ key: publicKey, format: 'der', type: 'spki' })
  keys.set(name, key)
  return key
}

/** An error is a signature that does not verify. */
function verifies({ algorithm, publicKey, signature, input }: SignedBytes): boolean {
  try {
    return verifyBytes({ algorithm, publicKey: prepare(publicKey) }, input, signature)
  } catch {
    return false
  }
}

parentPort?.postMessage('ready')
for (;;) {
  const place = ring.take()
  if (place === undefined) {
    ring.wait()
    continue
  }
  ring.answer(place, verifies(ring.read(place)))
  if (ring.mustTell()) parentPort?.postMessage('verdict')
}
