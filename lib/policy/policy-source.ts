import { PolicyInvalid, type PolicyProblem } from '../errors/policy.js'

/** Something that is wrong, at an offset into a policy's text. */
export interface Finding {
  readonly offset: number
  readonly message: string
}

const MAX_LINE_CHARACTERS = 120
/** A hostile text is not listed to its end. */
const MAX_PROBLEMS = 1000
const MAX_SHOWN_PROBLEMS = 100
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu

/** The text of a policy, with its lines. */
export class PolicySource {
  readonly #lineStarts: number[] = [0]

  constructor(
    readonly text: string,
    readonly file?: string,
  ) {
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.#lineStarts.push(at + 1)
  }

  /** The line of an offset, from 1. */
  lineOf(offset: number): number {
    let low = 0
    let high = this.#lineStarts.length
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle
      else high = middle
    }
    return low + 1
  }

  /** The error that says everything that was found, in the order of the text. */
  invalid(findings: readonly Finding[]): PolicyInvalid {
    const inOrder = findings.toSorted((a, b) => a.offset - b.offset)
    const problems = distinct(inOrder.slice(0, MAX_PROBLEMS).map(finding => this.#problem(finding)))
    const shown = problems.slice(0, MAX_SHOWN_PROBLEMS).map(problem => this.#shown(problem))
    const hidden = problems.length - shown.length + Math.max(0, inOrder.length - MAX_PROBLEMS)
    if (hidden > 0) shown.push(`and ${hidden} more`)
    return new PolicyInvalid(shown.join('\n'), problems)
  }

  #problem({ offset, message }: Finding): PolicyProblem {
    const line = this.lineOf(offset)
    return { message, line, column: offset - (this.#lineStarts[line - 1] ?? 0) + 1 }
  }

  #shown({ message, line, column }: PolicyProblem): string {
    const start = this.#lineStarts[line - 1] ?? 0
    const end = (this.#lineStarts[line] ?? this.text.length + 1) - 1
    const { window, caret } = lineWindow(this.text.slice(start, end).replace(/\r$/, ''), column - 1)
    return `${this.file ?? 'policy'}:${line}:${column}: ${message}\n  ${window}\n  ${' '.repeat(caret)}^`
  }
}

function distinct(problems: readonly PolicyProblem[]): readonly PolicyProblem[] {
  return [...new Map(problems.map(problem => [JSON.stringify(problem), problem])).values()]
}

function lineWindow(line: string, caret: number): { window: string; caret: number } {
  const printable = line.replace(UNPRINTABLE, character => ' '.repeat(character.length))
  if (printable.length <= MAX_LINE_CHARACTERS) return { window: printable, caret }
  const start = Math.max(0, Math.min(caret - MAX_LINE_CHARACTERS / 2, printable.length - MAX_LINE_CHARACTERS))
  const end = start + MAX_LINE_CHARACTERS
  const before = start > 0 ? '...' : ''
  const after = end < printable.length ? '...' : ''
  return { window: before + printable.slice(start, end) + after, caret: before.length + caret - start }
}
