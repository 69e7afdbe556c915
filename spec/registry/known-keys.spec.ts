import { expect } from 'chai'
import type { Registration } from '../../lib/model/registration.js'
import { KnownKey } from '../../lib/registry/known-key.js'
import { KnownKeys } from '../../lib/registry/known-keys.js'
import { placeOf } from '../../lib/registry/place.js'

const anyKey = () => new KnownKey({} as Registration, 0)

describe('the keys that are known', () => {
  const keysOf = (known: KnownKeys, service: string, count: number) =>
    Array.from({ length: count }, (_, index) => `${service}/${index}`).filter(
      path => known.get(placeOf(path)) !== undefined,
    )

  it('of one service drive out its own when they are too many, the first found first, and no other', () => {
    const known = new KnownKeys({ keys: 100, keysPerService: 3 })
    known.set(placeOf('shop/0'), anyKey())
    for (let index = 0; index < 50; index += 1) known.set(placeOf(`flood/${index}`), anyKey())
    expect(keysOf(known, 'flood', 50)).to.deep.equal(['flood/47', 'flood/48', 'flood/49'])
    expect(known.get(placeOf('shop/0'))).to.not.equal(undefined)
  })

  it('take no more of their share when they are found again', () => {
    const known = new KnownKeys({ keys: 100, keysPerService: 2 })
    known.set(placeOf('shop/0'), anyKey())
    known.set(placeOf('shop/1'), anyKey())
    const again = anyKey()
    for (let time = 0; time < 5; time += 1) known.set(placeOf('shop/0'), again)
    expect(keysOf(known, 'shop', 2)).to.deep.equal(['shop/0', 'shop/1'])
    expect(known.get(placeOf('shop/0'))).to.equal(again)
  })

  it('give back their share when they are dropped, or driven out by others', () => {
    const known = new KnownKeys({ keys: 3, keysPerService: 2 })
    for (const path of ['shop/0', 'shop/1']) known.set(placeOf(path), anyKey())
    known.delete(placeOf('shop/0'))
    known.set(placeOf('shop/2'), anyKey())
    expect(keysOf(known, 'shop', 3)).to.deep.equal(['shop/1', 'shop/2'])
    for (const service of ['a', 'b', 'c']) known.set(placeOf(`${service}/0`), anyKey())
    expect(keysOf(known, 'shop', 3)).to.deep.equal([])
    known.set(placeOf('shop/3'), anyKey())
    known.set(placeOf('shop/4'), anyKey())
    expect(keysOf(known, 'shop', 5)).to.deep.equal(['shop/3', 'shop/4'])
  })

  it('of a service that may have one are the newest', () => {
    const known = new KnownKeys({ keys: 10, keysPerService: 1 })
    for (let index = 0; index < 3; index += 1) known.set(placeOf(`shop/${index}`), anyKey())
    expect(keysOf(known, 'shop', 3)).to.deep.equal(['shop/2'])
  })
})
