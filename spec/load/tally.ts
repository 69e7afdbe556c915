import { itemOf, type Outcome, userOf } from './crowd.js'
import type { Downtime, LoggedRefusal } from './line.js'
import { type Failure, LINE, type Name, OPERATIONS, type Sight } from './message.js'

/** Connections that were cut, or never made. */
const CONNECTION_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ERR_STREAM_PREMATURE_CLOSE',
  'UND_ERR_SOCKET',
])
/** A connection that is cut may be seen a little later. */
const AFTERMATH_MILLISECONDS = 1000
const YOUNG = 'ERR_REPLAY_STORE_YOUNG'

/** What the outcomes of a load amount to. */
export interface Figures {
  readonly asked: number
  /** As expected, to the last member. */
  readonly answered: number
  /** Refused by the memory replay store of a service that had just started (503). */
  readonly young: number
  /** Not answered since a service on the way was down. */
  readonly down: number
  /** Answers with something in them that belongs to another request. */
  readonly bleeds: readonly string[]
  /** Everything else. */
  readonly failures: readonly string[]
}

/** Compares every answer with the one that this request alone can have. */
export class Tally {
  readonly #transactions = new Map<string, number>()
  readonly #bleeds: string[] = []
  readonly #unanswered: { readonly outcome: Outcome; readonly failure: Failure }[] = []
  #asked = 0
  #answered = 0

  /** Answers as expected so far. */
  get answered(): number {
    return this.#answered
  }

  add(outcome: Outcome): void {
    this.#asked += 1
    const { number, answer } = outcome
    if (typeof answer === 'string') this.#unanswered.push({ outcome, failure: { at: 'shop', code: answer } })
    else if ('failure' in answer) this.#unanswered.push({ outcome, failure: answer.failure })
    else this.#compare(number, answer.sights)
  }

  /** Judges what was not answered by what the services logged, and when they were down. */
  figures(refusals: readonly LoggedRefusal[], downtimes: readonly Downtime[]): Figures {
    const logged = new Map(refusals.map(refusal => [refusal.correlation, refusal]))
    let [young, down] = [0, 0]
    const failures: string[] = []
    for (const { outcome, failure } of this.#unanswered) {
      const refusal = logged.get(failure.correlation ?? '')
      if (refusal?.code === YOUNG) young += 1
      else if (CONNECTION_CODES.has(failure.code ?? '') && wasDown(failure.at, outcome, downtimes)) down += 1
      else failures.push(describe(outcome, failure, refusal))
    }
    failures.push(...unexpected(refusals, downtimes))
    return { asked: this.#asked, answered: this.#answered, young, down, bleeds: this.#bleeds, failures }
  }

  #compare(number: number, sights: readonly Sight[]): void {
    const transaction = String(sights[0]?.transaction)
    const isNew = !this.#transactions.has(transaction)
    const isOwn = JSON.stringify(sights) === JSON.stringify(expectedSights(number, transaction))
    this.#transactions.set(transaction, number)
    if (isOwn && isNew) this.#answered += 1
    else this.#bleeds.push(`request ${number}: ${JSON.stringify(sights)}`)
  }
}

/** What each service on the way sees of a request. */
function expectedSights(number: number, transaction: string): readonly Sight[] {
  const [user, item] = [userOf(number), itemOf(number)]
  const called = ['cart', 'inventory', 'suppliers'] as const
  const hops = called.map((service, index) => `${LINE[index]}:${OPERATIONS[service]}`)
  return called.map((service, index) => {
    const stack = hops.slice(0, index + 1).reverse()
    return { service, user, transaction, stack, item, body: item }
  })
}

function wasDown(
  name: Name,
  { from, until }: Pick<Outcome, 'from' | 'until'>,
  downtimes: readonly Downtime[],
): boolean {
  return downtimes.some(
    downtime => downtime.name === name && downtime.from <= until && from <= downtime.until + AFTERMATH_MILLISECONDS,
  )
}

/** Refusals whose answers nobody got, of reasons of ours: none. A body breaks off where its sender is killed. */
function unexpected(refusals: readonly LoggedRefusal[], downtimes: readonly Downtime[]): readonly string[] {
  return refusals
    .filter(({ code, service, at }) => {
      if (code === YOUNG) return false
      const caller = LINE[LINE.indexOf(service) - 1]
      return !(
        code === 'ERR_BODY_INCOMPLETE' &&
        caller !== undefined &&
        wasDown(caller, { from: at, until: at }, downtimes)
      )
    })
    .map(({ service, code, message }) => `log of ${service}: ${code}: ${message}`)
}

function describe({ number }: Outcome, { at, code, status }: Failure, refusal: LoggedRefusal | undefined): string {
  const log = refusal === undefined ? 'nothing logged' : `${refusal.code}: ${refusal.message}`
  return `request ${number}: ${at} ${status ?? code}: ${log}`
}
