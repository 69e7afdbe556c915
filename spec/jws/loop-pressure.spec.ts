import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'chai'
import { LoopPressure } from '../../lib/jws/loop-pressure.js'
import { PRESSURE_TURNS } from '../../lib/limits/chains.js'

type Reading = readonly [loopCount: number, idleTime: number]

/** What a pressure says, asked once for each reading. */
function asked(readings: readonly Reading[]): boolean[] {
  let at = 0
  const pressure = new LoopPressure(() => {
    const [loopCount, idleTime] = readings[at] ?? [0, 0]
    at += 1
    return { loopCount, idleTime }
  })
  return readings.map(() => pressure.isBusy)
}

/** So many turns, each asked about once. */
const turns = (count: number, idleTimeOf: (turn: number) => number): Reading[] =>
  Array.from({ length: count }, (_, turn) => [turn, idleTimeOf(turn)])

describe('the pressure on an event loop', () => {
  it('is there when the loop came round time and again without having waited', () => {
    const said = asked(turns(PRESSURE_TURNS + 3, () => 40))
    expect(said.indexOf(true)).to.equal(PRESSURE_TURNS)
    expect(said.slice(PRESSURE_TURNS)).to.deep.equal([true, true, true])
  })

  it('is not there when the loop waits, however briefly and seldom', () => {
    expect(asked(turns(50, turn => turn))).not.to.include(true)
    expect(asked(turns(50, turn => Math.floor(turn / PRESSURE_TURNS)))).not.to.include(true)
  })

  it('is not there when the loop does not come round', () => {
    expect(asked(Array.from({ length: 50 }, () => [7, 40] as const))).not.to.include(true)
  })

  it('is gone when the loop has waited', () => {
    const pressed = turns(PRESSURE_TURNS + 1, () => 40)
    expect(asked([...pressed, [100, 41], [101, 41]]).slice(-3)).to.deep.equal([true, false, false])
  })

  it('is read from this very loop', async () => {
    const pressure = new LoopPressure()
    expect(pressure.isBusy).to.equal(false)
    const seen: boolean[] = []
    for (let turn = 0; turn < 5 * PRESSURE_TURNS; turn += 1) {
      await nextTurn()
      seen.push(pressure.isBusy)
    }
    expect(seen).to.include(true)
    await sleep(20)
    expect(pressure.isBusy).to.equal(false)
  })
})
