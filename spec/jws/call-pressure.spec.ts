import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'chai'
import { CallPressure } from '../../lib/jws/call-pressure.js'
import { BUSY_SHARE, CALLS_A_TURN, PRESSURE_MILLISECONDS, SIGNATURES_OF_A_CROWD } from '../../lib/limits/chains.js'

/** What a loop did, in milliseconds, how often it came round and how many calls it found meanwhile. */
interface Span {
  readonly worked: number
  readonly waited?: number
  readonly turns?: number
  readonly calls?: number
  /** Signatures that are with other threads when the last call comes. */
  readonly elsewhere?: number
}

const LOOK = PRESSURE_MILLISECONDS

/** What a pressure says to the last call of each span. */
function asked(spans: readonly Span[]): boolean[] {
  let now = 1000
  let loopCount = 7
  let idleTime = 40
  const pressure = new CallPressure(
    () => ({ loopCount, idleTime }),
    () => now,
  )
  return spans.map(({ worked, waited = 0, turns = 1, calls = turns * CALLS_A_TURN, elsewhere = 0 }) => {
    for (let call = 1; call < calls; call += 1) pressure.isHigh(0)
    now += worked + waited
    idleTime += waited
    loopCount += turns
    return pressure.isHigh(elsewhere)
  })
}

/** So much of a second was work. */
const share = (worked: number): Span => ({ worked: worked * 1000, waited: (1 - worked) * 1000 })
const pressed = share(1)

describe('the pressure of calls', () => {
  it('is there when the loop hardly waited and found several calls a turn, and not before', () => {
    expect(asked([{ worked: 0 }, share(BUSY_SHARE)])).to.deep.equal([false, true])
    expect(asked([share(BUSY_SHARE - 0.001)])).to.deep.equal([false])
    expect(asked([{ ...pressed, turns: 10, calls: 10 * CALLS_A_TURN - 1 }])).to.deep.equal([false])
    expect(asked([{ ...pressed, turns: 10, calls: 10 * CALLS_A_TURN }])).to.deep.equal([true])
  })

  it('is not seen while the loop does not come round: then all that came is counted', () => {
    const still = { ...pressed, turns: 0, calls: 1 }
    expect(asked([still, still, still])).to.deep.equal([false, false, false])
    expect(asked([still, { ...pressed, calls: 1 }])).to.deep.equal([false, true])
    expect(asked([still, { ...share(0), calls: 1 }])).to.deep.equal([false, false])
  })

  it('stays for as long as others are with the threads that help, however little this one has to do', () => {
    const crowd = { ...share(0.1), calls: 1, elsewhere: SIGNATURES_OF_A_CROWD }
    expect(asked([pressed, crowd, crowd, { ...crowd, elsewhere: SIGNATURES_OF_A_CROWD - 1 }])).to.deep.equal([
      true,
      true,
      true,
      false,
    ])
    expect(asked([pressed, { ...pressed, elsewhere: SIGNATURES_OF_A_CROWD - 1 }]), 'nobody else').to.deep.equal([
      true,
      false,
    ])
  })

  it('is the highest between two looks that counts', () => {
    const brief = { worked: LOOK / 4, calls: 1 }
    const met = { ...brief, elsewhere: SIGNATURES_OF_A_CROWD }
    expect(asked([pressed, met, brief, brief, brief]).at(-1)).to.equal(true)
    expect(asked([pressed, met, brief, brief, brief, brief, brief, brief, brief]).at(-1)).to.equal(false)
  })

  it('is looked at now and then, however often it is asked for', () => {
    const brief = { worked: LOOK / 4 }
    expect(asked([brief, brief, brief, brief])).to.deep.equal([false, false, false, true])
  })

  it('is read from this very loop', async () => {
    const pressure = new CallPressure()
    const end = performance.now() + 20 * LOOK
    const seen: boolean[] = []
    while (performance.now() < end) {
      await nextTurn()
      for (let call = 0; call < CALLS_A_TURN; call += 1) seen.push(pressure.isHigh(SIGNATURES_OF_A_CROWD))
    }
    expect(seen[0]).to.equal(false)
    expect(seen).to.include(true)
    await sleep(20 * LOOK)
    pressure.isHigh(0)
    await sleep(20 * LOOK)
    expect(pressure.isHigh(0)).to.equal(false)
  })
})
