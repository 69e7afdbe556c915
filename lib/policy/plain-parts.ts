/** What stands in every text that a pattern matches, as far as that is plain to see; empty where nothing is. */
export interface PlainParts {
  readonly beginning: string
  readonly ending: string
  /** The longest that stands anywhere, beginning and ending included. */
  readonly longest: string
}

const NONE: PlainParts = { beginning: '', ending: '', longest: '' }

// Flags, and letters behind a backslash that take what follows them: what comes after is not looked at.
const OPAQUE = /\\[^\WdDsSwWbBAzafnrtv]|\(\?(?!:)|\[:/
// An escape, a class, a repetition, or one character. A class that does not end takes all the rest.
const TOKEN = /\\[\s\S]|\[\^?\]?(?:\\[\s\S]|[^\]\\])*(?:\]|$)|\{[\d,]*\}|[\s\S]/gu
const PLAIN = /^(?:[\w:/ @-]|\\\W)$/
const REPETITION = /^[*+?{]/

/** Looks for them in a pattern of RE2's syntax. */
export function plainParts(pattern: string): PlainParts {
  const [clear = ''] = pattern.split(OPAQUE, 1)
  const isWhole = clear === pattern
  const runs = isWhole || !pattern.includes('|') ? plainRuns(clear) : undefined
  if (runs === undefined) return NONE
  // Flags are nothing that is repeated: `a(?i)*` repeats what stands before them.
  const last = runs.pop() ?? ''
  runs.push(isWhole ? last : last.slice(0, -1))
  const [beginning = ''] = runs
  const longest = runs.reduce((most, run) => (run.length > most.length ? run : most), '')
  return { beginning, ending: isWhole ? last : '', longest }
}

/** Texts that follow each other with something between, perhaps nothing; undefined where there is a choice between whole patterns. */
function plainRuns(pattern: string): string[] | undefined {
  const tokens = Array.from(pattern.matchAll(TOKEN), ([token]) => token)
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
