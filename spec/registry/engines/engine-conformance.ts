import { describeRegistry } from '../registry-conformance.js'
import type { Capabilities, EngineUnderTest } from './engine.js'
import { describeAccess } from './engine-access.js'
import { describeFaults } from './engine-faults.js'
import { EngineSuite } from './engine-suite.js'
import { describeTrust } from './engine-trust.js'
import { describeWatches } from './engine-watches.js'
import { describeRefusedWrites, describeWrites } from './engine-writes.js'

/**
 * What every engine does, on one real server for the whole suite. What an engine's capabilities leave out is asserted as
 * refused.
 */
export function describeEngine(
  name: string,
  capabilities: Capabilities,
  prepare: () => Promise<EngineUnderTest>,
): void {
  describe(`${name}, as an engine`, function () {
    this.timeout(60_000)
    this.slow(10_000)
    const suite = new EngineSuite(name, capabilities, prepare)

    before(async function () {
      await suite.begin(this)
    })
    afterEach(() => suite.endSpec())
    after(() => suite.end())

    if (capabilities.publish === 'yes') {
      describeRegistry(name, async () => ({ connect: () => suite.connect(), remove: () => suite.engine.clear() }))
      describeWrites(suite)
    } else {
      describeRefusedWrites(suite)
    }
    describeTrust(suite)
    describeAccess(suite)
    describeWatches(suite)
    describeFaults(suite)
  })
}
