import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'chai'
import { LoopPressure } from '../../lib/jws/loop-pressure.js'
import { PRESSURE_MILLISECONDS } from '../../lib/limits.js'

type Reading = readonly [loopCount: number, idleTime: number, now: number]

/** What a pressure says, asked once for each reading. */
function asked(...readings: readonly Reading[]): boolean[] {
  let at = 0
  const pressure = new LoopPressure(() => {
    const [loopCount, idleTime, now] = readings[at] ?? [0, 0, 0]
    at += 1
    return { loopCount, idleTime, now }
  })
  return readings.map(() => pressure.isBusy)
}

describe('the pressure on an event loop', () => {
  it('is there when the loop came round without having waited', () => {
    expect(asked([7, 40, 1], [8, 40, 2], [8, 40, 2], [9, 40, 3])).to.deep.equal([false, true, true, true])
  })

  it('is not there when the loop waited, or did not come round', () => {
    expect(asked([7, 40, 1], [8, 41, 2], [8, 41, 2], [12, 60, 3])).to.deep.equal([false, false, false, false])
  })

  it('is not said before anything is known', () => {
    expect(asked([0, 0, 0])).to.deep.equal([false])
  })

  it('lasts a while, and no longer', () => {
    const last = 2 + PRESSURE_MILLISECONDS
    const readings: Reading[] = [
      [7, 40, 1],
      [8, 40, 2],
      [9, 41, last - 0.5],
      [10, 42, last],
    ]
    expect(asked(...readings)).to.deep.equal([false, true, true, false])
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
    await sleep(2 * PRESSURE_MILLISECONDS)
    expect(pressure.isBusy).to.equal(false)
  })
})
