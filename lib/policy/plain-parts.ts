/** What stands in every text that a pattern matches, as far as that is plain to see; empty where nothing is. */
export interface PlainParts {
  readonly beginning: string
  readonly ending: string
  /** The longest that stands anywhere, beginning and ending included. */
  readonly longest: string
}

const NONE: PlainParts = { beginning: '', ending: '', longest: '' }

// An escape, a class, the beginning of flags or of a name, a repetition, or one character.
const TOKEN = /\\[\s\S]|\[\^?\]?(?:\\[\s\S]|[^\]\\])*\]|\(\?(?!:)|\{[\d,]*\}|[\s\S]/gu
// Letters behind a backslash that take what follows them, and classes inside a class: what comes after is not looked at.
const OPAQUE = /^(?:\(\?|\[|\[[\s\S]*(?:\[:|\\[^\WdDsSwWbBAzafnrtv])[\s\S]*|\\[^\WdDsSwWbBAzafnrtv])$/
const PLAIN = /^(?:[\w:/ @-]|\\\W)$/
const REPETITION = /^[*+?{]/

/** Looks for them in a pattern of RE2's syntax. */
export function plainParts(pattern: string): PlainParts {
  const tokens = Array.from(pattern.matchAll(TOKEN), ([token]) => token)
  const opaqueAt = tokens.findIndex(token => OPAQUE.test(token))
  const isWhole = opaqueAt < 0
  // What is not looked at may be another choice.
  if (!isWhole && pattern.includes('|')) return NONE
  const runs = plainRuns(isWhole ? tokens : tokens.slice(0, opaqueAt))
  if (runs === undefined) return NONE
  // Flags are nothing that is repeated: `a(?i)*` repeats what stands before them.
  const last = runs.pop() ?? ''
  runs.push(isWhole ? last : last.slice(0, -1))
  const [beginning = ''] = runs
  const longest = runs.reduce((most, run) => (run.length > most.length ? run : most), '')
  return { beginning, ending: isWhole ? last : '', longest }
}

/** Texts that follow each other with something between, perhaps nothing; undefined where there is a choice between whole patterns. */
function plainRuns(tokens: readonly string[]): string[] | undefined {
  const runs: string[] = []
  let run = ''
  let depth = 0
  for (const [index, token] of tokens.entries()) {
    if (token === '|' && depth === 0) return undefined
    if (token === '(') depth += 1
    if (token === ')') depth -= 1
    if (depth === 0 && PLAIN.test(token)) run += token.slice(-1)
    else if (!isAnchor(token, index, tokens.length)) {
      // What is repeated may not be there at all.
      runs.push(REPETITION.test(token) ? run.slice(0, -1) : run)
      run = ''
    }
  }
  return [...runs, run]
}

/** A whole text is matched in any case. */
function isAnchor(token: string, index: number, count: number): boolean {
  return (token === '^' && index === 0) || (token === '$' && index === count - 1)
}
