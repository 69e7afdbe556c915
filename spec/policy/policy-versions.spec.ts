import { expect } from 'chai'
import { PolicyInvalid, PolicyUnreadable } from '../../lib/errors/policy.js'
import { POLICY_SETTLE_MILLISECONDS } from '../../lib/limits/decisions.js'
import { PolicyVersions } from '../../lib/policy/policy-versions.js'
import { accepts, policyFor } from './policy-folder.js'
import { stack } from './verdict.js'

const gone = (code: string) => new PolicyUnreadable(`cannot read: ${code}`)

describe('PolicyVersions', () => {
  let versions: PolicyVersions
  let now: number
  beforeEach(() => {
    versions = new PolicyVersions(policyFor('a'), 'cart.yaml')
    now = 1000
  })

  /** What a look brings, as long after the one before as it takes to settle. */
  const look = (found: string | PolicyUnreadable) => {
    now += POLICY_SETTLE_MILLISECONDS
    return versions.next(found, now)
  }

  it('begins with a version that can be used, named in its decisions', () => {
    expect(accepts(versions.inForce, 'a')).to.equal(true)
    expect(versions.inForce.evaluate({ callStack: stack('a') }).lists[0]?.rule?.file).to.equal('cart.yaml')
    expect(() => new PolicyVersions('a: 1', 'cart.yaml')).to.throw(PolicyInvalid, 'cart.yaml:1:1')
  })

  it('has nothing to say of the text that it has', () => {
    const first = versions.inForce
    for (let count = 0; count < 3; count++) expect(look(policyFor('a'))).to.equal(undefined)
    expect(versions.inForce).to.equal(first)
  })

  it('takes a new text when all looks have found it for as long as it takes to settle, not a moment before', () => {
    const at = (milliseconds: number) => versions.next(policyFor('b'), milliseconds)
    expect([0, 0.5, 1, 30, POLICY_SETTLE_MILLISECONDS - 0.01].map(at)).to.deep.equal(Array(5).fill('unsettled'))
    expect(accepts(versions.inForce, 'a')).to.equal(true)
    expect(at(POLICY_SETTLE_MILLISECONDS)).to.equal(versions.inForce)
    expect(accepts(versions.inForce, 'b')).to.equal(true)
  })

  it('counts from the first look that found this very text', () => {
    versions.next(policyFor('b'), 0)
    expect(versions.next(policyFor('c'), POLICY_SETTLE_MILLISECONDS)).to.equal('unsettled')
    expect(versions.next(policyFor('c'), 2 * POLICY_SETTLE_MILLISECONDS - 1)).to.equal('unsettled')
    expect(versions.next(policyFor('c'), 2 * POLICY_SETTLE_MILLISECONDS)).to.equal(versions.inForce)
    expect(accepts(versions.inForce, 'c')).to.equal(true)
  })

  it('takes a new text at the second look that finds it', () => {
    expect(look(policyFor('b'))).to.equal('unsettled')
    expect(accepts(versions.inForce, 'a')).to.equal(true)
    expect(look(policyFor('b'))).to.equal(versions.inForce)
    expect(accepts(versions.inForce, 'b')).to.equal(true)
    expect(versions.inForce.evaluate({ callStack: stack('a') }).lists[0]?.rule?.file).to.equal('cart.yaml')
    expect(look(policyFor('b'))).to.equal(undefined)
  })

  it('waits while a writer goes on', () => {
    const text = policyFor('b')
    for (const length of [0, 5, 20, text.length - 1]) expect(look(text.slice(0, length))).to.equal('unsettled')
    expect(accepts(versions.inForce, 'a')).to.equal(true)
    expect(look(text)).to.equal('unsettled')
    expect(look(text)).to.equal(versions.inForce)
  })

  for (const [what, found] of Object.entries({
    'was as before': policyFor('a'),
    'could not be read': gone('ENOENT'),
  })) {
    it(`counts looks anew after the file ${what}`, () => {
      look(policyFor('b'))
      look(found)
      expect(look(policyFor('b'))).to.equal('unsettled')
      expect(accepts(versions.inForce, 'a')).to.equal(true)
    })
  }

  it('keeps the version in force where a new one is broken, and says so once', () => {
    expect(look('a: 1')).to.equal('unsettled')
    const refusal = look('a: 1')
    expect(refusal).to.be.instanceOf(PolicyInvalid)
    expect(refusal).to.have.property('message').that.includes('cart.yaml:1:1: unknown key `a`')
    expect(look('a: 1')).to.equal(undefined)
    expect(accepts(versions.inForce, 'a')).to.equal(true)
  })

  it('keeps the version in force where the file cannot be read, and says so once for each reason', () => {
    const missing = gone('ENOENT')
    expect(look(missing)).to.equal(missing)
    expect(look(gone('ENOENT'))).to.equal(undefined)
    const denied = gone('EACCES')
    expect(look(denied)).to.equal(denied)
    expect(accepts(versions.inForce, 'a')).to.equal(true)
  })

  it('says again what happens again after the file was well', () => {
    look(gone('ENOENT'))
    look(policyFor('a'))
    expect(look(gone('ENOENT'))).to.be.instanceOf(PolicyUnreadable)
    for (let count = 0; count < 2; count++) look(policyFor('b'))
    expect(look(gone('ENOENT'))).to.be.instanceOf(PolicyUnreadable)
  })

  it('refuses the same broken text again after another was in force between', () => {
    const lookTwice = (text: string) => [look(text), look(text)][1]
    expect(lookTwice('a: 1')).to.be.instanceOf(PolicyInvalid)
    expect(lookTwice(policyFor('b'))).to.equal(versions.inForce)
    expect(lookTwice('a: 1')).to.be.instanceOf(PolicyInvalid)
    expect(accepts(versions.inForce, 'b')).to.equal(true)
  })

  it('goes back to a text that it had before', () => {
    for (const app of ['b', 'a', 'b']) {
      expect(look(policyFor(app))).to.equal('unsettled')
      expect(look(policyFor(app))).to.equal(versions.inForce)
      expect(accepts(versions.inForce, app)).to.equal(true)
    }
  })
})
