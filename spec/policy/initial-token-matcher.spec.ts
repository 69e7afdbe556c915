import { expect } from 'chai'
import type { JsonObject } from '../../lib/model/json.js'
import { stack, verdict } from './verdict.js'

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

  it('asks for everything that stands in it', () => {
    const matcher = '{ where-issuer-is: { equal-to: i }, where-claim: { tenant: { is: { equal-to: t } } } }'
    expect(initialToken(matcher, { iss: 'i', tenant: 't' })).to.equal(true)
    expect(initialToken(matcher, { iss: 'i' })).to.equal(false)
    expect(initialToken(matcher, { tenant: 't' })).to.equal(false)
  })
})
