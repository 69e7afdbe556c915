import { expect } from 'chai'
import { SKEW_SECONDS } from '../../lib/limits/chains.js'
import { compileAgeMatcher, ISSUE, LOGIN } from '../../lib/policy/age-matcher.js'
import type { CallInitialToken } from '../../lib/policy/call.js'

const NOW = 1_700_000_000

const tokenWith = (claims: object, now: number | undefined = NOW) =>
  ({ claims: Object.assign(Object.create(null), claims), now }) as unknown as CallInitialToken

describe('how long ago a moment was', () => {
  const login = compileAgeMatcher(LOGIN, { seconds: 300 })
  const issue = compileAgeMatcher(ISSUE, { seconds: 300 })

  it('is said in words', () => {
    expect(login.phrase).to.equal('a login at most 300 s ago')
    expect(issue.phrase).to.equal('an age of at most 300 s')
  })

  it('matches from the skew before now up to its bound, both included', () => {
    const ages = [-SKEW_SECONDS - 1, -SKEW_SECONDS, -1, 0, 299, 300, 301]
    const expected = [false, true, true, true, true, true, false]
    expect(ages.map(age => login.matches(tokenWith({ auth_time: NOW - age })))).to.deep.equal(expected)
    expect(ages.map(age => issue.matches(tokenWith({ iat: NOW - age })))).to.deep.equal(expected)
  })

  it('asks for its own claim alone', () => {
    expect(login.matches(tokenWith({ iat: NOW }))).to.equal(false)
    expect(issue.matches(tokenWith({ auth_time: NOW }))).to.equal(false)
  })

  it('is unknown where the time is no whole number of seconds, and never matches', () => {
    for (const iat of [String(NOW), NOW - 0.5, -1, Number.NaN, 2 ** 53, null, [NOW], undefined]) {
      expect(issue.matches(tokenWith({ iat })), String(iat)).to.equal(false)
      expect(issue.found(tokenWith({ iat }))).to.equal('no time of issue')
    }
    const long = compileAgeMatcher(ISSUE, { seconds: NOW })
    expect(long.matches(tokenWith({ iat: 0 }))).to.equal(true)
  })

  it('says what was found where it does not match', () => {
    const unknownNow = { claims: tokenWith({ iat: NOW }).claims, now: undefined } as unknown as CallInitialToken
    expect(issue.found(tokenWith({ iat: NOW }))).to.equal(undefined)
    expect(issue.found(tokenWith({ iat: NOW - 301 }))).to.equal('an age of 301 s')
    expect(login.found(tokenWith({ auth_time: NOW - 400 }))).to.equal('a login 400 s ago')
    expect(login.found(tokenWith({ auth_time: NOW + 60 }))).to.equal('a time of login that lies ahead')
    expect(login.found(tokenWith({}))).to.equal('no time of login')
    expect(issue.found(unknownNow)).to.equal('no `now` to count from')
    expect(issue.matches(unknownNow)).to.equal(false)
  })
})
