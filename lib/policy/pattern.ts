import { RE2JS } from 're2js'
import {
  MAX_PATTERN_CHARACTERS,
  MAX_PATTERN_INSTRUCTIONS,
  MAX_POLICY_PATTERNS_SIZE,
  MAX_TEXT_CHARACTERS,
} from '../limits/decisions.js'
import { plainParts } from './plain-parts.js'
import { escaped, quoted } from './quoted.js'

/** A pattern that a whole text must match. */
export interface Pattern {
  matches(text: string): boolean
}

/** The patterns of one policy, each compiled once, in RE2's syntax, which runs in linear time. */
export class Patterns {
  readonly #compiled = new Map<string, Pattern>()
  #size = 0

  /** Compiles a pattern. Returns what is wrong with it, in words; of one that is too long the schema tells. */
  add(source: string): string | undefined {
    if (this.#compiled.has(source) || isTooLong(source)) return undefined
    if (this.#size > MAX_POLICY_PATTERNS_SIZE) return 'the patterns of this policy are too large together'
    const expression = compile(source)
    if (typeof expression === 'string') return `pattern ${quoted(source)}: ${expression}`
    this.#size += expression.programSize() + source.length
    if (expression.programSize() > MAX_PATTERN_INSTRUCTIONS)
      return `pattern ${quoted(source)} is too large when compiled`
    // Most texts do not match most patterns: to look for a part of it tells so several times faster.
    const { longest } = plainParts(source)
    this.#compiled.set(source, {
      matches: text => text.length <= MAX_TEXT_CHARACTERS && text.includes(longest) && expression.testExact(text),
    })
    return undefined
  }

  /** A pattern that was added without a problem. */
  get(source: string): Pattern {
    const pattern = this.#compiled.get(source)
    if (pattern === undefined) throw new Error('pattern was not added')
    return pattern
  }
}

/** Counts as the schema does: code points (JSON Schema, section 6.3.1). */
function isTooLong(source: string): boolean {
  return source.length > MAX_PATTERN_CHARACTERS && [...source].length > MAX_PATTERN_CHARACTERS
}

// The pattern is compiled alone and matched as a whole, never put inside another text: `a)|(b` stays invalid.
function compile(source: string): RE2JS | string {
  try {
    return RE2JS.compile(source)
  } catch (error) {
    const message = error instanceof Error ? error.message : 'not understood'
    return escaped(message.replace('error parsing regexp: ', '').slice(0, 120)).replaceAll('\\u{60}', '`')
  }
}
