// npm run attack -- [--cases N] [--seed S] [--episode N]: the adversary of the model, for as long as one likes.
import { parseArgs } from 'node:util'
import * as library from '../../lib/index.js'
import { runCampaign } from './campaign.js'
import { shrink } from './shrinking.js'
import { toSubject } from './subject.js'
import { describe } from './violation-report.js'

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    episode: { type: 'string', default: '0' },
  },
})
const { seed } = values
const cases = Number(values.cases)
const first = Number(values.episode)
if (!Number.isSafeInteger(cases) || cases < 1) throw new TypeError('--cases: expected a whole number, at least 1')
if (!Number.isSafeInteger(first) || first < 0) throw new TypeError('--episode: expected a whole number, at least 0')

const startedAt = performance.now()
const subject = toSubject(library)
const campaign = await runCampaign(
  { seed, cases, first, onEpisode: (_, { total }) => process.stderr.isTTY && process.stderr.write(`\r${total}`) },
  subject,
)
const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
const { attacks, tactics, traffic, episodes, violation } = campaign
const share = (100 * attacks.acceptedShare).toFixed(1)
process.stdout.write(`${process.stderr.isTTY ? '\n' : ''}what the adversary presented\n${attacks.toTable()}\n\n`)
process.stdout.write(`by tactic\n${tactics.toTable()}\n\nordinary traffic\n${traffic.toTable()}\n\n`)
process.stdout.write(
  `${attacks.total} presentations, ${share} % accepted, ${episodes} episodes of seed ${seed}, ${seconds} s\n`,
)
if (violation !== undefined) {
  process.stdout.write(describe(await shrink(violation, subject)))
  process.exitCode = 1
}
