import { expect } from 'chai'
import { frame, stack, verdict } from './verdict.js'

function comesFrom(steps: string, services: string): boolean {
  return verdict(`{ come-from: [${steps}] }`, stack(services)) === 'accept'
}

const ANY_NUMBER = '{ any-number-of-apps: true }'
const ANY = '{ any-app: true }'
const named = (name: string) => `{ app-name: { equal-to: ${name} } }`
const optionally = (name: string) => `{ app-name: { equal-to: ${name} }, optional: true }`

describe('come-from', () => {
  it('accounts for every frame, nearest caller first', () => {
    expect(comesFrom(`${named('cart')}, ${named('shop')}`, 'cart < shop')).to.equal(true)
    expect(comesFrom(`${named('shop')}, ${named('cart')}`, 'cart < shop')).to.equal(false)
    expect(comesFrom(named('cart'), 'cart < shop')).to.equal(false)
    expect(comesFrom(`${named('cart')}, ${named('shop')}`, 'cart')).to.equal(false)
  })

  it('lets any-app take exactly one frame', () => {
    expect(comesFrom(ANY, 'x')).to.equal(true)
    expect(comesFrom(ANY, 'x < y')).to.equal(false)
  })

  it('lets any-number-of-apps take none or many', () => {
    expect(comesFrom(`${ANY_NUMBER}, ${named('shop')}`, 'shop')).to.equal(true)
    expect(comesFrom(`${ANY_NUMBER}, ${named('shop')}`, 'a < b < shop')).to.equal(true)
    expect(comesFrom(`${ANY_NUMBER}, ${named('shop')}`, 'shop < a')).to.equal(false)
    expect(comesFrom(ANY_NUMBER, 'a < b')).to.equal(true)
  })

  it('lets an optional step take one frame or none', () => {
    expect(comesFrom(`${optionally('a')}, ${named('b')}`, 'a < b')).to.equal(true)
    expect(comesFrom(`${optionally('a')}, ${named('b')}`, 'b')).to.equal(true)
    expect(comesFrom(`${optionally('a')}, ${named('b')}`, 'a < a < b')).to.equal(false)
    expect(comesFrom('{ any-app: true, optional: true }', 'a')).to.equal(true)
  })

  it('takes `optional: false` and `any-number-of-apps: false` as if they were not there', () => {
    const step = '{ app-name: { equal-to: a }, optional: false, any-number-of-apps: false, any-app: false }'
    expect(comesFrom(step, 'a')).to.equal(true)
    expect(comesFrom(`${step}, ${named('b')}`, 'b')).to.equal(false)
  })

  it('tries every condition on every binding', () => {
    const steps = `${ANY_NUMBER}, { app-name: { equal-to: a }, via-operation: { equal-to: x } }, ${ANY_NUMBER}`
    const matcher = `{ come-from: [${steps}] }`
    expect(verdict(matcher, [frame('a', 'x'), frame('a', 'y')])).to.equal('accept')
    expect(verdict(matcher, [frame('a', 'y'), frame('a', 'x')])).to.equal('accept')
    expect(verdict(matcher, [frame('a', 'y'), frame('b', 'x')])).to.equal('reject')
  })

  it('asks the conditions of an optional step of the frame that it takes', () => {
    const matcher = '{ come-from: [{ app-name: { equal-to: b }, optional: true, via-operation: { equal-to: read } }] }'
    expect(verdict(matcher, [frame('b', 'read')])).to.equal('accept')
    expect(verdict(matcher, [frame('b', 'write')])).to.equal('reject')
  })

  it('asks where-claim of the frame in which it stands', () => {
    const step = (tenant: string) => `{ any-app: true, where-claim: { tenant: { is: { equal-to: ${tenant} } } } }`
    const callStack = [frame('a', 'x', { tenant: 'one' }), frame('b', 'x', { tenant: 'two' })]
    expect(verdict(`{ come-from: [${step('one')}, ${step('two')}] }`, callStack)).to.equal('accept')
    expect(verdict(`{ come-from: [${step('two')}, ${step('one')}] }`, callStack)).to.equal('reject')
  })

  it('asks for name, operation and claims together', () => {
    const step =
      '{ app-name: { equal-to: a }, via-operation: { equal-to: x }, where-claim: { t: { is: { equal-to: 1 } } } }'
    expect(verdict(`{ come-from: [${step}] }`, [frame('a', 'x', { t: 1 })])).to.equal('accept')
    for (const other of [frame('b', 'x', { t: 1 }), frame('a', 'y', { t: 1 }), frame('a', 'x', { t: 2 })]) {
      expect(verdict(`{ come-from: [${step}] }`, [other])).to.equal('reject')
    }
  })

  it('never lets a pattern reach over two frames', () => {
    expect(comesFrom('{ app-name: { matching: "a.*" } }, { app-name: { equal-to: c } }', 'a1 < evil < c')).to.equal(
      false,
    )
    expect(comesFrom(`${ANY_NUMBER}, { app-name: { matching: "b?" } }, ${ANY_NUMBER}`, 'a < c')).to.equal(false)
    expect(verdict(`{ come-from: [${ANY_NUMBER}] }`, [frame('a|b'), frame('c\nd')])).to.equal('accept')
  })

  it('stays quick with many wildcards over a long stack', () => {
    const services = Array.from({ length: 40 }, () => 'a').join(' < ')
    const steps = [...Array.from({ length: 5 }, () => ANY_NUMBER), named('nobody'), ANY_NUMBER].join(', ')
    const started = performance.now()
    for (let round = 0; round < 50; round++) expect(comesFrom(steps, services)).to.equal(false)
    expect(performance.now() - started).to.be.below(5000)
  })
})

describe('come-through', () => {
  const through = (stops: string, services: string) => verdict(`{ come-through: [${stops}] }`, stack(services))

  it('finds frames in their order, with anything around them', () => {
    const stops = `${named('b')}, ${named('d')}`
    expect(through(stops, 'a < b < c < d < e')).to.equal('accept')
    expect(through(stops, 'b < d')).to.equal('accept')
    expect(through(stops, 'd < b')).to.equal('reject')
    expect(through(stops, 'a < b')).to.equal('reject')
  })

  it('binds each of its frames to a frame of its own', () => {
    expect(through(`${named('a')}, ${named('a')}`, 'a')).to.equal('reject')
    expect(through(`${named('a')}, ${named('a')}`, 'a < b < a')).to.equal('accept')
    expect(through(`${ANY}, ${named('a')}`, 'a')).to.equal('reject')
  })

  it('asks for operations and claims too', () => {
    const matcher = '{ come-through: [{ app-name: { equal-to: a }, via-operation: { equal-to: x } }] }'
    expect(verdict(matcher, [frame('a', 'y'), frame('a', 'x')])).to.equal('accept')
    expect(verdict(matcher, [frame('a', 'y'), frame('b', 'x')])).to.equal('reject')
  })
})

describe('originate-from', () => {
  it('looks at the last frame', () => {
    expect(verdict(`{ originate-from: ${named('shop')} }`, stack('cart < shop'))).to.equal('accept')
    expect(verdict(`{ originate-from: ${named('shop')} }`, stack('shop < cart'))).to.equal('reject')
    expect(verdict(`{ originate-from: ${named('shop')} }`, stack('shop'))).to.equal('accept')
    expect(verdict(`{ originate-from: ${ANY} }`, stack('a < b'))).to.equal('accept')
  })
})
