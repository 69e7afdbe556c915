import type { CallMatcher } from './call-matcher.js'
import { compileFrameMatcher } from './frame-matcher.js'
import type * as Document from './generated/policy-document.js'
import type { Patterns } from './pattern.js'

/** `come-through`: frames that occur in this order, with anything around them. The first that fits is taken each time. */
export function compileComeThrough(document: readonly Document.OneFrameMatcher[], patterns: Patterns): CallMatcher {
  const stops = document.map(stop => compileFrameMatcher(stop, patterns))
  const phrase = `a way through ${stops.map(stop => stop.phrase).join(', then ')}`
  return {
    phrase,
    matches: ({ frames }) => {
      let passed = 0
      for (const frame of frames) {
        if (stops[passed]?.matches(frame) && ++passed === stops.length) return true
      }
      return false
    },
    expected: () => phrase,
  }
}

/** `originate-from`: the last frame. */
export function compileOriginateFrom(document: Document.OneFrameMatcher, patterns: Patterns): CallMatcher {
  const { matches, phrase } = compileFrameMatcher(document, patterns)
  const atOrigin = `${phrase} at the origin`
  return {
    phrase: atOrigin,
    matches: ({ origin }) => matches(origin),
    expected: () => atOrigin,
  }
}

/** `have-at-most`: a bound on the number of frames. */
export function haveAtMost(apps: number): CallMatcher {
  const phrase = `at most ${apps} ${apps === 1 ? 'app' : 'apps'}`
  return {
    phrase,
    matches: ({ frames }) => frames.length <= apps,
    expected: ({ frames }) => `${phrase}, found ${frames.length}`,
  }
}
