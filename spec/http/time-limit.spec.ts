import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'chai'
import { TimeLimit } from '../../lib/http/time-limit.js'

const SECONDS = 0.1

describe('a limit of time', () => {
  it('tells each that is late, once and in their order, and nobody else', async () => {
    const limit = new TimeLimit(SECONDS)
    const late: string[] = []
    const begin = (name: string) => limit.begin(() => late.push(name))
    begin('first')
    const end = begin('ended')
    await sleep(SECONDS * 500)
    begin('second')
    end()
    const endLast = begin('last')
    expect(late).to.deep.equal([])
    while (late.length === 0) await sleep(1)
    expect(late).to.deep.equal(['first'])
    endLast()
    while (late.length === 1) await sleep(1)
    await sleep(SECONDS * 2000)
    expect(late).to.deep.equal(['first', 'second'])
  })

  it('is never over too early', async () => {
    const limit = new TimeLimit(SECONDS)
    limit.begin(() => {})
    await sleep(SECONDS * 950)
    const begunAt = performance.now()
    const endedAt = await new Promise<number>(resolve => limit.begin(() => resolve(performance.now())))
    expect(endedAt - begunAt).to.be.at.least(SECONDS * 1000)
  })

  it('begins again after all have ended', async () => {
    const limit = new TimeLimit(SECONDS)
    for (let round = 0; round < 2; round += 1) {
      await new Promise<void>(resolve => limit.begin(resolve))
      await sleep(SECONDS * 300)
    }
  })

  it('may be said to have ended more than once, and when it is late already', async () => {
    const limit = new TimeLimit(SECONDS)
    let calls = 0
    await new Promise<void>(resolve => {
      const end = limit.begin(() => {
        calls += 1
        end()
        resolve()
      })
    })
    expect(calls).to.equal(1)
  })
})
