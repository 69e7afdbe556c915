import { expect } from 'chai'
import { SetsByKey } from '../lib/sets-by-key.js'

describe('sets by key', () => {
  it('hold each text once, in the order in which they were added', () => {
    const sets = new SetsByKey()
    for (const text of ['b', 'a', 'b']) sets.add('k', text)
    sets.add('other', 'c')
    expect([...sets.of('k')]).to.deep.equal(['b', 'a'])
    expect([...sets.of('other')]).to.deep.equal(['c'])
    expect([...sets.of('none')]).to.deep.equal([])
  })

  it('may lose what is being read', () => {
    const sets = new SetsByKey()
    for (const text of ['a', 'b', 'c']) sets.add('k', text)
    const read: string[] = []
    for (const text of sets.of('k')) {
      read.push(text)
      sets.delete('k', text)
    }
    expect(read).to.deep.equal(['a', 'b', 'c'])
    expect(sets.of('k').size).to.equal(0)
    sets.delete('k', 'a')
    sets.add('k', 'd')
    expect([...sets.of('k')]).to.deep.equal(['d'])
  })
})
