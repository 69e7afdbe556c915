import { expect } from 'chai'
import { type Run, refusalsIn, runExample } from './run-example.js'

describe('examples/restaurant', function () {
  this.timeout(80_000)
  let run: Run

  before(async () => {
    run = await runExample('restaurant')
  })

  it('ends by itself, well', () => {
    expect(run.status, run.stderr).to.equal(0)
  })

  it('answers restaurant, and nobody else: location knows for whom', () => {
    expect(run.lines).to.deep.equal([
      'restaurant, for alice: 200 alice is at 12 Harbour Street (asked by restaurant)',
      'restaurant, for bob: 200 bob is at 3 Mill Lane (asked by restaurant)',
      'product, for alice: 403',
      'product, by way of restaurant, for alice: 403',
      'restaurant, for nobody: 403',
    ])
  })

  it('leaves to the log of location why not', () => {
    const [direct = '', sly = '', nobody = '', ...others] = refusalsIn(run)
    for (const line of [direct, sly, nobody]) {
      expect(line).to.contain('location refused `locate`: ERR_POLICY_REJECTED').and.to.contain('location.yaml:4')
    }
    expect(direct).to.contain('saw product [')
    expect(sly).to.contain('saw restaurant < product [')
    expect(nobody).to.contain('expected an initial token').and.to.contain('saw restaurant [')
    expect(others).to.deep.equal([])
  })
})
