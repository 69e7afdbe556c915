import { expect } from 'chai'
import { KeyMap } from '../lib/key-map.js'

describe('a map by key', () => {
  it('holds one value for each key of each service, in the order in which the keys came', () => {
    const map = new KeyMap<number>()
    map.set('shop', 'b', 1)
    map.set('shop', 'a', 2)
    map.set('shop', 'b', 3)
    map.set('till', 'b', 4)
    expect([map.get('shop', 'b'), map.get('shop', 'a'), map.get('till', 'b')]).to.deep.equal([3, 2, 4])
    expect([...map.of('shop')]).to.deep.equal([
      ['b', 3],
      ['a', 2],
    ])
  })

  it('has nothing for a key of another service, or of none', () => {
    const map = new KeyMap<number>()
    map.set('shop', 'a', 1)
    map.delete('till', 'a')
    map.delete('shop', 'b')
    expect([map.get('till', 'a'), map.get('shop', 'b'), map.get('shop', 'a')]).to.deep.equal([undefined, undefined, 1])
    expect([...map.of('till')]).to.deep.equal([])
  })

  it('keeps nothing of a service whose last key is deleted', () => {
    const map = new KeyMap<number>()
    map.set('shop', 'a', 1)
    const keys = map.of('shop')
    map.delete('shop', 'a')
    map.set('shop', 'b', 2)
    expect([...keys], 'what was there before').to.deep.equal([])
    expect([...map.of('shop')]).to.deep.equal([['b', 2]])
  })
})
