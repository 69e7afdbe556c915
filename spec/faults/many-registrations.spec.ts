import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { generateSigningKey } from '../../lib/jws/signing-key.js'
import type { Publication } from '../../lib/model/registry.js'
import { FileRegistry } from '../../lib/registry/file-registry.js'
import { KeyFinder } from '../../lib/registry/key-finder.js'
import { refusalOf } from '../jws/refusal.js'
import { eventually } from '../registry/eventually.js'
import { makePublication } from '../registry/signed-text.js'
import { makeDirectory, removeDirectory } from '../registry/temporary-directory.js'
import { Stage } from './stage.js'

const MANY = 5000
const SOME = 50
// Measured: 1.6 s of a core, 1.5 s and 30 MB.
const START_SECONDS = 30
const LIST_SECONDS = 40
const WATCH_BYTES = 128 * 2 ** 20

const secondsOf = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now()
  await work()
  return (performance.now() - start) / 1000
}

for (const [what, serviceOf] of [
  ['of as many services', (index: number) => `service-${index}`],
  ['of one service', () => 'crowd'],
] as const) {
  describe(`${MANY} registrations ${what}`, function () {
    this.timeout(120_000)
    let directory: string
    const samples: Publication[] = []

    before(async () => {
      directory = makeDirectory()
      const key = await generateSigningKey('EdDSA')
      const { registration } = await makePublication('filler', key)
      for (let index = 0; index < MANY; index += 1) {
        const folder = join(directory, serviceOf(index))
        mkdirSync(folder, { recursive: true })
        writeFileSync(join(folder, `${String(index).padStart(42, 'A')}A`), registration)
      }
      const registry = new FileRegistry(directory)
      for (let index = 0; index < SOME; index += 1) {
        const publication = await makePublication(serviceOf(index))
        await registry.publish(publication)
        samples.push(publication)
      }
    })

    after(() => removeDirectory(directory))

    it('do not keep services from starting and calling each other', async () => {
      let stage: Stage | undefined
      const seconds = await secondsOf(async () => {
        stage = await Stage.open(directory)
      })
      expect(await stage?.call()).to.equal('accepted')
      await stage?.close()
      expect(seconds).to.be.below(START_SECONDS)
    })

    it('are found, listed and watched, and a revocation among them is seen', async () => {
      const registry = new FileRegistry(directory)
      const finder = new KeyFinder({ registry })
      const before = process.memoryUsage().rss
      await finder.watch()
      expect(process.memoryUsage().rss - before).to.be.below(WATCH_BYTES)
      for (const { service, kid } of samples) expect((await finder.find(service, kid, 1500)).kid).to.equal(kid)
      let listed = 0
      const seconds = await secondsOf(async () => {
        listed = (await registry.list()).length
      })
      expect(listed).to.be.at.least(MANY + SOME)
      expect(seconds).to.be.below(LIST_SECONDS)
      const [revoked] = samples
      if (revoked === undefined) throw new Error('no sample')
      const { service, kid } = revoked
      await new FileRegistry(directory).revoke(service, kid)
      const isRevoked = async () => (await refusalOf(() => finder.find(service, kid, 1500))) === 'ERR_KEY_REVOKED'
      if (service !== 'crowd') await eventually(isRevoked, 60)
      else await eventually(async () => (await refusalOf(() => finder.find(service, kid, 1561))) === 'ERR_KEY_REVOKED')
      await finder.close()
    })
  })
}
