import { playEpisode, type Violation, type Witness } from './episode.js'
import { drawScript } from './script.js'
import type { Subject } from './subject.js'
import { Tally } from './tally.js'

/** How much is to be tried. */
export interface CampaignPlan {
  readonly seed: string
  /** Adversarial presentations, at least. */
  readonly cases: number
  /** The episode to begin with: 0 if absent. */
  readonly first?: number | undefined
  /** Only violations of this property count: any, if absent. */
  readonly property?: string | undefined
  readonly onEpisode?: ((episode: number, attacks: Tally) => void) | undefined
}

/** What came of it. */
export interface Campaign {
  readonly attacks: Tally
  readonly tactics: Tally
  readonly traffic: Tally
  readonly episodes: number
  readonly violation: Violation | undefined
}

// Where one world waits for the thread pool, another goes on. Each is alone with its clock, so that nothing hangs on the order.
const WORLDS_AT_A_TIME = 4

/** Plays episodes until enough was presented, or the theorem does not hold. */
export async function runCampaign(plan: CampaignPlan, subject: Subject): Promise<Campaign> {
  const { seed, cases, first = 0, property, onEpisode } = plan
  const [attacks, tactics, traffic] = [new Tally(), new Tally(), new Tally()]
  const witness: Witness = {
    traffic: ({ code }) => traffic.count(code),
    attack: ({ code }, { tactic }) => {
      attacks.count(code)
      tactics.count(`${tactic}: ${code === 'accepted' ? code : 'refused'}`)
    },
  }
  for (let episodes = 0; ; ) {
    const numbers = Array.from({ length: WORLDS_AT_A_TIME }, (_, lane) => first + episodes + lane)
    const violations = await Promise.all(
      numbers.map(number => playEpisode(drawScript(seed, number), subject, witness, property)),
    )
    episodes += numbers.length
    onEpisode?.(episodes, attacks)
    const violation = violations.find(found => found !== undefined)
    if (violation !== undefined || attacks.total >= cases) return { attacks, tactics, traffic, episodes, violation }
  }
}
