import { expect } from 'chai'
import fc from 'fast-check'
import { encodeUserClaims, readUserClaims } from '../../lib/initial-token/user-claims.js'
import { errorOf, refusalOf } from '../jws/refusal.js'
import { encode, NOW } from './issuer.js'

const codeOf = (text: string, now = NOW) => refusalOf(() => readUserClaims(encode(text), now))
const codeOfSegment = (segment: string) => refusalOf(() => readUserClaims(segment, NOW))
const encodeCodeOf = (claims: unknown) => refusalOf(() => encodeUserClaims(claims as object))

describe('user claims', () => {
  it('are read as they were encoded, frozen and without prototypes', () => {
    const claims = { sub: 'alice', exp: 10_600, roles: ['a'], address: { city: 'Köln' } }
    const verified = readUserClaims(encodeUserClaims(claims).text, NOW)
    expect(verified).to.include({ kind: 'user', expiresAt: 10_600 })
    expect(JSON.parse(JSON.stringify(verified.claims))).to.deep.equal(claims)
    const { address, roles } = verified.claims
    expect([verified, verified.claims, address, roles].every(value => Object.isFrozen(value))).to.equal(true)
    expect([Object.getPrototypeOf(verified.claims), Object.getPrototypeOf(address)]).to.deep.equal([null, null])
  })

  it('need no `exp`, and no member at all', () => {
    expect('expiresAt' in readUserClaims(encodeUserClaims({ sub: 'alice' }).text, NOW)).to.equal(false)
    expect(Object.keys(readUserClaims(encodeUserClaims({}).text, NOW).claims)).to.deep.equal([])
  })

  it('are refused from their `exp` and the skew on: ERR_INITIAL_TOKEN_EXPIRED', async () => {
    expect(await codeOf('{"exp":10000}', 10_004.9)).to.equal('accepted')
    expect(await codeOf('{"exp":10000}', 10_005)).to.equal('ERR_INITIAL_TOKEN_EXPIRED')
    expect(await codeOf('{"exp":10000}', Number.NaN)).to.equal('ERR_INITIAL_TOKEN_EXPIRED')
  })

  it('are refused with a member `iss`, whatever it says: ERR_INITIAL_TOKEN_INVALID', async () => {
    for (const text of ['{"iss":"https://idp.example"}', '{"iss":null}', '{"\\u0069ss":""}']) {
      expect(await codeOf(text)).to.equal('ERR_INITIAL_TOKEN_INVALID')
    }
    expect(await codeOf('{"ISS":1,"deep":{"iss":1}}')).to.equal('accepted')
  })

  it('are refused with an `exp` that is no whole number of seconds: ERR_INITIAL_TOKEN_INVALID', async () => {
    for (const exp of ['10600.5', '"10600"', 'null', '1e400', '-1', '[]', 'true', '9007199254740992']) {
      expect(await codeOf(`{"exp":${exp}}`), exp).to.equal('ERR_INITIAL_TOKEN_INVALID')
    }
  })

  it('are refused when they are no strict JSON object: ERR_INITIAL_TOKEN_INVALID', async () => {
    for (const text of [
      '',
      '[]',
      '"alice"',
      '{"a":1,"a":2}',
      '{"__proto__":{}}',
      '\ufeff{}',
      '{}x',
      '{"a":"\\ud800"}',
      `{"a":${'['.repeat(8)}${']'.repeat(8)}}`,
    ]) {
      expect(await codeOf(text), text).to.equal('ERR_INITIAL_TOKEN_INVALID')
    }
  })

  it('are refused in a segment that is not canonical base64url: ERR_INITIAL_TOKEN_INVALID', async () => {
    expect(encode('{ }')).to.have.length(4)
    for (const segment of ['', 'e3', 'e30=', 'e31', ' e30', 'e30\n', 'e3.0', 'e30~', encode('{}').replace('0', '1')]) {
      expect(await codeOfSegment(segment), segment).to.equal('ERR_INITIAL_TOKEN_INVALID')
    }
    expect(await codeOfSegment('e30')).to.equal('accepted')
  })

  it('are refused when they are longer than any presentation: ERR_INITIAL_TOKEN_INVALID', async () => {
    expect(await codeOf(JSON.stringify({ a: 'x'.repeat(8000) }))).to.equal('ERR_INITIAL_TOKEN_INVALID')
  })

  it('are not encoded when a receiver would refuse them: ERR_OPTION', async () => {
    const deep = JSON.parse(`{"a":${'['.repeat(8)}${']'.repeat(8)}}`)
    const own = JSON.parse('{"__proto__":{"admin":true}}')
    for (const claims of [
      { iss: 'me' },
      { exp: 1.5 },
      { exp: '1' },
      { a: '\ud800' },
      deep,
      own,
      { a: 'x'.repeat(8000) },
      [],
      ['a'],
      null,
      undefined,
      'alice',
      1,
      () => ({}),
    ]) {
      expect(await encodeCodeOf(claims), String(claims)).to.equal('ERR_OPTION')
    }
  })

  it('are not encoded when JSON would change them silently, or cannot write them: ERR_OPTION', async () => {
    const circular: Record<string, unknown> = {}
    circular.self = circular
    const throwing = {
      toJSON: () => {
        throw new Error('SECRET')
      },
    }
    for (const claims of [
      { a: Number.NaN },
      { a: [Number.POSITIVE_INFINITY] },
      { a: () => 1 },
      { a: Symbol('a') },
      { a: 1n },
      circular,
      throwing,
      { a: [undefined] },
    ]) {
      expect(await encodeCodeOf(claims)).to.equal('ERR_OPTION')
    }
    expect((await errorOf(() => encodeUserClaims(throwing))).message).not.to.contain('SECRET')
  })

  it('are encoded without the members that are undefined', () => {
    expect(encodeUserClaims({ sub: 'alice', email: undefined }).text).to.equal(encode('{"sub":"alice"}'))
  })

  it('are always readable once they are encoded', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), claims => {
        fc.pre(!('iss' in claims) && !('exp' in claims) && !JSON.stringify(claims).includes('__proto__'))
        const { claims: read } = readUserClaims(encodeUserClaims(claims).text, NOW)
        expect(JSON.stringify(read)).to.equal(JSON.stringify(JSON.parse(JSON.stringify(claims))))
      }),
    )
  })
})
