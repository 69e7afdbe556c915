import type { CallFrame } from './call.js'
import { compileClaimsMatcher } from './claims-matcher.js'
import type * as Document from './generated/policy-document.js'
import type { Patterns } from './pattern.js'
import { quoted } from './quoted.js'
import { compileValueMatcher } from './value-matcher.js'

/** A question about one frame. */
export interface FrameMatcher {
  matches(frame: CallFrame): boolean
  /** What matches, in words. */
  readonly phrase: string
}

/** A step of `come-from`: how many frames it takes, and which. */
export interface FrameStep extends FrameMatcher {
  readonly takes: 'one' | 'optional' | 'any-number'
}

/** An element of `come-from`. */
export function compileFrameStep(document: Document.FrameMatcher, patterns: Patterns): FrameStep {
  if (document['any-number-of-apps'] === true) {
    return { takes: 'any-number', matches: () => true, phrase: 'any number of apps' }
  }
  const { matches, phrase } = compileFrameMatcher(document, patterns)
  return document.optional === true
    ? { takes: 'optional', matches, phrase: `optionally ${phrase}` }
    : { takes: 'one', matches, phrase }
}

/** One frame: its name, or any; its operation and its claims where asked for. All must hold. */
export function compileFrameMatcher(document: Document.OneFrameMatcher, patterns: Patterns): FrameMatcher {
  const { 'app-name': name, 'via-operation': operation, 'where-claim': claims } = document
  const parts: FrameMatcher[] = []
  if (name !== undefined) {
    const matcher = compileValueMatcher(name, patterns)
    parts.push({ matches: frame => matcher.matches(frame.service), phrase: matcher.phrase })
  } else parts.push({ matches: () => true, phrase: 'any app' })
  if (operation !== undefined) {
    const matcher = compileValueMatcher(operation, patterns)
    parts.push({ matches: frame => matcher.matches(frame.operation), phrase: `via ${matcher.phrase}` })
  }
  if (claims !== undefined) {
    const matcher = compileClaimsMatcher(claims, patterns)
    parts.push({ matches: frame => matcher.matches(frame.claims), phrase: `with ${matcher.phrase}` })
  }
  const [first, second, ...others] = parts
  const phrase = parts.map(part => part.phrase).join(' ')
  if (first !== undefined && second === undefined) return { matches: first.matches, phrase }
  if (first !== undefined && second !== undefined && others.length === 0) {
    return { matches: frame => first.matches(frame) && second.matches(frame), phrase }
  }
  return { matches: frame => parts.every(part => part.matches(frame)), phrase }
}

/** A frame's operation as a sentence quotes it. */
export function operationPhrase({ operation }: CallFrame): string {
  return typeof operation === 'string' ? quoted(operation) : 'none'
}
