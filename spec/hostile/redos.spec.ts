import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { type Policy, PolicyInvalid, parsePolicy } from '../../lib/index.js'

/** One pattern that a backtracking matcher takes too long for, with what to give it. */
interface Shape {
  readonly name: string
  readonly pattern: string
  readonly attack: { readonly prefix: string; readonly pump: string; readonly suffix: string }
  /** Is no pattern of RE2, or too large; otherwise it may be either taken or refused. */
  readonly refused?: true
}

const shapes: readonly Shape[] = JSON.parse(readFileSync(new URL('./redos-shapes.json', import.meta.url), 'utf8'))
/** The longest is the longest that any pattern matches. */
const LENGTHS = [512, 8192] as const
const RUNS = 3
/** Ten times what is expected of linear time is far below what squares take. */
const TOLERANCE = 10
/** What is too short to be measured counts as so much. */
const LEAST_MILLISECONDS = 0.1
const LOAD_MILLISECONDS = 5000

/** A policy that asks one claim for a pattern; undefined if it is refused at load. */
function load(pattern: string): Policy | undefined {
  const must = { 'have-claim': { text: { is: { matching: pattern } } } }
  const list = { 'enforce-the-first-matching-rule': [{ 'any-token': true, must }] }
  try {
    return parsePolicy(JSON.stringify({ 'for-each-of-the-following': [list] }))
  } catch (error) {
    if (error instanceof PolicyInvalid) return undefined
    throw error
  }
}

function attackOf({ attack: { prefix, pump, suffix } }: Shape, length: number): string {
  return (prefix + pump.repeat(length)).slice(0, length - suffix.length) + suffix
}

/** Processor milliseconds of a whole decision: the least of some. */
function timeOf(policy: Policy, text: string): number {
  const runs = Array.from({ length: RUNS }, () => {
    const before = process.cpuUsage()
    policy.evaluate({ callStack: [{ service: 'a', operation: 'b', claims: { text } }] })
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1000
  })
  return Math.min(...runs)
}

/** By how much too slow a policy is with the longer of two texts, if its time is linear: 1 is the most that is tolerated. */
function excess(policy: Policy, shape: Shape, [short, long]: readonly [number, number]): number {
  const expected = (Math.max(timeOf(policy, attackOf(shape, short)), LEAST_MILLISECONDS) * long) / short
  return timeOf(policy, attackOf(shape, long)) / (TOLERANCE * expected)
}

describe('a pattern that makes others backtrack', function () {
  this.timeout(60_000)

  it('is one of at least 150, each of its own', () => {
    expect(shapes.length).to.be.at.least(150)
    expect(new Set(shapes.map(({ pattern }) => pattern)).size).to.equal(shapes.length)
  })

  it('is refused at load in time, if RE2 has no such pattern or it is too large', () => {
    for (const { name, pattern } of shapes.filter(({ refused }) => refused)) {
      const before = process.cpuUsage()
      expect(load(pattern), name).to.equal(undefined)
      expect(process.cpuUsage(before).user / 1000, name).to.be.below(LOAD_MILLISECONDS)
    }
  })

  it('takes time linear in the text, in whole decisions', () => {
    let judged = 0
    for (const shape of shapes.filter(({ refused }) => !refused)) {
      const policy = load(shape.pattern)
      if (policy === undefined) continue
      judged += 1
      expect(excess(policy, shape, LENGTHS), shape.name).to.be.below(1)
    }
    expect(judged).to.be.at.least(150)
  })

  it('would be noticed: one that takes the square of the text is', () => {
    const squares: Policy = {
      evaluate: ({ callStack: [frame] }) => {
        const isMatch = /^a*a*b$/.test(String(frame?.claims?.text))
        return { effect: isMatch ? 'accept' : 'reject', enforced: true, reason: '', lists: [], stack: '' }
      },
    }
    const shape = { name: '', pattern: '', attack: { prefix: '', pump: 'a', suffix: '' } }
    expect(excess(squares, shape, [256, 16_384])).to.be.above(1)
  })
})
