import type { Call, CallFrame } from './call.js'
import { isMissing } from './call.js'
import type { FrameMatcher, Literal, Rule, RuleList, TokenMatcher, ValueMatcher } from './document.js'
import { Evaluator, type ListJudgement } from './evaluator.js'
import { matchesWhole } from './pattern.js'

type Frames = readonly CallFrame[]

/** Evaluators with one rule of docs/policy.md changed, each named by the change. The comparison has to notice them all. */
export const VARIANTS: readonly (readonly [name: string, variant: new () => Evaluator])[] = [
  [
    'the last matching rule decides',
    class extends Evaluator {
      protected override decidingRule(rules: readonly Rule[], call: Call): number {
        return rules.findLastIndex(rule => this.conditionMatches(rule, call))
      }
    },
  ],
  [
    'any matching rule that accepts is enough',
    class extends Evaluator {
      protected override decidingRule(rules: readonly Rule[], call: Call): number {
        const accepting = rules.findIndex(rule => this.conditionMatches(rule, call) && this.ruleAccepts(rule, call))
        return accepting >= 0 ? accepting : super.decidingRule(rules, call)
      }
    },
  ],
  [
    '`otherwise` rescues a failed `must`',
    class extends Evaluator {
      protected override listJudges(list: RuleList, position: number, call: Call): ListJudgement {
        const judged = super.listJudges(list, position, call)
        return list.otherwise === 'accept' ? { ...judged, effect: 'accept' } : judged
      }
    },
  ],
  [
    'no rule that matches means accept',
    class extends Evaluator {
      protected override acceptsOtherwise(): boolean {
        return true
      }
    },
  ],
  [
    'the first list that accepts ends the matter',
    class extends Evaluator {
      protected override isSettled(): boolean {
        return true
      }
    },
  ],
  [
    '`or` is one more thing that must hold',
    class extends Evaluator {
      protected override tokenMatches({ or, ...keys }: TokenMatcher, call: Call): boolean {
        return this.allHold(keys, call) && (or === undefined || this.tokenMatches(or, call))
      }
    },
  ],
  [
    'a missing claim matches',
    class extends Evaluator {
      protected override valueMatches(matcher: ValueMatcher, value: unknown): boolean {
        return isMissing(value) || super.valueMatches(matcher, value)
      }
    },
  ],
  [
    'inherited properties are claims',
    class extends Evaluator {
      protected override claimOf(claims: object, name: string): unknown {
        return (claims as Readonly<Record<string, unknown>>)[name]
      }
    },
  ],
  [
    'types are mixed',
    class extends Evaluator {
      protected override equal(literal: Literal, value: unknown): boolean {
        return String(literal) === String(value)
      }
    },
  ],
  [
    'case does not count',
    class extends Evaluator {
      protected override equal(literal: Literal, value: unknown): boolean {
        const lower = (some: unknown) => (typeof some === 'string' ? some.toLowerCase() : some)
        return lower(literal) === lower(value)
      }
    },
  ],
  [
    'texts are normalized',
    class extends Evaluator {
      protected override equal(literal: Literal, value: unknown): boolean {
        const normal = (some: unknown) => (typeof some === 'string' ? some.normalize() : some)
        return normal(literal) === normal(value)
      }
    },
  ],
  [
    'a pattern matches anywhere in a text',
    class extends Evaluator {
      protected override patternMatches(pattern: string, value: unknown): boolean {
        return typeof value === 'string' && [...value].some((_, at) => prefixMatches(pattern, value.slice(at)))
      }
    },
  ],
  [
    'a pattern matches before a line feed at the end',
    class extends Evaluator {
      protected override patternMatches(pattern: string, value: unknown): boolean {
        return typeof value === 'string' && matchesWhole(pattern, value.replace(/\n$/, ''))
      }
    },
  ],
  [
    '`only` allows elements that are missing',
    class extends Evaluator {
      protected override hasOnly(literals: readonly Literal[], elements: readonly unknown[]): boolean {
        const isAllowed = (element: unknown) => literals.some(literal => this.equal(literal, element))
        return elements.every(isAllowed)
      }
    },
  ],
  [
    '`only` counts repetitions',
    class extends Evaluator {
      protected override hasOnly(literals: readonly Literal[], elements: readonly unknown[]): boolean {
        return literals.length === elements.length && super.hasOnly(literals, elements)
      }
    },
  ],
  [
    '`only` ignores elements that are null',
    class extends Evaluator {
      protected override hasOnly(literals: readonly Literal[], elements: readonly unknown[]): boolean {
        return super.hasOnly(
          literals,
          elements.filter(element => !isMissing(element)),
        )
      }
    },
  ],
  [
    'a scope that is a text is not split',
    class extends Evaluator {
      protected override scopesOf(claim: unknown): unknown {
        return this.audiencesOf(claim)
      }
    },
  ],
  [
    'empty pieces of a scope count',
    class extends Evaluator {
      protected override scopesOf(claim: unknown): unknown {
        return typeof claim === 'string' ? claim.split(' ') : claim
      }
    },
  ],
  [
    'an audience that is a text is split',
    class extends Evaluator {
      protected override audiencesOf(claim: unknown): unknown {
        return this.scopesOf(claim)
      }
    },
  ],
  [
    'names are joined',
    class extends Evaluator {
      protected override pieces(matcher: FrameMatcher, frames: Frames): readonly number[] {
        const [first, second] = frames
        if (first === undefined || second === undefined) return super.pieces(matcher, frames)
        const joined = { ...second, service: `${first.service}${second.service}` }
        return [...super.pieces(matcher, frames), ...(this.frameMatches(matcher, joined) ? [2] : [])]
      }
    },
  ],
  [
    'every matcher takes as many frames as it can',
    class extends Evaluator {
      protected override pieces(matcher: FrameMatcher, frames: Frames): readonly number[] {
        return super.pieces(matcher, frames).slice(-1)
      }
    },
  ],
  [
    '`come-from` leaves frames over',
    class extends Evaluator {
      protected override comesFrom(matchers: readonly FrameMatcher[], frames: Frames): boolean {
        return matchers.length === 0 || super.comesFrom(matchers, frames)
      }
    },
  ],
  [
    'an age has no time that it is counted from',
    class extends Evaluator {
      protected override isWithin(...[bound, time, now]: Parameters<Evaluator['isWithin']>): boolean {
        return now === undefined || super.isWithin(bound, time, now)
      }
    },
  ],
  [
    'an age is less than its bound',
    class extends Evaluator {
      protected override isWithin(...[{ seconds }, time, now]: Parameters<Evaluator['isWithin']>): boolean {
        return super.isWithin({ seconds: seconds - 1 }, time, now)
      }
    },
  ],
  [
    'clocks differ in an age, too',
    class extends Evaluator {
      protected override isWithin(...[{ seconds }, time, now]: Parameters<Evaluator['isWithin']>): boolean {
        return super.isWithin({ seconds: seconds + 5 }, time, now)
      }
    },
  ],
  [
    'what lies ahead was just now',
    class extends Evaluator {
      protected override isWithin(...[bound, time, now]: Parameters<Evaluator['isWithin']>): boolean {
        return super.isWithin(bound, now !== undefined && Number(time) > now ? now : time, now)
      }
    },
  ],
  [
    'a time may be a text',
    class extends Evaluator {
      protected override isWithin(...[bound, time, now]: Parameters<Evaluator['isWithin']>): boolean {
        return super.isWithin(bound, typeof time === 'string' ? Number(time) : time, now)
      }
    },
  ],
  [
    'the origin comes first',
    class extends Evaluator {
      protected override policyJudges(...[policy, call]: Parameters<Evaluator['policyJudges']>) {
        return super.policyJudges(policy, { ...call, frames: call.frames.toReversed() })
      }
    },
  ],
  [
    '`come-through` gives two matchers one frame',
    class extends Evaluator {
      protected override comesThrough(matchers: readonly FrameMatcher[], frames: Frames): boolean {
        const [matcher, ...others] = matchers
        if (matcher === undefined) return true
        return frames.some(
          (frame, at) => this.frameMatches(matcher, frame) && this.comesThrough(others, frames.slice(at)),
        )
      }
    },
  ],
  [
    '`come-through` does not mind the order',
    class extends Evaluator {
      protected override comesThrough(matchers: readonly FrameMatcher[], frames: Frames): boolean {
        return matchers.every(matcher => frames.some(frame => this.frameMatches(matcher, frame)))
      }
    },
  ],
  [
    '`originate-from` looks at frame 0',
    class extends Evaluator {
      protected override originatesFrom(matcher: FrameMatcher, frames: Frames): boolean {
        return super.originatesFrom(matcher, frames.slice(0, 1))
      }
    },
  ],
  [
    '`have-at-most` means fewer',
    class extends Evaluator {
      protected override isAtMost(frames: number, apps: number): boolean {
        return frames < apps
      }
    },
  ],
]

function prefixMatches(pattern: string, text: string): boolean {
  return [...text].some((_, at) => matchesWhole(pattern, text.slice(0, at + 1)))
}
