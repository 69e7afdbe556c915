import type { DecisionEvent } from '../../lib/index.js'

/** A log that keeps the decisions it is told of. */
export class DecisionBook {
  readonly events: DecisionEvent[] = []
  readonly log = (event: DecisionEvent): void => {
    this.events.push(event)
  }

  /** The only decision since the last time that somebody asked. */
  take(): DecisionEvent {
    const [event, another] = this.events.splice(0)
    if (event === undefined || another !== undefined) throw new Error('expected one decision')
    return event
  }

  /** The codes of the decisions since the last time that somebody asked; `accepted` for those that have none. */
  takeCodes(): string[] {
    return this.events.splice(0).map(({ code, outcome }) => code ?? outcome)
  }
}
