import type { Call } from './call.js'
import type { CallMatcher } from './call-matcher.js'
import { compileComeThrough, compileOriginateFrom, haveAtMost } from './call-stack-matchers.js'
import { compileClaimsMatcher } from './claims-matcher.js'
import { compileComeFrom } from './come-from.js'
import { operationPhrase } from './frame-matcher.js'
import type * as Document from './generated/policy-document.js'
import { compileInitialTokenMatcher } from './initial-token-matcher.js'
import type { Patterns } from './pattern.js'
import { compileValueMatcher } from './value-matcher.js'

/** All keys beside each other must hold, or else what `or` says. */
export function compileTokenMatcher(document: Document.TokenMatcher, patterns: Patterns): CallMatcher {
  const own = all(questions(document, patterns))
  return document.or === undefined ? own : either(own, compileTokenMatcher(document.or, patterns))
}

function questions(document: Document.TokenMatcher, patterns: Patterns): CallMatcher[] {
  const matchers: CallMatcher[] = []
  const { 'have-operation': operation, 'have-initial-token': initialToken, 'have-claim': claims } = document
  const { 'come-from': stack, 'come-through': way, 'originate-from': origin, 'have-at-most': bound } = document
  if (operation !== undefined) matchers.push(haveOperation(operation, patterns))
  if (bound !== undefined) matchers.push(haveAtMost(bound.apps))
  if (document['have-no-initial-token'] === true) matchers.push(HAVE_NO_INITIAL_TOKEN)
  if (origin !== undefined) matchers.push(compileOriginateFrom(origin, patterns))
  if (stack !== undefined) matchers.push(compileComeFrom(stack, patterns))
  if (way !== undefined) matchers.push(compileComeThrough(way, patterns))
  if (claims !== undefined) matchers.push(haveClaim(claims, patterns))
  if (initialToken !== undefined) matchers.push(haveInitialToken(initialToken, patterns))
  return matchers
}

function all(matchers: readonly CallMatcher[]): CallMatcher {
  const [only, ...others] = matchers
  if (only !== undefined && others.length === 0) return only
  const phrase = matchers.map(matcher => matcher.phrase).join(' and ')
  return {
    phrase,
    matches: call => matchers.every(matcher => matcher.matches(call)),
    expected: call => matchers.find(matcher => !matcher.matches(call))?.expected(call) ?? phrase,
  }
}

function either(one: CallMatcher, other: CallMatcher): CallMatcher {
  return {
    phrase: `${one.phrase}, or ${other.phrase}`,
    matches: call => one.matches(call) || other.matches(call),
    expected: call => `${one.expected(call)}, or ${other.expected(call)}`,
  }
}

function haveOperation(document: Document.ValueMatcher, patterns: Patterns): CallMatcher {
  const { matches, phrase } = compileValueMatcher(document, patterns)
  return {
    phrase: `operation ${phrase}`,
    matches: ({ directCaller }) => matches(directCaller.operation),
    expected: ({ directCaller }) => `operation ${phrase}, found ${operationPhrase(directCaller)}`,
  }
}

function haveClaim(document: Document.ClaimsMatcher, patterns: Patterns): CallMatcher {
  const { matches, phrase } = compileClaimsMatcher(document, patterns)
  return described(phrase, ({ directCaller }) => matches(directCaller.claims))
}

function haveInitialToken(document: Document.InitialTokenMatcher, patterns: Patterns): CallMatcher {
  const { matches, phrase, found } = compileInitialTokenMatcher(document, patterns)
  return {
    phrase,
    matches: ({ initialToken }) => initialToken !== undefined && matches(initialToken),
    expected: ({ initialToken }) => {
      const instead = initialToken === undefined ? 'none' : found?.(initialToken)
      return instead === undefined ? phrase : `${phrase}, found ${instead}`
    },
  }
}

const HAVE_NO_INITIAL_TOKEN = described('no initial token', call => call.initialToken === undefined)

function described(phrase: string, matches: (call: Call) => boolean): CallMatcher {
  return { phrase, matches, expected: () => phrase }
}
