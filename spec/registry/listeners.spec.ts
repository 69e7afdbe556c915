import { setImmediate as turn } from 'node:timers/promises'
import { expect } from 'chai'
import { Listeners } from '../../lib/registry/listeners.js'

describe('the listeners of a registry', () => {
  const change = { service: 'cart', kid: 'k' }

  it('hear of a change later, as of a frozen one of its own members alone', async () => {
    const listeners = new Listeners()
    const heard: object[] = []
    listeners.add(told => heard.push(told))
    listeners.tell({ ...change, registration: 'more than a hint' } as typeof change)
    expect(heard).to.deep.equal([])
    await turn()
    expect(heard).to.deep.equal([change])
    expect(heard[0]).to.be.frozen
  })

  it('hear nothing that was on its way when they left', async () => {
    const listeners = new Listeners()
    let heard = 0
    const leave = listeners.add(() => {
      heard += 1
    })
    listeners.tell(change)
    leave()
    await turn()
    expect(heard).to.equal(0)
    expect(listeners.isEmpty).to.equal(true)
  })

  it('may listen twice with one function, and leave once', async () => {
    const listeners = new Listeners()
    let heard = 0
    const hear = () => {
      heard += 1
    }
    const leave = listeners.add(hear)
    listeners.add(hear)
    leave()
    leave()
    listeners.tell(change)
    await turn()
    expect(heard).to.equal(1)
  })
})
