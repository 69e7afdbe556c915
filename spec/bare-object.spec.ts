import { expect } from 'chai'
import { bareObject } from '../lib/bare-object.js'

describe('a bare object', () => {
  it('inherits nothing and has nothing', () => {
    const object = bareObject()
    expect(Object.getPrototypeOf(object)).to.equal(null)
    expect(Reflect.ownKeys(object)).to.be.empty
    for (const name of ['constructor', 'toString', '__proto__']) expect(name in object, name).to.equal(false)
  })

  it('takes members by any name, as its own', () => {
    const object = bareObject()
    for (const name of ['constructor', '__proto__', 'toString', '']) object[name] = name
    expect(Object.values(object)).to.deep.equal(['constructor', '__proto__', 'toString', ''])
    expect(Object.getPrototypeOf(object)).to.equal(null)
  })

  it('is another each time', () => {
    bareObject().a = 1
    expect(bareObject()).to.deep.equal(bareObject())
    expect(bareObject()).not.to.equal(bareObject())
  })
})
