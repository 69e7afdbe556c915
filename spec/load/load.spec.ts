import { expect } from 'chai'
import { type LoadReport, runBleeding, runLoad } from './load.js'
import { LINE } from './message.js'

const SECONDS = 15
const BLEEDING_MILLISECONDS = 2000
// Measured: 0.3 to 1.6 MB, which the engine takes for itself. What a service knows of one request takes some 5 KB.
const MAX_GROWTH_BYTES = 3 * 2 ** 20
const MAX_GROWTH_BYTES_PER_REQUEST = 512

describe('a line of four services under load, with keys that rotate every second and services that restart', function () {
  this.timeout(300_000)
  let report: LoadReport

  before(async () => {
    report = await runLoad(SECONDS)
  })

  it('answers every request with what this request alone can get', () => {
    expect(report.bleeds).to.deep.equal([])
    expect(report.answered).to.be.greaterThan(100)
  })

  it('refuses none for a reason of its own, save where a replay store has just started', () => {
    expect(report.failures).to.deep.equal([])
    expect(report.answered + report.young + report.down).to.equal(report.asked)
  })

  it('has had many keys and restarts', () => {
    expect(report.restarts).to.be.at.least(LINE.length)
    for (const name of LINE) expect(report.keys[name], name).to.be.at.least(SECONDS / 2)
  })

  it('keeps nothing of requests that are over', () => {
    const most = MAX_GROWTH_BYTES + report.measured * MAX_GROWTH_BYTES_PER_REQUEST
    for (const name of LINE) expect(report.growth[name], name).to.be.below(most)
  })

  it('is told from one with a service that takes the call of one request for that of another', async () => {
    const { bleeds, answered, failures } = await runBleeding('inventory', BLEEDING_MILLISECONDS)
    expect(failures).to.deep.equal([])
    expect(bleeds.length).to.be.greaterThan(0)
    expect(answered).to.be.greaterThan(0)
  })
})
