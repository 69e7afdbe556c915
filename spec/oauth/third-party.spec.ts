import type { IncomingMessage } from 'node:http'
import { expect } from 'chai'
import type { VerifiedCall } from '../../lib/index.js'
import { type ThirdPartyOptions, thirdParty, tokenExchange } from '../../lib/oauth.js'
import { Loopback } from '../http/loopback.js'
import { ServiceParty } from '../http/service-party.js'
import { refusalOf } from '../jws/refusal.js'
import { type AuthorizationServer, KEYED, startAuthorizationServer } from './authorization-server.js'
import { makeCall } from './verified-call.js'

describe('a third party', function () {
  this.timeout(30_000)
  const party = new ServiceParty()
  const loopback = new Loopback()
  let server: AuthorizationServer
  let partner: string
  let stranger: string
  let call: VerifiedCall
  let received: { request: IncomingMessage; body: string }[] = []
  let strangers = 0

  before(async () => {
    server = await startAuthorizationServer()
    ;({ call } = await makeCall(party, { userClaims: { sub: 'alice' } }))
    stranger = await loopback.serve((_request, response) => {
      strangers += 1
      response.end()
    })
    partner = await loopback.serve(async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      received.push({ request, body: Buffer.concat(chunks).toString() })
      if (request.url === '/moved') response.writeHead(307, { location: stranger }).end()
      else response.writeHead(201).end('ordered')
    })
  })
  after(async () => {
    await party.stop()
    await server.close()
    await loopback.close()
  })
  beforeEach(() => {
    received = []
    strangers = 0
    server.requests.length = 0
    server.answer = undefined
  })

  const exchange = () =>
    tokenExchange({
      issuer: server.issuer,
      endpoint: `${server.issuer}/token`,
      client: { id: 'keyed', key: KEYED.privateKey },
      audience: 'https://partner.example',
    })
  const optionsOf = (options: Partial<ThirdPartyOptions> = {}): ThirdPartyOptions => ({
    exchange: exchange(),
    origins: [partner],
    ...options,
  })

  it('is called with a token of his own domain, and sees neither the chain nor the token that it began with', async () => {
    const response = await thirdParty(optionsOf()).fetch(`${partner}/orders?of=tea`, {
      call,
      method: 'POST',
      body: 'three',
    })
    expect([response.status, await response.text()]).to.deep.equal([201, 'ordered'])
    const [{ request, body } = expect.fail('nothing came')] = received
    expect([request.method, request.url, body]).to.deep.equal(['POST', '/orders?of=tea', 'three'])
    expect(request.headers).not.to.have.property('countersign')
    const [scheme, token = ''] = (request.headers.authorization ?? '').split(' ')
    expect(scheme).to.equal('Bearer')
    const { aud, sub, act } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
    expect({ aud, sub, act }).to.deep.equal({
      aud: 'https://partner.example',
      sub: 'alice',
      act: { sub: 'inventory', act: { sub: 'cart', act: { sub: 'shop' } } },
    })
  })

  it('is nobody at another origin: ERR_DESTINATION_REFUSED, before anything is exchanged', async () => {
    const { fetch } = thirdParty(optionsOf())
    const other = partner.replace('127.0.0.1', 'localhost')
    for (const url of [stranger, other, partner.replace('http:', 'https:'), 'https://partner.example']) {
      expect(await refusalOf(() => fetch(url, { call })), url).to.equal('ERR_DESTINATION_REFUSED')
    }
    expect([server.requests, received, strangers]).to.deep.equal([[], [], 0])
  })

  it('sends nobody anywhere: redirects are not followed', async () => {
    const response = await thirdParty(optionsOf()).fetch(`${partner}/moved`, { call })
    expect(response.status).to.equal(307)
    expect(strangers).to.equal(0)
  })

  it('is not called where there is no token for him: ERR_ISSUER_UNAVAILABLE', async () => {
    server.answer = (_request, response) => response.writeHead(500).end()
    expect(await refusalOf(() => thirdParty(optionsOf()).fetch(partner, { call }))).to.equal('ERR_ISSUER_UNAVAILABLE')
    expect(received).to.deep.equal([])
  })

  it('refuses what it does not understand: ERR_OPTION', async () => {
    const wrong: readonly object[] = [
      { exchange: undefined },
      { exchange: {} },
      { origins: undefined },
      { origins: [] },
      { origins: partner },
      { origins: [`${partner}/path`] },
      { origins: [`${partner}?x`] },
      { origins: ['http://partner.example'] },
      { origins: ['*'] },
      { fetch: 'fetch' },
      { allowed: [partner] },
    ]
    for (const options of wrong) {
      expect(await refusalOf(() => thirdParty(optionsOf(options))), JSON.stringify(options)).to.equal('ERR_OPTION')
    }
    const { fetch } = thirdParty(optionsOf())
    const inits: readonly object[] = [
      { call, headers: { authorization: 'Bearer x' } },
      { call, headers: { countersign: 'x' } },
      { call, redirect: 'follow' },
      { call, audience: 'cart' },
      {},
    ]
    for (const init of inits) {
      expect(await refusalOf(() => fetch(partner, init as never)), Object.keys(init).join()).to.equal('ERR_OPTION')
    }
    expect(await refusalOf(() => fetch('data:,x', { call }))).to.equal('ERR_OPTION')
    expect(received).to.deep.equal([])
  })
})
