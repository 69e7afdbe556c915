import { type Decision, type PolicyInput, parsePolicy } from '../../lib/index.js'
import type { Key, PolicyDocument } from './document.js'
import { Evaluator, type Judgement } from './evaluator.js'
import { type Case, INPUTS_PER_POLICY } from './generator.js'

// Keys that no effect hangs on: they are seen in the verdicts.
const QUOTED: readonly Key[] = ['list: name', 'rule: name', 'because']

/** One policy and one input, and what the library said. */
export interface Pair {
  readonly policy: PolicyDocument
  readonly input: unknown
  readonly decided: Judgement
}

/** What the library says to every input of a case. */
export function decide({ policy, inputs }: Case): readonly Pair[] {
  const library = parsePolicy(JSON.stringify(policy))
  return inputs.map(input => ({ policy, input, decided: toJudgement(library.evaluate(input as PolicyInput)) }))
}

/** A decision in the evaluator's terms: without words, files and lines. */
function toJudgement({ effect, lists }: Decision): Judgement {
  return {
    effect,
    lists: lists.map(({ effect, list, name, rule }) => ({
      effect,
      list,
      name,
      rule: rule && { index: rule.index, name: rule.name, because: rule.because },
    })),
  }
}

/** Whether two judgements differ in anything: effect, lists that were asked, rules that decided, names. */
export function differ(one: Judgement, other: Judgement): boolean {
  return JSON.stringify(one) !== JSON.stringify(other)
}

/** Throws where the evaluator says something else than the library, with all that is needed to see it again. */
export function demandAgreement({ policy, input, decided }: Pair, evaluator: Evaluator): void {
  const judged = evaluator.judge(policy, input)
  if (!differ(judged, decided)) return
  const [ours, theirs] = [judged, decided].map(each => JSON.stringify(each))
  throw new Error(
    `evaluator says ${ours}, library says ${theirs}:\n${JSON.stringify(policy)}\n${JSON.stringify(input)}`,
  )
}

/** The keys that were asked about a pair, each with whether it mattered: read the other way round, it changes the outcome. */
export function weighKeys({ policy, input, decided }: Pair): ReadonlyMap<Key, boolean> {
  const evaluator = new Evaluator()
  evaluator.judge(policy, input)
  return new Map(
    [...evaluator.heard].map(key => {
      const reversed = new Evaluator(key).judge(policy, input)
      return [key, QUOTED.includes(key) ? differ(reversed, decided) : reversed.effect !== decided.effect]
    }),
  )
}

/** What a run saw. */
export class Tally {
  pairs = 0
  accepted = 0
  readonly asked = new Map<Key, number>()
  readonly mattered = new Map<Key, number>()

  add(pair: Pair): void {
    this.pairs += 1
    if (pair.decided.effect === 'accept') this.accepted += 1
    for (const [key, matters] of weighKeys(pair)) {
      this.asked.set(key, (this.asked.get(key) ?? 0) + 1)
      if (matters) this.mattered.set(key, (this.mattered.get(key) ?? 0) + 1)
    }
  }

  get shareAccepted(): number {
    return this.accepted / this.pairs
  }
}

/** How many policies make up so many pairs. */
export const policiesFor = (pairs: number) => Math.ceil(pairs / INPUTS_PER_POLICY)
