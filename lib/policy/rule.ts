import type { RuleReference } from '../model/decision.js'
import type { Call } from './call.js'
import type { CallMatcher } from './call-matcher.js'
import type * as Document from './generated/policy-document.js'
import { type IndexKey, indexKeys } from './index-key.js'
import type { Patterns } from './pattern.js'
import { escaped, quoted } from './quoted.js'
import { compileTokenMatcher } from './token-matcher.js'

/** A rule that is ready to be asked. */
export interface Rule {
  readonly reference: RuleReference
  /** Where the rule stands and what it is called, as reasons say it: `` rule 1 (cart.yaml:8) ``. */
  readonly title: string
  /** What the condition needs of a call, in each of these places; none where it may match any call. */
  readonly keys: readonly IndexKey[]
  /** Whether the condition matches. */
  applies(call: Call): boolean
  /** What the consequence expected of the call, in words; undefined where it is satisfied. */
  unmet(call: Call): string | undefined
}

/** Where a rule stands in the text. */
export interface RulePlace {
  readonly index: number
  readonly file: string | undefined
  readonly line: number
}

/** A condition and a consequence. */
export function compileRule(document: Document.Rule, { index, file, line }: RulePlace, patterns: Patterns): Rule {
  const { name, because, must, 'tokens-that': tokensThat } = document
  const condition = tokensThat && compileTokenMatcher(tokensThat, patterns)
  const reference = Object.freeze({
    index,
    ...(name !== undefined && { name }),
    ...(because !== undefined && { because }),
    ...(file !== undefined && { file }),
    line,
  })
  return {
    reference,
    title: title(reference),
    keys: tokensThat === undefined ? [] : indexKeys(tokensThat),
    applies: condition?.matches ?? (() => true),
    unmet: must === undefined ? rejected(condition) : unmetMust(compileTokenMatcher(must, patterns)),
  }
}

function unmetMust(must: CallMatcher): Rule['unmet'] {
  return call => (must.matches(call) ? undefined : must.expected(call))
}

function rejected(condition: CallMatcher | undefined): Rule['unmet'] {
  const expected = condition === undefined ? 'no call at all' : `no call that has ${condition.phrase}`
  return () => expected
}

function title({ index, name, because, file, line }: RuleReference): string {
  const place = file === undefined ? `line ${line}` : `${escaped(file)}:${line}`
  const reason = because === undefined ? '' : `, ${quoted(because, because.length)}`
  return `rule ${index}${name === undefined ? '' : ` ${quoted(name, name.length)}`} (${place}${reason})`
}
