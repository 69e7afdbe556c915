import type { CallFrame } from './call.js'
import type { FrameMatcher } from './document.js'
import { ValueEvaluator } from './evaluator-values.js'

type Frames = readonly CallFrame[]

/** Frames and the call stack: docs/policy.md, section 4. */
export class StackEvaluator extends ValueEvaluator {
  /** Tries every way to cut the frames into one piece for each matcher. */
  protected comesFrom(matchers: readonly FrameMatcher[], frames: Frames): boolean {
    const [matcher, ...others] = matchers
    if (matcher === undefined) return frames.length === 0
    return this.pieces(matcher, frames).some(length => this.comesFrom(others, frames.slice(length)))
  }

  /** How many of the frames in front a matcher of `come-from` may take. */
  protected pieces(matcher: FrameMatcher, frames: Frames): readonly number[] {
    if (matcher['any-number-of-apps'] === true && this.told('any-number-of-apps', true)) {
      return [...Array(frames.length + 1).keys()]
    }
    const [frame] = frames
    const one = frame !== undefined && this.frameMatches(matcher, frame) ? [1] : []
    return matcher.optional === true && this.told('optional', true) ? [0, ...one] : one
  }

  /** Tries every frame for the first matcher, and those behind it for the others. */
  protected comesThrough(matchers: readonly FrameMatcher[], frames: Frames): boolean {
    const [matcher, ...others] = matchers
    if (matcher === undefined) return true
    return frames.some(
      (frame, at) => this.frameMatches(matcher, frame) && this.comesThrough(others, frames.slice(at + 1)),
    )
  }

  protected originatesFrom(matcher: FrameMatcher, frames: Frames): boolean {
    const origin = frames.at(-1)
    return origin !== undefined && this.frameMatches(matcher, origin)
  }

  protected frameMatches(matcher: FrameMatcher, frame: CallFrame): boolean {
    const { 'app-name': name, 'any-app': any, 'via-operation': operation, 'where-claim': claims } = matcher
    if (name !== undefined && !this.told('app-name', this.valueMatches(name, frame.service))) return false
    if (any === true && !this.told('any-app', true)) return false
    if (operation !== undefined && !this.told('via-operation', this.valueMatches(operation, frame.operation)))
      return false
    if (claims !== undefined && !this.told('frame: where-claim', this.claimsMatch(claims, frame.claims))) return false
    return true
  }
}
