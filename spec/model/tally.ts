import { DOCUMENTED } from './refusal.js'

/** Counts how presentations ended. */
export class Tally {
  readonly #counts = new Map<string, number>()
  #total = 0

  count(code: string): void {
    this.#counts.set(code, this.of(code) + 1)
    this.#total += 1
  }

  of(code: string): number {
    return this.#counts.get(code) ?? 0
  }

  get total(): number {
    return this.#total
  }

  /** Share of the accepted ones, from 0 to 1. */
  get acceptedShare(): number {
    return this.of('accepted') / this.#total
  }

  /** One line for each code, by invariant. */
  toTable(): string {
    const rows = [...this.#counts].sort(([one], [other]) => rankOf(one) - rankOf(other) || one.localeCompare(other))
    return rows
      .map(([code, count]) => `${invariantOf(code).padStart(4)}  ${code.padEnd(34)}${String(count).padStart(9)}`)
      .join('\n')
  }
}

function invariantOf(code: string): string {
  return String(DOCUMENTED.get(code)?.invariant ?? '')
}

function rankOf(code: string): number {
  return DOCUMENTED.get(code)?.invariant ?? 0
}
