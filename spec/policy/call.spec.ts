import { expect } from 'chai'
import { MAX_POLICY_FRAMES } from '../../lib/limits/decisions.js'
import { type Call, readCall } from '../../lib/policy/call.js'
import { callStackText } from '../../lib/policy/call-stack-text.js'
import { frame } from './verdict.js'

const NO_OBJECTS = [undefined, null, 'text', 5, true, [], [{}], () => undefined]
const callOf = (input: unknown) => readCall(input) as Call

describe('a call that a policy judges', () => {
  it('is read from plain data', () => {
    const { directCaller, origin, frames, initialToken } = callOf({
      callStack: [frame('cart', 'write'), frame('shop'), frame('web')],
      initialToken: { claims: { scope: 'a  b', aud: 'x' } },
      now: 1000.9,
    })
    expect([directCaller.service, directCaller.operation, origin.service]).to.deep.equal(['cart', 'write', 'web'])
    expect(frames).to.have.length(3)
    expect(initialToken).to.deep.include({ scope: ['a', 'b'], audience: ['x'], now: 1000 })
  })

  it('is none without an object, and a list of frames', () => {
    for (const input of NO_OBJECTS) expect(readCall(input), String(input)).to.equal('the call is not an object')
    for (const callStack of [undefined, null, 'cart', 5, {}, { length: 1, 0: frame('cart') }]) {
      expect(readCall({ callStack })).to.equal('the call stack is not a list')
    }
    expect(readCall({ callStack: [] })).to.equal('the call stack is empty')
  })

  it('is none with a frame that is no object, has no service or no object of claims', () => {
    const read = (second: unknown) => readCall({ callStack: [frame('cart'), second] })
    for (const second of NO_OBJECTS) expect(read(second)).to.equal('frame 1 of the call stack is not an object')
    for (const service of [undefined, null, '', 5, ['cart']]) {
      expect(read({ service, operation: 'read' })).to.equal('frame 1 of the call stack has no service name')
    }
    for (const claims of NO_OBJECTS.slice(2)) {
      expect(read({ ...frame('cart'), claims })).to.equal('frame 1 of the call stack has claims that are not an object')
    }
    for (const claims of [undefined, null])
      expect(callOf({ callStack: [{ ...frame('cart'), claims }] })).to.be.an('object')
  })

  it('is none with an initial token without an object of claims', () => {
    const read = (initialToken: unknown) => readCall({ callStack: [frame('cart')], initialToken })
    for (const token of NO_OBJECTS.slice(2)) expect(read(token)).to.equal('the initial token is not an object')
    for (const claims of NO_OBJECTS) expect(read({ claims })).to.equal('the initial token has no claims')
    for (const token of [undefined, null]) expect((read(token) as Call).initialToken).to.equal(undefined)
  })

  it('is none with a time that is none', () => {
    const read = (now: unknown) => readCall({ callStack: [frame('cart')], initialToken: { claims: {} }, now })
    for (const now of [-1, '5', Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, {}, true]) {
      expect(read(now), String(now)).to.equal('`now` is not a time in seconds since the epoch')
    }
    for (const now of [undefined, null]) expect((read(now) as Call).initialToken?.now).to.equal(undefined)
    expect((read(0) as Call).initialToken?.now).to.equal(0)
  })

  it('has as many frames as may be, and not one more', () => {
    const frames = (count: number) => Array.from({ length: count }, () => frame('cart'))
    expect(readCall({ callStack: frames(MAX_POLICY_FRAMES) })).to.be.an('object')
    expect(readCall({ callStack: frames(MAX_POLICY_FRAMES + 1) })).to.equal('the call stack has more than 1024 frames')
  })
})

describe('a call stack in words', () => {
  const textOf = (count: number) =>
    callStackText(Array.from({ length: count }, (_, index) => ({ ...frame(`s${index}`), claims: {} })))

  it('is whole up to 32 frames, and then without those in the middle', () => {
    expect(textOf(2)).to.equal('s0 < s1')
    expect(textOf(32)).to.match(/^s0 < s1 < [s\d <]+ < s31$/)
    expect(textOf(33)).to.match(/ < s15 < \(1 more\) < s17 < .* < s32$/)
    expect(textOf(100)).to.match(/^s0 < .* < s15 < \(68 more\) < s84 < .* < s99$/)
  })

  it('quotes what is no name of a service', () => {
    const texts = ['', 'a b', 'cart < shop'].map(service => callStackText([{ ...frame(service), claims: {} }]))
    expect(texts).to.deep.equal(['``', '`a b`', '`cart < shop`'])
  })
})
