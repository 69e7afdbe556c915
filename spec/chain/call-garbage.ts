// A process of its own, since nothing else may fill its heap: calls that are accepted and forgotten, and how many bytes of each
// are left among the old objects, which only a full collection looks through.
import { getHeapSpaceStatistics } from 'node:v8'
import { MemoryRegistry, parsePolicy, Service } from '../../lib/index.js'

const CALLS = 6000
const CALLS_A_TURN = 8
const policy = parsePolicy(
  'for-each-of-the-following:\n- enforce-the-first-matching-rule: [{ any-token: true, must: { have-at-most: { apps: 9 } } }]',
)
const registry = new MemoryRegistry()
const [shop, cart] = await Promise.all(
  ['shop', 'cart'].map(name => Service.start({ name, registry, policy, edges: ['shop'] })),
)
if (shop === undefined || cart === undefined) throw new Error('two services')

/** As texts come out of a socket: each a new one. */
const made: Buffer[] = []
while (made.length < 2 * CALLS) {
  const userClaims = { sub: 'jo', note: 'x'.repeat(1500) }
  made.push(Buffer.from(await shop.wrap({ audience: 'cart', operation: 'read', userClaims })))
}

/** A few at a time, as an event loop hands them out: what is done in one turn of it all survives a collection in that turn. */
async function receive(presentations: readonly Buffer[]): Promise<void> {
  for (const [index, bytes] of presentations.entries()) {
    if (index % CALLS_A_TURN === 0) await new Promise(setImmediate)
    await cart?.unwrap(bytes.toString('latin1'), { operation: 'read' })
  }
}

function oldBytes(): number {
  return getHeapSpaceStatistics().find(({ space_name: name }) => name === 'old_space')?.space_used_size ?? Number.NaN
}

await receive(made.slice(0, CALLS))
globalThis.gc?.()
const before = oldBytes()
await receive(made.slice(CALLS))
process.stdout.write(
  JSON.stringify({ charactersPerCall: made[0]?.length, oldBytesPerCall: (oldBytes() - before) / CALLS }),
)
