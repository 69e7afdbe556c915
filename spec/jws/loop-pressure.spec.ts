import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'chai'
import { LoopPressure } from '../../lib/jws/loop-pressure.js'

describe('the pressure on an event loop', () => {
  const figures = (...turns: readonly (readonly [loopCount: number, idleTime: number])[]) => {
    let at = -1
    return () => {
      at += 1
      const [loopCount = 0, idleTime = 0] = turns[at] ?? []
      return { loopCount, idleTime }
    }
  }
  const asked = (pressure: LoopPressure, times: number) => Array.from({ length: times }, () => pressure.isBusy)

  it('is there when the loop came round without having waited, and for all of that turn', () => {
    const pressure = new LoopPressure(figures([7, 40], [8, 40], [8, 40], [9, 40]))
    expect(asked(pressure, 4)).to.deep.equal([false, true, true, true])
  })

  it('is gone when the loop has waited', () => {
    const pressure = new LoopPressure(figures([7, 40], [8, 40], [9, 41], [9, 41], [12, 60], [13, 60]))
    expect(asked(pressure, 6)).to.deep.equal([false, true, false, false, false, true])
  })

  it('is not said before anything is known', () => {
    expect(new LoopPressure(figures([0, 0])).isBusy).to.equal(false)
  })

  it('is read from this very loop', async () => {
    const pressure = new LoopPressure()
    expect(pressure.isBusy).to.equal(false)
    const seen: boolean[] = []
    for (let turn = 0; turn < 20; turn += 1) {
      await nextTurn()
      seen.push(pressure.isBusy)
    }
    expect(seen).to.include(true)
    await sleep(20)
    expect(pressure.isBusy).to.equal(false)
  })
})
