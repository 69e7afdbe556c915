import { setImmediate as turn } from 'node:timers/promises'
import { Random } from '../model/random.js'
import { exposedText } from './exposure.js'
import { findLeak } from './leak.js'
import { mutate } from './mutation.js'
import type { Target, Trial } from './target.js'

/** A machine is busy, and a number on it is no promise: ten times what is promised is wrong on any. */
const TOLERANCE = 10
/** To ask the guide takes longer than most inputs do. */
const INPUTS_PER_QUESTION = 10
/** An input that is not answered by then never will be. */
const HANG_MILLISECONDS = 30_000

/** How long, and how. Whichever of the two ends comes first ends the run. */
export interface Plan {
  readonly seed: string
  readonly inputs: number
  readonly seconds: number
  /** Without one, nothing is kept but what the target began with. */
  readonly guide?: Guide | undefined
}

/** Knows what was reached. An input that reaches something new is kept, and changed in its turn. */
export interface Guide {
  /** Whether something new was reached since the last question. It stays new until the next such question. */
  seesNews(): boolean
  /** The same, and at once it is not new any more. */
  learnsNews(): boolean
}

/** What somebody says who listens to the process. */
export interface Listener {
  takeHeard(): readonly unknown[]
}

/** An input that the target must not answer as it did. */
export interface Failure {
  readonly reason: string
  readonly input: string
  /** Its number in the run, from 0. */
  readonly number: number
}

/** What came of a run. */
export interface Campaign {
  readonly inputs: number
  /** What was kept, behind what the target began with. */
  readonly corpus: readonly string[]
  readonly outcomes: ReadonlyMap<string, number>
  /** Processor time of the slowest input, and the size of it in characters. */
  readonly slowest: { readonly milliseconds: number; readonly characters: number }
  readonly failure: Failure | undefined
}

/** Tries a target's corpus and bombs, and then whatever becomes of the corpus, until the plan's end or the first failure. */
export async function fuzz(target: Target, plan: Plan, listener: Listener): Promise<Campaign> {
  const random = new Random(`${plan.seed} ${target.name}`)
  const corpus = [...target.corpus]
  const beginnings = [...target.corpus, ...target.bombs]
  const outcomes = new Map<string, number>()
  const endsAt = performance.now() + plan.seconds * 1000
  let slowest = { milliseconds: 0, characters: 0 }
  let inputs = 0
  let failure: Failure | undefined
  const isOver = () => inputs >= beginnings.length && (inputs >= plan.inputs || performance.now() > endsAt)
  while (failure === undefined && !isOver()) {
    const batch: string[] = []
    for (; batch.length < INPUTS_PER_QUESTION && failure === undefined && !isOver(); inputs += 1) {
      const input = beginnings[inputs] ?? mutate(corpus, target, random)
      const { outcome, milliseconds, reason } = await judge(target, input, listener)
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
      if (milliseconds > slowest.milliseconds) slowest = { milliseconds, characters: input.length }
      if (reason !== undefined) failure = { reason, input, number: inputs }
      if (inputs >= beginnings.length) batch.push(input)
    }
    corpus.push(...(await findNews(target, batch, plan.guide)))
  }
  return { inputs, corpus, outcomes, slowest, failure }
}

/** Those of a batch that reach something new: each is tried once more, alone, if all of them together did. */
async function findNews(target: Target, batch: readonly string[], guide: Guide | undefined): Promise<string[]> {
  if (guide === undefined || !guide.seesNews()) return []
  const news: string[] = []
  for (const input of batch) {
    await target.attempt(input)
    if (guide.learnsNews()) news.push(input)
  }
  return news
}

/** Tries one input. `reason` says what is wrong with the answer, if anything is. */
export async function judge(
  target: Target,
  input: string,
  listener: Listener,
): Promise<{ readonly outcome: string; readonly milliseconds: number; readonly reason: string | undefined }> {
  const before = process.cpuUsage()
  const trial = await withDeadline(target.attempt(input))
  const { user, system } = process.cpuUsage(before)
  const milliseconds = (user + system) / 1000
  // Warnings are emitted a little later.
  await turn()
  const heard = listener.takeHeard()
  if (trial === undefined) return { outcome: 'no answer', milliseconds, reason: 'no answer' }
  const allowed = TOLERANCE * target.milliseconds
  const reason =
    (target.isLawful(trial.outcome) ? undefined : `unlawful outcome: ${trial.outcome}`) ??
    (milliseconds > allowed ? `${milliseconds.toFixed(0)} ms, expected at most ${allowed}` : undefined) ??
    leakIn(trial, heard)
  return { outcome: trial.outcome, milliseconds, reason }
}

function leakIn({ shown, secrets }: Trial, heard: readonly unknown[]): string | undefined {
  const piece = findLeak(exposedText([...shown, ...heard]), secrets)
  return piece === undefined ? undefined : `shows a piece of a secret: ${piece}`
}

async function withDeadline(attempt: Promise<Trial>): Promise<Trial | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>(resolve => {
    timer = setTimeout(() => resolve(undefined), HANG_MILLISECONDS)
  })
  try {
    return await Promise.race([attempt, late])
  } finally {
    clearTimeout(timer)
  }
}
