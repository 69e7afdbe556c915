import { expect } from 'chai'
import type { Registration } from '../../lib/model/registration.js'
import { KnownKey } from '../../lib/registry/known-key.js'
import { KnownKeys } from '../../lib/registry/known-keys.js'

/** `shop/1`: the key `1` of shop. */
function placeOf(path: string) {
  const [service = '', kid = ''] = path.split('/')
  return { service, kid }
}

const knownOf = (path: string) => new KnownKey(placeOf(path) as Registration, 0)

describe('the keys that are known', () => {
  const keysOf = (known: KnownKeys, service: string, count: number) =>
    Array.from({ length: count }, (_, index) => `${service}/${index}`).filter(
      path => known.get(placeOf(path)) !== undefined,
    )

  it('of one service drive out its own when they are too many, the first found first, and no other', () => {
    const known = new KnownKeys({ keys: 100, keysPerService: 3 })
    known.set(knownOf('shop/0'))
    for (let index = 0; index < 50; index += 1) known.set(knownOf(`flood/${index}`))
    expect(keysOf(known, 'flood', 50)).to.deep.equal(['flood/47', 'flood/48', 'flood/49'])
    expect(known.get(placeOf('shop/0'))).to.not.equal(undefined)
  })

  it('take no more of their share when they are found again', () => {
    const known = new KnownKeys({ keys: 100, keysPerService: 2 })
    known.set(knownOf('shop/0'))
    known.set(knownOf('shop/1'))
    const again = knownOf('shop/0')
    for (let time = 0; time < 5; time += 1) known.set(again)
    expect(keysOf(known, 'shop', 2)).to.deep.equal(['shop/0', 'shop/1'])
    expect(known.get(placeOf('shop/0'))).to.equal(again)
  })

  it('give back their share when they are dropped, or driven out by others', () => {
    const known = new KnownKeys({ keys: 3, keysPerService: 2 })
    for (const path of ['shop/0', 'shop/1']) known.set(knownOf(path))
    known.delete(placeOf('shop/0'))
    known.set(knownOf('shop/2'))
    expect(keysOf(known, 'shop', 3)).to.deep.equal(['shop/1', 'shop/2'])
    for (const service of ['a', 'b', 'c']) known.set(knownOf(`${service}/0`))
    expect(keysOf(known, 'shop', 3)).to.deep.equal([])
    known.set(knownOf('shop/3'))
    known.set(knownOf('shop/4'))
    expect(keysOf(known, 'shop', 5)).to.deep.equal(['shop/3', 'shop/4'])
  })

  it('of a service that may have one are the newest', () => {
    const known = new KnownKeys({ keys: 10, keysPerService: 1 })
    for (let index = 0; index < 3; index += 1) known.set(knownOf(`shop/${index}`))
    expect(keysOf(known, 'shop', 3)).to.deep.equal(['shop/2'])
  })
})
