/** What the services say of the calls that they received: the truth that answers outside do not tell. */
import { setTimeout as delay } from 'node:timers/promises'
import type { DecisionEvent } from 'countersign'
import type { Cast } from './cast.js'
import type { Sight } from './stage.js'

const PATIENCE_MILLISECONDS = 5000

export class Evidence {
  readonly #sights: Sight[] = []
  readonly decisions: DecisionEvent[] = []

  constructor({ services }: Cast) {
    for (const service of services) {
      service.listen(report => {
        if (report.kind === 'sight') this.#sights.push(report.sight)
        if (report.kind === 'decision') this.decisions.push(report.event)
      })
    }
  }

  /** The decision behind an answer, by the correlation id in it. */
  async refusal(correlation: string | undefined): Promise<DecisionEvent | undefined> {
    if (correlation === undefined) return undefined
    return await soon(() => this.decisions.find(event => event.correlation === correlation))
  }

  /** How often a service accepted a call of a transaction. */
  async acceptances(service: string, transaction: string | undefined): Promise<number> {
    const fits = (event: DecisionEvent) =>
      event.outcome === 'accepted' && event.service === service && event.transaction === transaction
    await soon(() => this.decisions.find(fits))
    return this.decisions.filter(fits).length
  }

  /** What the first services saw, so many of them: the nearest to the user first. */
  async sights(count: number): Promise<readonly Sight[]> {
    await soon(() => this.#sights[count - 1])
    return this.#sights.slice(0, count).sort((one, other) => one.stack.length - other.stack.length)
  }
}

/** Reports come over another channel than answers, so a little later or earlier. */
async function soon<T>(look: () => T | undefined): Promise<T | undefined> {
  const end = performance.now() + PATIENCE_MILLISECONDS
  for (;;) {
    const found = look()
    if (found !== undefined || performance.now() > end) return found
    await delay(2)
  }
}
