import { expect } from 'chai'
import { type Run, refusalsIn, runExample } from './run-example.js'

describe('examples/jobs', function () {
  this.timeout(80_000)
  let run: Run

  before(async () => {
    run = await runExample('jobs')
  })

  it('ends by itself, well', () => {
    expect(run.status, run.stderr).to.equal(0)
  })

  it('lets the schedule alone order goods', () => {
    expect(run.lines).to.deep.equal([
      'schedule, quote: 200 inventory < warehouse, began as schedule',
      'schedule, resupply: 200 inventory < warehouse, began as schedule',
      'event, quote: 200 inventory < warehouse, began as event',
      'event, resupply: 403 suppliers refused',
      'shop, as a schedule, resupply: 403 suppliers refused',
      'alice, resupply: 403 suppliers refused',
    ])
  })

  it('leaves to the log of suppliers why not', () => {
    const [event = '', shop = '', alice = '', ...others] = refusalsIn(run)
    for (const line of [event, shop, alice]) {
      expect(line).to.contain('suppliers refused `resupply`: ERR_POLICY_REJECTED').and.to.contain('suppliers.yaml:4')
    }
    expect(event).to.contain('saw inventory < warehouse [')
    expect(shop).to.contain('saw inventory < shop [')
    expect(alice).to.contain('no initial token').and.to.contain('saw inventory < shop [')
    expect(others).to.deep.equal([])
  })
})
