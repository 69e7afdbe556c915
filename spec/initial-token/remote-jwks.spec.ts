import { expect } from 'chai'
import { jwtIssuer } from '../../lib/initial-token/jwt-issuer.js'
import { refusalOf } from '../jws/refusal.js'
import { CLAIMS, type Issuer, makeIssuer, NOW } from './issuer.js'
import { type JwksServer, respond, startJwksServer } from './jwks-server.js'

// JWKS_FRESH_SECONDS, JWKS_COOLDOWN_SECONDS and JWKS_STALE_SECONDS are 600, 30 and 3600.

describe('remote JWK Sets', () => {
  const first = makeIssuer('key-1')
  const second = makeIssuer('key-2')
  let server: JwksServer

  beforeEach(async () => {
    server = await startJwksServer([first.jwk])
  })
  afterEach(() => server.close())

  function makeVerifier() {
    const verifier = jwtIssuer({
      issuer: CLAIMS.iss,
      jwksUri: server.uri,
      audience: 'countersign',
      algorithms: ['ES256'],
    })
    const verify = (issuer: Issuer, now: number, header: object = {}) =>
      refusalOf(() => verifier.verify(issuer.issue({ ...CLAIMS, exp: 99_999 }, header), now))
    return { verify }
  }

  it('are fetched when the first token needs them, and serve for 600 seconds', async () => {
    const { verify } = makeVerifier()
    expect(server.requests).to.equal(0)
    for (const now of [NOW, NOW, NOW + 300, NOW + 599.9]) expect(await verify(first, now)).to.equal('accepted')
    expect(server.requests).to.equal(1)
    expect(await verify(first, NOW + 600)).to.equal('accepted')
    expect(server.requests).to.equal(2)
  })

  it('are fetched once for any number of tokens that come at one time', async () => {
    const { verify } = makeVerifier()
    const verdicts = await Promise.all(Array.from({ length: 50 }, () => verify(first, NOW)))
    expect(new Set(verdicts)).to.deep.equal(new Set(['accepted']))
    expect(server.requests).to.equal(1)
  })

  it('are not fetched for a token that is refused anyway', async () => {
    const verifier = jwtIssuer({
      issuer: CLAIMS.iss,
      jwksUri: server.uri,
      audience: 'countersign',
      algorithms: ['ES256'],
    })
    for (const claims of [
      { ...CLAIMS, exp: 1 },
      { ...CLAIMS, aud: 'other' },
      { ...CLAIMS, iss: 'https://other.example' },
    ]) {
      expect(await refusalOf(() => verifier.verify(first.issue(claims), NOW))).not.to.equal('accepted')
    }
    expect(server.requests).to.equal(0)
  })

  it('are fetched again when the issuer changes its keys, at the first token with the new kid', async () => {
    const { verify } = makeVerifier()
    expect(await verify(first, NOW)).to.equal('accepted')
    server.answer([second.jwk])
    expect(await verify(second, NOW + 30)).to.equal('accepted')
    expect(server.requests).to.equal(2)
    // What the issuer took out is no longer accepted.
    expect(await verify(first, NOW + 60)).to.equal('ERR_INITIAL_TOKEN_INVALID')
  })

  it('are fetched at most every 30 seconds however many unknown kids come: ERR_INITIAL_TOKEN_INVALID', async () => {
    const { verify } = makeVerifier()
    expect(await verify(first, NOW)).to.equal('accepted')
    for (let tenth = 0; tenth < 600; tenth += 1) {
      expect(await verify(second, NOW + tenth / 10, { kid: `flood-${tenth}` })).to.equal('ERR_INITIAL_TOKEN_INVALID')
    }
    expect(server.requests).to.equal(2)
    expect(await verify(first, NOW + 60)).to.equal('accepted')
  })

  it('are fetched once for a flood of unknown kids at one time: ERR_INITIAL_TOKEN_INVALID', async () => {
    const { verify } = makeVerifier()
    const verdicts = await Promise.all(
      Array.from({ length: 50 }, (_, index) => verify(second, NOW, { kid: `flood-${index}` })),
    )
    expect(new Set(verdicts)).to.deep.equal(new Set(['ERR_INITIAL_TOKEN_INVALID']))
    expect(server.requests).to.equal(1)
  })

  it('cannot be asked while the issuer is down and none was fetched: ERR_ISSUER_UNAVAILABLE', async () => {
    const { verify } = makeVerifier()
    server.answer(respond('down', 500))
    expect(await verify(first, NOW)).to.equal('ERR_ISSUER_UNAVAILABLE')
    // One attempt a second, the seconds that a 503 asks to wait.
    expect(await verify(first, NOW + 0.9)).to.equal('ERR_ISSUER_UNAVAILABLE')
    expect(server.requests).to.equal(1)
    server.answer([first.jwk])
    expect(await verify(first, NOW + 1)).to.equal('accepted')
  })

  it('cannot be asked while nobody listens: ERR_ISSUER_UNAVAILABLE', async () => {
    const { verify } = makeVerifier()
    await server.close()
    expect(await verify(first, NOW)).to.equal('ERR_ISSUER_UNAVAILABLE')
  })

  it('serve on while the issuer is down, for 3600 seconds after they were fetched: ERR_ISSUER_UNAVAILABLE', async () => {
    const { verify } = makeVerifier()
    expect(await verify(first, NOW)).to.equal('accepted')
    server.answer(respond('down', 500))
    for (const now of [600, 610, 629, 630, 3599]) expect(await verify(first, NOW + now)).to.equal('accepted')
    expect(server.requests).to.equal(4)
    expect(await verify(first, NOW + 3600)).to.equal('ERR_ISSUER_UNAVAILABLE')
    server.answer([first.jwk])
    expect(await verify(first, NOW + 3601)).to.equal('accepted')
  })

  it('do not make a kid unknown that the issuer could not be asked for: ERR_ISSUER_UNAVAILABLE', async () => {
    const { verify } = makeVerifier()
    expect(await verify(first, NOW)).to.equal('accepted')
    server.answer(respond('down', 500))
    expect(await verify(second, NOW + 30)).to.equal('ERR_ISSUER_UNAVAILABLE')
    expect(await verify(second, NOW + 59)).to.equal('ERR_ISSUER_UNAVAILABLE')
    expect(await verify(first, NOW + 59)).to.equal('accepted')
    expect(server.requests).to.equal(2)
    server.answer([first.jwk, second.jwk])
    expect(await verify(second, NOW + 60)).to.equal('accepted')
    // Now that the issuer has answered, a kid that it does not have is unknown again.
    expect(await verify(second, NOW + 60, { kid: 'key-3' })).to.equal('ERR_INITIAL_TOKEN_INVALID')
  })

  it('are not kept alive by a clock that is set back: they are fetched again', async () => {
    const { verify } = makeVerifier()
    expect(await verify(first, NOW)).to.equal('accepted')
    server.answer([second.jwk])
    expect(await verify(first, NOW - 599)).to.equal('accepted')
    expect(await verify(second, NOW - 600)).to.equal('accepted')
    expect(server.requests).to.equal(2)
  })

  it('are not fetched again and again for calls that were held back', async () => {
    const { verify } = makeVerifier()
    expect(await verify(first, NOW)).to.equal('accepted')
    for (let turn = 0; turn < 5; turn += 1) {
      expect(await verify(second, NOW + 60)).to.equal('ERR_INITIAL_TOKEN_INVALID')
      expect(await verify(second, NOW + 30)).to.equal('ERR_INITIAL_TOKEN_INVALID')
    }
    expect(server.requests).to.equal(2)
  })

  it('need a kid where two keys fit, and do not ask again for want of one: ERR_INITIAL_TOKEN_INVALID', async () => {
    const { verify } = makeVerifier()
    expect(await verify(first, NOW, { kid: undefined })).to.equal('accepted')
    server.answer([first.jwk, second.jwk])
    expect(await verify(first, NOW + 600, { kid: undefined })).to.equal('ERR_INITIAL_TOKEN_INVALID')
    expect(await verify(first, NOW + 660, { kid: undefined })).to.equal('ERR_INITIAL_TOKEN_INVALID')
    expect(server.requests).to.equal(2)
  })

  it('do not choose between two keys of one kid: ERR_INITIAL_TOKEN_INVALID', async () => {
    const { verify } = makeVerifier()
    server.answer([first.jwk, { ...second.jwk, kid: 'key-1' }])
    expect(await verify(first, NOW)).to.equal('ERR_INITIAL_TOKEN_INVALID')
  })

  it('lose the keys that are secret, weak or for something else, and keep the others', async () => {
    const { verify } = makeVerifier()
    const privateKey = { ...second.jwk, d: 'AA' }
    server.answer([
      { kty: 'oct', k: 'AAAA', kid: 'key-1' },
      privateKey,
      { ...first.jwk, use: 'enc' },
      { kty: 'RSA', n: 'AQAB', e: 'AQAB' },
      first.jwk,
    ])
    expect(await verify(first, NOW)).to.equal('accepted')
    expect(await verify(second, NOW)).to.equal('ERR_INITIAL_TOKEN_INVALID')
  })

  it('may be empty, which refuses every token: ERR_INITIAL_TOKEN_INVALID', async () => {
    const { verify } = makeVerifier()
    server.answer([])
    expect(await verify(first, NOW)).to.equal('ERR_INITIAL_TOKEN_INVALID')
  })
})
