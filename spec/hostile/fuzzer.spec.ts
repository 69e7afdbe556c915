import { expect } from 'chai'
import { exposedText } from './exposure.js'
import { fuzz, type Guide, judge, type Plan } from './fuzzer.js'
import { findLeak } from './leak.js'
import type { Target, Trial } from './target.js'

const SECRET = 'Zm9yZ2VkLXNlY3JldC0x'
const PLAN: Plan = { seed: '1', inputs: 3000, seconds: 60 }
const silent = { takeHeard: () => [] }

/** A parser that takes whatever it is given, or does what it is told to. */
function targetOf(attempt: (input: string) => Trial | Promise<Trial>): Target {
  return {
    name: 'made up',
    corpus: ['(a)'],
    token: /[\s\S]/g,
    dictionary: ['(', ')', 'b', 'c'],
    bombs: ['bomb'],
    milliseconds: 5,
    isLawful: outcome => outcome === 'accepted' || outcome === 'refused',
    attempt: async input => await attempt(input),
    close: async () => undefined,
  }
}

const accepted = (...shown: readonly unknown[]): Trial => ({ outcome: 'accepted', shown, secrets: [SECRET] })

/** Why the fuzzer does not like what came of one input. */
async function reasonFor(trial: Trial, heard: readonly unknown[] = []): Promise<string | undefined> {
  return (
    await judge(
      targetOf(() => trial),
      'x',
      { takeHeard: () => heard },
    )
  ).reason
}

describe('the fuzzer', () => {
  it('notices an outcome that is not documented, and says which input it was', async () => {
    const target = targetOf(input => ({ ...accepted(), outcome: input.includes('bb') ? 'thrown' : 'refused' }))
    const { failure } = await fuzz(target, PLAN, silent)
    expect(failure?.reason).to.equal('unlawful outcome: thrown')
    expect(failure?.input).to.contain('bb')
    expect((await fuzz(target, PLAN, silent)).failure).to.deep.equal(failure)
  })

  it('notices what takes too long', async () => {
    const target = targetOf(() => {
      const { user } = process.cpuUsage()
      while (process.cpuUsage().user - user < 80_000);
      return accepted()
    })
    expect((await judge(target, 'x', silent)).reason).to.match(/^\d+ ms, expected at most 50$/)
  })

  it('notices a piece of a secret, wherever it is shown', async () => {
    const piece = SECRET.slice(4, 16)
    const places: readonly unknown[] = [
      piece,
      new Error(`no such ${piece}`),
      new Error('no', { cause: new Error('no', { cause: new TypeError(piece) }) }),
      Object.assign(new Error('no'), { input: piece }),
      Object.defineProperty(new Error('no'), 'input', { value: { deep: [piece] }, enumerable: false }),
      Object.assign(new Error('no'), { toJSON: () => ({ piece }) }),
      Object.assign(new Error('no'), { stack: `Error\n    at ${piece}` }),
      { [Symbol('token')]: piece },
      { [piece]: 1 },
      new Map([[1, { piece }]]),
      Object.create({}, { token: { get: () => piece } }),
    ]
    for (const place of places) {
      expect(await reasonFor(accepted(place)), exposedText([place])).to.contain(piece)
      expect(await reasonFor(accepted(), [place])).to.contain(piece)
    }
    expect(await reasonFor(accepted(SECRET.slice(0, 11)))).to.equal(undefined)
  })

  it('takes neither words nor runs for secrets', () => {
    expect(findLeak('presentation AAAAAAAAAAAAAAAA', ['presentation', 'A'.repeat(99)])).to.equal(undefined)
  })

  it('keeps what reaches something new, and so gets further', async () => {
    const reached = new Set<number>()
    let isNews = false
    const guide: Guide = {
      seesNews: () => isNews,
      learnsNews: () => {
        const was = isNews
        isNews = false
        return was
      },
    }
    const target = targetOf(input => {
      const depth = /^\(*/.exec(input)?.[0].length ?? 0
      if (!reached.has(depth)) isNews = true
      if (depth <= 2 || reached.has(depth - 1)) reached.add(depth)
      return accepted()
    })
    const { corpus } = await fuzz(target, { ...PLAN, guide }, silent)
    expect(corpus.length).to.be.above(target.corpus.length + 2)
  })
})
