import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { blocksWith } from '../../bench/page.js'
import { BYTES_BESIDE_HOPS, BYTES_PER_HOP, loadOf } from '../../bench/scale/arithmetic.js'
import { simulate } from '../../bench/scale/cache-simulation.js'
import { measuredEngines, scaleTables } from '../../bench/scale.js'
import { presentationOf, startLine, stopLine, userClaimsOf } from '../../bench/services.js'
import { root } from '../house/sources.js'

describe('the page on scale', function () {
  this.timeout(120_000)

  it('has the figures that its script prints', () => {
    const page = readFileSync(join(root, 'docs/scale.md'), 'utf8')
    expect(blocksWith(page, scaleTables(measuredEngines()))).to.equal(page)
  })

  it('counts the bytes that a presentation has', async () => {
    const line = await startLine('ES256')
    try {
      for (const hops of [1, 4, 9]) {
        const { length } = await presentationOf(line, hops, userClaimsOf(200))
        expect(length, `${hops} hops`).to.equal(BYTES_BESIDE_HOPS + 200 + BYTES_PER_HOP * hops)
      }
    } finally {
      await stopLine(line)
    }
  })

  it('has what everybody hears grow with the square of the services', () => {
    const installation = { instances: 2, startsPerDay: 0, callsPerSecondAndInstance: 1, lookupsPerSecondAndInstance: 0 }
    const [one, ten] = [1, 10].map(services => loadOf({ ...installation, services }))
    // Two processes write twice a day each.
    expect(one?.writesPerSecond).to.be.closeTo(4 / 86_400, 1e-9)
    expect((ten?.notificationsPerSecond ?? 0) / (one?.notificationsPerSecond ?? 1)).to.be.closeTo(100, 1e-6)
    expect(one?.replayEntriesPerService).to.equal(140)
  })
})

describe('the simulation of what one instance remembers', () => {
  // One caller, which is an edge: the receiver meets the keys of its two instances.
  const graph = { drawCaller: (service: number) => (service === 1 ? 0 : undefined), popular: 1, ordinary: 1 }
  const traffic = { graph, receiver: 1, instances: 2, callsPerSecond: 10, stickiness: 0, freshSeconds: 60 }

  it('asks for each key once while it is fresh', () => {
    const { keys, lookupsPerSecond, meanDepth } = simulate(traffic)
    expect({ keys, meanDepth }).to.deep.equal({ keys: 2, meanDepth: 1 })
    expect(lookupsPerSecond).to.be.closeTo(2 / 60, 0.02)
  })

  it('meets a chain again only where a caller comes back to the same instance', () => {
    const long = { ...graph, drawCaller: (service: number) => (service > 0 ? service - 1 : undefined) }
    const chainsMet = (stickiness: number) =>
      simulate({ ...traffic, graph: long, receiver: 9, instances: 1000, stickiness }).chainHitShare
    expect(chainsMet(0)).to.be.below(0.01)
    expect(chainsMet(1)).to.be.above(0.4)
  })
})
