import { expect } from 'chai'
import fc from 'fast-check'
import { SecondQueue } from '../../lib/replay/second-queue.js'

describe('second queue', () => {
  it('gives back the smallest second first, whatever the order they came in', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), seconds => {
        const queue = new SecondQueue()
        for (const second of seconds) queue.add(second)
        const drained: number[] = []
        for (let first = queue.first; first !== undefined; first = queue.first) {
          drained.push(first)
          queue.drop()
        }
        expect(drained).to.deep.equal([...seconds].sort((a, b) => a - b))
      }),
    )
  })

  it('keeps its order between adding and dropping', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer({ min: 0, max: 50 }), { nil: undefined })), steps => {
        const queue = new SecondQueue()
        let model: number[] = []
        for (const second of steps) {
          if (second === undefined) {
            queue.drop()
            model = model.slice(1)
          } else {
            queue.add(second)
            model = [...model, second].sort((a, b) => a - b)
          }
          expect(queue.first).to.equal(model[0])
        }
      }),
    )
  })

  it('is empty at first, and drops nothing then', () => {
    const queue = new SecondQueue()
    queue.drop()
    expect(queue.first).to.equal(undefined)
  })
})
