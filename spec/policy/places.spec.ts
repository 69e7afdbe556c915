import { expect } from 'chai'
import { Places, pointerPart } from '../../lib/policy/places.js'
import { readYaml } from '../../lib/policy/yaml-text.js'

const TEXT = `a: 1
list:
- x: {y: 2}
- 7
nothing:
"s~/t": 3
1: number
twice: 4
twice: 5
`

describe('the places of a document', () => {
  const read = readYaml(TEXT)
  if (!('root' in read)) throw new Error('not read')
  const places = new Places(read.root)
  const at = (text: string) => TEXT.indexOf(text)

  it('are those of keys and values, by pointer', () => {
    expect(places.of('')).to.deep.equal({ key: 0, value: 0 })
    expect(places.of('/a')).to.deep.equal({ key: 0, value: 3 })
    expect(places.of('/list')).to.deep.equal({ key: at('list'), value: at('- x') })
    expect(places.of('/list/0')).to.deep.equal({ key: at('x:'), value: at('x:') })
    expect(places.of('/list/0/x/y')).to.deep.equal({ key: at('y:'), value: at('2}') })
    expect(places.of('/list/1')).to.deep.equal({ key: at('7'), value: at('7') })
    expect(places.of(`/${pointerPart('s~/t')}`)).to.deep.equal({ key: at('"s~'), value: at('3\n') })
  })

  it('are those of the last of equal keys', () => {
    expect(places.of('/twice')).to.deep.equal({ key: TEXT.lastIndexOf('twice'), value: at('5') })
  })

  it('are unknown of what is not there', () => {
    for (const pointer of ['/b', '/a/b', '/list/2', '/list/x', '/list/0/z', '/1', '/nothing/x']) {
      expect(places.of(pointer), pointer).to.equal(undefined)
    }
  })

  it('of a key without a value are those of what stands there', () => {
    const { key, value } = places.of('/nothing') ?? {}
    expect(key).to.equal(at('nothing'))
    expect(value).to.be.within(at('nothing'), at('"s~'))
  })

  it('escape the parts of a pointer', () => {
    expect(pointerPart('a/b~c')).to.equal('a~1b~0c')
  })
})
