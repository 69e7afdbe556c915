import { expect } from 'chai'
import * as library from '../../lib/index.js'
import { type Campaign, runCampaign } from './campaign.js'
import { DOCUMENTED } from './refusal.js'
import { shrink } from './shrinking.js'
import { toSubject } from './subject.js'
import { describe as describeViolation } from './violation-report.js'

// Everybody's test run is short, CI's is not.
const CASES = Number(process.env.COUNTERSIGN_CASES ?? (process.env.CI === 'true' ? 100_000 : 10_000))
const SEED = 'nothing forged gets in'
// Of each code, at least one in so many presentations.
const CASES_PER_CODE = 5000
// `unwrap` answers a caller with these; what belongs to HTTP alone has other ones.
const STATUSES = [401, 403, 431]
const LAST_INVARIANT = 16
// Nobody in the model's world pins a registrar, or ties tokens to their edge: the vectors do.
const ELSEWHERE = ['ERR_CERTIFICATION_INVALID', 'ERR_INITIAL_TOKEN_FOREIGN']

describe('the main theorem: nothing forged gets in', function () {
  this.timeout(600_000)
  const subject = toSubject(library)
  let campaign: Campaign

  before('presents what an adversary makes of all that he has', async () => {
    campaign = await runCampaign({ seed: SEED, cases: CASES }, subject)
  })

  after('prints what was accepted, and the count of every code', () => {
    const { attacks, episodes } = campaign
    const share = (100 * attacks.acceptedShare).toFixed(1)
    process.stdout.write(`\n    ${attacks.total} presentations in ${episodes} episodes, ${share} % accepted\n`)
    process.stdout.write(`${attacks.toTable().replace(/^/gm, '    ')}\n`)
  })

  it('holds for everything that an adversary presents, and no refusal is without a reason', async () => {
    const { violation } = campaign
    if (violation !== undefined) expect.fail(describeViolation(await shrink(violation, subject)))
    expect(campaign.attacks.total).to.be.at.least(CASES)
  })

  it('is not proved by refusing everything: of what is presented one in ten to one in fifty is lawful', () => {
    expect(campaign.attacks.acceptedShare).to.be.within(0.02, 0.1)
    expect(campaign.traffic.acceptedShare).to.be.above(0.5)
  })

  it('is tried on every check: each code of the invariants 1 to 16 is met with', () => {
    const codes = [...DOCUMENTED].filter(([, { status, invariant = LAST_INVARIANT + 1 }]) => {
      return STATUSES.includes(status) && invariant <= LAST_INVARIANT
    })
    const floor = Math.floor(CASES / CASES_PER_CODE)
    const rare = codes.filter(([code]) => campaign.attacks.of(code) < floor).map(([code]) => code)
    expect(rare.sort()).to.deep.equal(ELSEWHERE)
    expect(codes.length).to.be.above(30)
  })

  it('is tried in the same way again for the same seed', async () => {
    const again = async () => (await runCampaign({ seed: 'again', cases: 1500 }, subject)).attacks.toTable()
    expect(await again()).to.equal(await again())
  })
})
