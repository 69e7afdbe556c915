/** Has the attacker attack, and compares what came of it with what has to. */
import type { DecisionEvent } from 'countersign'
import type { Alice } from './alice.js'
import type { AttackerReport, Seen } from './attacker/main.js'
import type { ExpectedAttack } from './attacks.js'
import type { Cast } from './cast.js'
import type { Evidence } from './evidence.js'

export interface Verdict {
  readonly expected: ExpectedAttack
  readonly attack: Seen
  readonly twin: Seen
  /** What the service that refused says of it. */
  readonly decision: DecisionEvent | undefined
  /** What is not as it should be. */
  readonly faults: readonly string[]
}

/** An attack that is under way. */
export interface Attempt {
  readonly verdict: Promise<Verdict>
  /** Resolves if the attacker has to wait for something: until when, in milliseconds since the epoch. */
  readonly waits: Promise<{ readonly until: number }>
}

type Report<K extends AttackerReport['kind']> = Extract<AttackerReport, { kind: K }>

/** Begins one attack, in which alice does her part. */
export function attempt(expected: ExpectedAttack, { attacker }: Cast, evidence: Evidence, alice: Alice): Attempt {
  const { name } = expected
  const isThis = (report: { readonly name: string }) => report.name === name
  const ready = attacker.next('ready', isThis)
  const waits = attacker.next('waits', isThis)
  const ended = Promise.race([attacker.next('done', isThis), attacker.next('failed', isThis)])
  attacker.send({ kind: 'attack', name })

  const play = async () => {
    await Promise.race([ready, ended])
    if (expected.alice === 'orders') await alice.order()
    if (expected.alice === 'hurries') await alice.hurry()
  }
  const conclude = async () => {
    const [report] = await Promise.all([ended, play()])
    if (report.kind === 'failed') throw new Error(`mallory failed at \`${name}\`: ${report.why}`)
    return await judge(expected, report, evidence)
  }
  return { verdict: conclude(), waits }
}

async function judge(expected: ExpectedAttack, { attack, twin }: Report<'done'>, evidence: Evidence): Promise<Verdict> {
  const decision = await evidence.refusal(attack.correlation)
  const acceptances = await evidence.acceptances(twin.service, twin.transaction)
  const comparisons: readonly (readonly [what: string, found: unknown, wanted: unknown])[] = [
    ['the attack was sent to', attack.service, expected.refusedBy],
    ['the attack was answered', attack.status, expected.status],
    ['the attack was', decision?.outcome, 'refused'],
    ['it was refused by', decision?.service, expected.refusedBy],
    ['its code was', decision?.code, expected.code],
    ['the twin was sent to', twin.service, expected.acceptedBy],
    ['the twin was answered, in hundreds,', Math.floor(twin.status / 100), 2],
    ['times that the twin was accepted:', acceptances, 1],
  ]
  const wrong = comparisons.filter(([, found, wanted]) => found !== wanted)
  const faults = wrong.map(([what, found, wanted]) => `${expected.name}: ${what} ${found}, expected ${wanted}`)
  return { expected, attack, twin, decision, faults }
}

/** What nobody asked for: refusals of calls that were no attacks, and answers that tell one failed token from another. */
export function findStrays(verdicts: readonly Verdict[], { decisions }: Evidence): string[] {
  const attacked = new Set(verdicts.map(({ attack }) => attack.correlation))
  const strays = decisions.filter(event => event.outcome !== 'accepted' && !attacked.has(event.correlation))
  const said = new Set(verdicts.filter(({ attack }) => attack.status === 401).map(({ attack }) => attack.says))
  return [
    ...strays.map(({ service, code, message }) => `${service} refused a call that was no attack: ${code} ${message}`),
    ...(said.size > 1 ? [`outside, not all 401 look alike: ${[...said].join(', ')}`] : []),
  ]
}
