import { expect } from 'chai'
import { jwtIssuer, parsePolicy, type Service } from '../../lib/index.js'
import { Loopback } from '../http/loopback.js'
import { ServiceParty } from '../http/service-party.js'
import { CLAIMS, makeIssuer } from '../initial-token/issuer.js'
import { refusalOf } from '../jws/refusal.js'
import { RecordedCalls } from './recorded-calls.js'

const policy = parsePolicy(`
for-each-of-the-following:
- enforce-the-first-matching-rule:
  - tokens-that: { have-operation: { equal-to: checkout } }
    must:
      have-no-initial-token: true
      originate-from:
        app-name: { equal-to: clockwork }
        where-claim: { job: { is: { equal-to: schedule } } }
`)

describe('a job', () => {
  const party = new ServiceParty()
  const loopback = new Loopback()
  const recorded = new RecordedCalls()
  let clockwork: Service
  let cart: Service
  let url: string

  before(async () => {
    clockwork = await party.start('clockwork')
    cart = await party.start('cart', { policy })
    url = await loopback.serve(recorded.listener(cart))
  })
  after(async () => {
    await party.stop()
    await loopback.close()
  })

  const call = { audience: 'cart', operation: 'checkout' } as const

  it('says what kind of beginning it is, and a policy asks for that', async () => {
    const kinds = { schedule: 200, event: 401 }
    for (const [job, status] of Object.entries(kinds)) {
      const answer = await clockwork.begin({ job: true, claims: { job } }, () => clockwork.fetch(url, call))
      expect(answer.status, job).to.equal(status)
    }
    const silent = await clockwork.begin({ job: true }, () => clockwork.fetch(url, call))
    expect([silent.status, await silent.text()]).to.deep.equal([401, 'ERR_POLICY_REJECTED'])
    const { callStack, transaction } = recorded.take()
    expect({ ...callStack[0]?.claims }).to.deep.equal({ job: 'schedule' })
    expect(transaction).to.match(/^[\w-]{22}$/)
  })

  it('says the same in one hop, without a context', async () => {
    const presentation = await clockwork.wrap({ ...call, job: true, claims: { job: 'schedule' } })
    expect((await cart.unwrap(presentation, { operation: 'checkout' })).decision.effect).to.equal('accept')
  })

  it('says it of the origin: whoever passes the call on cannot say it for him', async () => {
    const open = await party.start('passer')
    const first = await clockwork.wrap({ audience: 'passer', operation: 'x', job: true })
    const parent = await open.unwrap(first, { operation: 'x' })
    const presentation = await open.wrap({ ...call, parent, claims: { job: 'schedule' } })
    expect(await refusalOf(() => cart.unwrap(presentation, { operation: 'checkout' }))).to.equal('ERR_POLICY_REJECTED')
  })

  it('has claims of single calls beside it, but none of them twice: ERR_OPTION', async () => {
    const fetch = (claims: object) =>
      clockwork.begin({ job: true, claims: { job: 'schedule' } }, () =>
        clockwork.fetch(url, { ...call, claims: { ...claims } }),
      )
    expect((await fetch({ region: 'eu' })).status).to.equal(200)
    expect({ ...recorded.take().callStack[0]?.claims }).to.deep.equal({ region: 'eu', job: 'schedule' })
    expect(await refusalOf(() => fetch({ job: 'schedule' }))).to.equal('ERR_OPTION')
    expect(await refusalOf(() => fetch({ a: 'x'.repeat(2025) }))).to.equal('ERR_OPTION')
  })

  it('is described in claims that a hop may have: ERR_OPTION', async () => {
    for (const claims of [null, 'schedule', [], { iss: 'x' }, { a: 'x'.repeat(2048) }, { f: () => {} }]) {
      const code = await refusalOf(() => clockwork.begin({ job: true, claims } as never, () => expect.fail('it began')))
      expect(code, JSON.stringify(claims)).to.equal('ERR_OPTION')
    }
    for (const presented of [undefined, null, '', 7]) {
      const code = await refusalOf(() =>
        clockwork.begin({ job: true, presented } as never, () => expect.fail('it began')),
      )
      expect(code, String(presented)).to.equal('ERR_OPTION')
    }
  })
})

describe('a beginning whose request was authorized with a token', () => {
  const party = new ServiceParty()
  const issuer = makeIssuer()
  const verifier = jwtIssuer({
    issuer: CLAIMS.iss,
    jwks: { keys: [issuer.jwk] },
    audience: 'countersign',
    algorithms: ['ES256'],
  })
  const call = { audience: 'cart', operation: 'checkout' } as const
  after(() => party.stop())

  it('never embeds it, without any adapter: ERR_TOKEN_PASSED_ON', async () => {
    const shop = await party.start('shop', { clock: () => 10_000, initialToken: { accept: [verifier], user: true } })
    const presented = issuer.issue()
    const another = issuer.issue({ ...CLAIMS, jti: 'another' })
    expect(
      await refusalOf(() => shop.begin({ initialToken: presented, presented }, () => expect.fail('it began'))),
    ).to.equal('ERR_TOKEN_PASSED_ON')
    await shop.begin({ userClaims: { sub: 'alice' }, presented }, async () => {
      expect(await refusalOf(() => shop.wrap({ ...call, initialToken: presented }))).to.equal('ERR_TOKEN_PASSED_ON')
      expect(await refusalOf(() => shop.wrap({ ...call, initialToken: another }))).to.equal('accepted')
      await shop.begin({ initialToken: another, presented: another.slice(1) }, async () => {
        for (const initialToken of [presented, another.slice(1)]) {
          expect(await refusalOf(() => shop.wrap({ ...call, initialToken }))).to.equal('ERR_TOKEN_PASSED_ON')
        }
      })
    })
    expect(await refusalOf(() => shop.wrap({ ...call, initialToken: presented }))).to.equal('accepted')
  })

  it('remembers it inside calls that are handled meanwhile', async () => {
    const shop = await party.start('shop', { clock: () => 10_000, initialToken: { accept: [verifier], user: true } })
    const own = await shop.wrap({ audience: 'shop', operation: 'x', job: true })
    const received = await shop.unwrap(own, { operation: 'x' })
    const presented = issuer.issue()
    await shop.begin({ job: true, presented }, () =>
      shop.runInCall(received, async () => {
        expect(await refusalOf(() => shop.wrap({ ...call, initialToken: presented }))).to.equal('ERR_TOKEN_PASSED_ON')
      }),
    )
  })
})
