import type { Terminal } from '../../lib/cli/terminal.js'

/** A terminal at which somebody sits who gives these answers. */
export interface ScriptedTerminal extends Terminal {
  readonly written: () => string
  readonly said: readonly string[]
  readonly questions: readonly string[]
}

export function scriptedTerminal(...answers: readonly string[]): ScriptedTerminal {
  const left = [...answers]
  let text = ''
  const said: string[] = []
  const questions: string[] = []
  return {
    environment: {},
    isInteractive: true,
    write: part => {
      text += part
    },
    say: line => void said.push(line),
    conceal: () => undefined,
    paint: (_style, part) => part,
    ask: async question => {
      questions.push(question)
      return left.shift() ?? ''
    },
    interrupted: async () => undefined,
    written: () => text,
    said,
    questions,
  }
}
