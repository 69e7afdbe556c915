import { expect } from 'chai'
import { PolicyInvalid, PolicyUnreadable } from '../../lib/errors/policy.js'
import type { Policy } from '../../lib/model/policy.js'
import { PolicyVersions } from '../../lib/policy/policy-versions.js'
import { mustHave, stack } from './verdict.js'

const from = (name: string) => mustHave(`{ come-from: [{ app-name: { equal-to: ${name} } }] }`)
const accepts = (policy: Policy, name: string) => policy.evaluate({ callStack: stack(name) }).effect === 'accept'
const gone = (code: string) => new PolicyUnreadable(`cannot read: ${code}`)

describe('PolicyVersions', () => {
  let versions: PolicyVersions
  beforeEach(() => {
    versions = new PolicyVersions(from('a'), 'cart.yaml')
  })

  it('begins with a version that can be used, named in its decisions', () => {
    expect(accepts(versions.inForce, 'a')).to.equal(true)
    expect(versions.inForce.evaluate({ callStack: stack('a') }).lists[0]?.rule?.file).to.equal('cart.yaml')
    expect(() => new PolicyVersions('a: 1', 'cart.yaml')).to.throw(PolicyInvalid, 'cart.yaml:1:1')
  })

  it('has nothing to say of the text that it has', () => {
    const first = versions.inForce
    for (let look = 0; look < 3; look++) expect(versions.next(from('a'))).to.equal(undefined)
    expect(versions.inForce).to.equal(first)
  })

  it('takes a new text at the second look in a row that finds it', () => {
    expect(versions.next(from('b'))).to.equal('unsettled')
    expect(accepts(versions.inForce, 'a')).to.equal(true)
    expect(versions.next(from('b'))).to.equal(versions.inForce)
    expect(accepts(versions.inForce, 'b')).to.equal(true)
    expect(versions.inForce.evaluate({ callStack: stack('a') }).lists[0]?.rule?.file).to.equal('cart.yaml')
    expect(versions.next(from('b'))).to.equal(undefined)
  })

  it('waits while a writer goes on', () => {
    const text = from('b')
    for (const length of [0, 5, 20, text.length - 1]) expect(versions.next(text.slice(0, length))).to.equal('unsettled')
    expect(accepts(versions.inForce, 'a')).to.equal(true)
    expect(versions.next(text)).to.equal('unsettled')
    expect(versions.next(text)).to.equal(versions.inForce)
  })

  for (const [what, found] of Object.entries({ 'was as before': from('a'), 'could not be read': gone('ENOENT') })) {
    it(`counts looks anew after the file ${what}`, () => {
      versions.next(from('b'))
      versions.next(found)
      expect(versions.next(from('b'))).to.equal('unsettled')
      expect(accepts(versions.inForce, 'a')).to.equal(true)
    })
  }

  it('keeps the version in force where a new one is broken, and says so once', () => {
    expect(versions.next('a: 1')).to.equal('unsettled')
    const refusal = versions.next('a: 1')
    expect(refusal).to.be.instanceOf(PolicyInvalid)
    expect(refusal).to.have.property('message').that.includes('cart.yaml:1:1: unknown key `a`')
    expect(versions.next('a: 1')).to.equal(undefined)
    expect(accepts(versions.inForce, 'a')).to.equal(true)
  })

  it('keeps the version in force where the file cannot be read, and says so once for each reason', () => {
    const missing = gone('ENOENT')
    expect(versions.next(missing)).to.equal(missing)
    expect(versions.next(gone('ENOENT'))).to.equal(undefined)
    const denied = gone('EACCES')
    expect(versions.next(denied)).to.equal(denied)
    expect(accepts(versions.inForce, 'a')).to.equal(true)
  })

  it('says again what happens again after the file was well', () => {
    versions.next(gone('ENOENT'))
    versions.next(from('a'))
    expect(versions.next(gone('ENOENT'))).to.be.instanceOf(PolicyUnreadable)
    for (let look = 0; look < 2; look++) versions.next(from('b'))
    expect(versions.next(gone('ENOENT'))).to.be.instanceOf(PolicyUnreadable)
  })

  it('refuses the same broken text again after another was in force between', () => {
    const lookTwice = (text: string) => [versions.next(text), versions.next(text)][1]
    expect(lookTwice('a: 1')).to.be.instanceOf(PolicyInvalid)
    expect(lookTwice(from('b'))).to.equal(versions.inForce)
    expect(lookTwice('a: 1')).to.be.instanceOf(PolicyInvalid)
    expect(accepts(versions.inForce, 'b')).to.equal(true)
  })

  it('goes back to a text that it had before', () => {
    for (const app of ['b', 'a', 'b']) {
      expect(versions.next(from(app))).to.equal('unsettled')
      expect(versions.next(from(app))).to.equal(versions.inForce)
      expect(accepts(versions.inForce, app)).to.equal(true)
    }
  })
})
