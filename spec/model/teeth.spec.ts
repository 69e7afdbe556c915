import { expect } from 'chai'
import { runCampaign } from './campaign.js'
import { SECOND_WALLS } from './second-walls.js'
import { shrink } from './shrinking.js'
import { toSubject } from './subject.js'
import { CopyRoom } from './weakened-copy.js'
import { WEAKNESSES } from './weakness.js'

const CASES = 40_000
const CASES_BEHIND_A_WALL = 3000
const FEW_MOVES = 8
// Invariants that say what a receiver lets in.
const INVARIANTS = [5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]

describe('the main theorem has teeth', function () {
  this.timeout(300_000)
  const room = new CopyRoom()
  after(() => room.clear())

  before('runs in CI, or where it is asked for', function () {
    if (process.env.CI === 'true' || process.env.COUNTERSIGN_TEETH) return
    process.stderr.write('    skipped, as it takes a minute or two: set COUNTERSIGN_TEETH=1\n')
    this.skip()
  })

  for (const { invariant, title, replacements, breaks } of WEAKNESSES) {
    it(`fails for a receiver that ${title} (${invariant}): \`${breaks}\``, async () => {
      const subject = toSubject(await room.load(replacements))
      const { violation } = await runCampaign({ seed: 'teeth', cases: CASES, property: breaks }, subject)
      if (violation === undefined) expect.fail(`nothing was seen in ${CASES} presentations`)
      const { script, reasons, code } = await shrink(violation, subject)
      expect(code).to.equal('accepted')
      expect(reasons[0]).to.match(new RegExp(`^${breaks}: `))
      expect(script.moves).to.have.length.at.most(FEW_MOVES)
    })
  }

  for (const { invariant, title, replacements, keeps, because } of SECOND_WALLS) {
    it(`keeps \`${keeps}\` for a receiver that ${title} (${invariant}): ${because}`, async () => {
      const subject = toSubject(await room.load(replacements))
      const { violation } = await runCampaign({ seed: 'walls', cases: CASES_BEHIND_A_WALL, property: keeps }, subject)
      expect(violation?.reasons).to.equal(undefined)
    })
  }

  it('misses none of the invariants 5 to 15', () => {
    const weakened = new Set(WEAKNESSES.map(({ invariant }) => invariant))
    expect(INVARIANTS.filter(invariant => !weakened.has(invariant))).to.deep.equal([])
  })

  it('does not weaken what it does not find', async () => {
    const failure = await room.load([{ file: 'chain/custody.ts', find: 'nothing of this kind', put: '' }]).catch(String)
    expect(failure).to.contain('expected exactly one')
  })
})
