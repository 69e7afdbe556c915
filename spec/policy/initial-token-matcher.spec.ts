import { expect } from 'chai'
import type { JsonObject } from '../../lib/model/json.js'
import { effect, mustHave, stack, verdict } from './verdict.js'

function initialToken(matcher: string, claims?: JsonObject): boolean {
  return verdict(`{ have-initial-token: ${matcher} }`, stack('cart'), claims) === 'accept'
}

describe('an initial token matcher', () => {
  it('is false without an initial token', () => {
    expect(initialToken('{ where-scope-contains: { value: a } }')).to.equal(false)
  })

  it('finds the issuer', () => {
    expect(initialToken('{ where-issuer-is: { equal-to: https://a.example } }', { iss: 'https://a.example' })).to.equal(
      true,
    )
    expect(initialToken('{ where-issuer-is: { equal-to: https://a.example } }', { iss: 'https://b.example' })).to.equal(
      false,
    )
    expect(initialToken('{ where-issuer-is: { matching: ".*" } }', { sub: 'ada' })).to.equal(false)
  })

  it('takes a scope as a list or as a string with spaces between', () => {
    const matcher = '{ where-scope-contains: { value: shop.user } }'
    expect(initialToken(matcher, { scope: 'openid shop.user' })).to.equal(true)
    expect(initialToken(matcher, { scope: ['openid', 'shop.user'] })).to.equal(true)
    expect(initialToken(matcher, { scope: 'openid  shop.user ' })).to.equal(true)
    expect(initialToken(matcher, { scope: 'shop.user.more' })).to.equal(false)
    expect(initialToken(matcher, { scope: ['openid shop.user'] })).to.equal(false)
    expect(initialToken(matcher, { scope: 'openid\tshop.user' })).to.equal(false)
    expect(initialToken(matcher, { scope: null })).to.equal(false)
    expect(initialToken('{ where-scope-contains: { value: "" } }', { scope: ' ' })).to.equal(false)
    expect(initialToken('{ where-scope-contains: { only: [a, b] } }', { scope: 'b a' })).to.equal(true)
  })

  it('takes an audience as a list or as one string, which is never split', () => {
    const matcher = '{ where-audience-contains: { value: web } }'
    expect(initialToken(matcher, { aud: 'web' })).to.equal(true)
    expect(initialToken(matcher, { aud: ['mobile', 'web'] })).to.equal(true)
    expect(initialToken(matcher, { aud: 'web mobile' })).to.equal(false)
    expect(initialToken(matcher, {})).to.equal(false)
  })

  it('takes any other claim as it is, so a scope that is a string is no list there', () => {
    const matcher = '{ where-claim: { scope: { contains: { value: a } } } }'
    expect(initialToken(matcher, { scope: ['a'] })).to.equal(true)
    expect(initialToken(matcher, { scope: 'a' })).to.equal(false)
  })

  for (const [key, claim] of [
    ['where-authenticated-within', 'auth_time'],
    ['where-issued-within', 'iat'],
  ] as const) {
    describe(key, () => {
      const now = 10_000
      const within = (seconds: number, claims: JsonObject | undefined, at: number | undefined = now) =>
        effect(mustHave(`{ have-initial-token: { ${key}: { seconds: ${seconds} } } }`), {
          callStack: stack('cart'),
          initialToken: claims && { claims },
          now: at,
        }) === 'accept'

      it('holds up to its last second, and not a second longer', () => {
        expect(within(300, { [claim]: now })).to.equal(true)
        expect(within(300, { [claim]: now - 300 })).to.equal(true)
        expect(within(300, { [claim]: now - 301 })).to.equal(false)
        expect(within(1, { [claim]: now - 1 })).to.equal(true)
        expect(within(1, { [claim]: now - 2 })).to.equal(false)
        expect(within(now, { [claim]: 0 })).to.equal(true)
      })

      it('lets the clock of the issuer be five seconds ahead', () => {
        expect(within(1, { [claim]: now + 5 })).to.equal(true)
        expect(within(1, { [claim]: now + 6 })).to.equal(false)
        expect(within(Number.MAX_SAFE_INTEGER, { [claim]: Number.MAX_SAFE_INTEGER })).to.equal(false)
      })

      it('never holds for what is no whole time, or for no time at all', () => {
        const rubbish = [
          null,
          '10000',
          9999.5,
          -1,
          [now],
          { at: now },
          true,
          2 ** 53,
          Number.NaN,
          Number.NEGATIVE_INFINITY,
        ]
        for (const time of rubbish) expect(within(Number.MAX_SAFE_INTEGER, { [claim]: time as never })).to.equal(false)
        expect(within(Number.MAX_SAFE_INTEGER, {})).to.equal(false)
        expect(within(Number.MAX_SAFE_INTEGER, undefined)).to.equal(false)
        expect(within(Number.MAX_SAFE_INTEGER, Object.create({ [claim]: now }))).to.equal(false)
      })

      it('never holds where nobody said when the call is judged', () => {
        const text = mustHave(`{ have-initial-token: { ${key}: { seconds: 300 } } }`)
        for (const given of [{}, { now: undefined }, { now: null as never }]) {
          expect(
            effect(text, { callStack: stack('cart'), initialToken: { claims: { [claim]: 0 } }, ...given }),
          ).to.equal('reject')
        }
      })

      it('looks at its own claim', () => {
        expect(within(300, { auth_time: 1, iat: 1, [claim]: now })).to.equal(true)
        expect(within(300, { auth_time: now, iat: now, [claim]: 1 })).to.equal(false)
      })
    })
  }

  it('asks for everything that stands in it', () => {
    const matcher = '{ where-issuer-is: { equal-to: i }, where-claim: { tenant: { is: { equal-to: t } } } }'
    expect(initialToken(matcher, { iss: 'i', tenant: 't' })).to.equal(true)
    expect(initialToken(matcher, { iss: 'i' })).to.equal(false)
    expect(initialToken(matcher, { tenant: 't' })).to.equal(false)
  })
})
