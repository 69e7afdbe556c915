import type { Call, CallFrame } from './call.js'
import type { CallMatcher } from './call-matcher.js'
import { compileFrameStep, type FrameStep } from './frame-matcher.js'
import type * as Document from './generated/policy-document.js'
import type { Patterns } from './pattern.js'
import { quoted } from './quoted.js'

/**
 * `come-from`: steps that account for every frame of the stack, in order.
 *
 * Positions lie between frames: 0 before the direct caller, `frames.length` behind the origin. Each step turns the
 * positions that the steps before it can reach into those that it can reach, so every binding is tried, and each step
 * looks at each frame once at most.
 */
export function compileComeFrom(document: readonly Document.FrameMatcher[], patterns: Patterns): CallMatcher {
  const steps = document.map(step => compileFrameStep(step, patterns))
  const phrase = `a call stack of ${steps.map(step => step.phrase).join(', then ')}`
  return {
    phrase,
    matches: call => accountsFor(steps, call),
    expected: call => unmetStep(steps, call.frames) ?? phrase,
  }
}

function accountsFor(steps: readonly FrameStep[], { frames, directCaller, origin }: Call): boolean {
  if (rulesOut(steps[0], directCaller) || rulesOut(steps[steps.length - 1], origin)) return false
  const reached = start(frames)
  for (const step of steps) if (!advance(step, frames, reached)) return false
  return reached[frames.length] === true
}

// Most calls that do not match differ at an end.
function rulesOut(step: FrameStep | undefined, frame: CallFrame): boolean {
  return step?.takes === 'one' && !step.matches(frame)
}

function start(frames: readonly CallFrame[]): boolean[] {
  const reached = new Array<boolean>(frames.length + 1).fill(false)
  reached[0] = true
  return reached
}

/** Moves on by one step, in place. Says whether any position can be reached. */
function advance(step: FrameStep, frames: readonly CallFrame[], reached: boolean[]): boolean {
  if (step.takes === 'any-number') {
    reached.fill(true, reached.indexOf(true))
    return true
  }
  let any = false
  for (let position = frames.length; position >= 0; position--) {
    const stays = step.takes === 'optional' && reached[position] === true
    const arrives = stays || takes(step, frames, position, reached)
    reached[position] = arrives
    any ||= arrives
  }
  return any
}

function takes(step: FrameStep, frames: readonly CallFrame[], position: number, reached: readonly boolean[]): boolean {
  const frame = frames[position - 1]
  return frame !== undefined && reached[position - 1] === true && step.matches(frame)
}

/** The first step that no binding of the steps before it can satisfy, in words, and where it was expected. */
function unmetStep(steps: readonly FrameStep[], frames: readonly CallFrame[]): string | undefined {
  const reached = start(frames)
  for (const [index, step] of steps.entries()) {
    const before = reached.slice()
    if (!advance(step, frames, reached)) return expectedAt(step, before, frames, index === steps.length - 1)
  }
  const next = frames[reached.lastIndexOf(true)]
  return next && `the call stack to end before ${quoted(next.service)}`
}

function expectedAt(
  step: FrameStep,
  before: readonly boolean[],
  frames: readonly CallFrame[],
  isLast: boolean,
): string {
  const position = before.indexOf(true)
  const several = before.lastIndexOf(true) !== position
  const last = frames[position - 1]
  if (position === frames.length && last)
    return `${step.phrase} behind ${quoted(last.service)}, where the call stack ends`
  if (several) return `${step.phrase} ${isLast ? 'at the origin' : `at frame ${position} or behind it`}`
  if (position === 0) return `${step.phrase} as the direct caller`
  return `${step.phrase} ${position === frames.length - 1 ? 'at the origin' : `at frame ${position}`}`
}
