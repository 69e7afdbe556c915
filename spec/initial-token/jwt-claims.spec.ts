import { expect } from 'chai'
import { jwtIssuer } from '../../lib/initial-token/jwt-issuer.js'
import type { JwtIssuerOptions } from '../../lib/initial-token/jwt-issuer-options.js'
import { refusalOf } from '../jws/refusal.js'
import { CLAIMS, makeIssuer, NOW } from './issuer.js'

const ISSUER = makeIssuer()
const TEXT = JSON.stringify(CLAIMS)

function makeVerifier(options: Partial<JwtIssuerOptions> = {}) {
  return jwtIssuer({
    issuer: CLAIMS.iss,
    jwks: { keys: [ISSUER.jwk] },
    audience: 'countersign',
    algorithms: ['ES256'],
    ...options,
  })
}

const VERIFIER = makeVerifier()
const codeOf = (claims: object | string, verifier = VERIFIER, now = NOW) =>
  refusalOf(() => verifier.verify(ISSUER.issue(claims), now))

describe('JWT issuer: claims', () => {
  it('refuses another issuer, a prefix, a suffix and a list of it: ERR_INITIAL_TOKEN_INVALID', async () => {
    for (const iss of [
      'https://idp.example/',
      'https://idp.example.evil',
      'https://idp.exampl',
      'HTTPS://idp.example',
      ' https://idp.example',
      '',
      null,
      ['https://idp.example'],
      undefined,
    ]) {
      expect(await codeOf({ ...CLAIMS, iss }), String(iss)).to.equal('ERR_INITIAL_TOKEN_INVALID')
    }
  })

  it('accepts an audience that is the text, or that a list of texts contains', async () => {
    for (const aud of ['countersign', ['countersign'], ['other', 'countersign']]) {
      expect(await codeOf({ ...CLAIMS, aud })).to.equal('accepted')
    }
  })

  it('refuses another audience, none, and a list with anything but texts: ERR_INITIAL_TOKEN_INVALID', async () => {
    for (const aud of [
      'other',
      'countersign ',
      'Countersign',
      'countersign other',
      '',
      [],
      ['other'],
      null,
      undefined,
      { countersign: true },
      ['countersign', 1],
      ['countersign', null],
      [['countersign']],
    ]) {
      expect(await codeOf({ ...CLAIMS, aud }), JSON.stringify(aud)).to.equal('ERR_INITIAL_TOKEN_INVALID')
    }
  })

  it('accepts any of several audiences that are configured', async () => {
    const verifier = makeVerifier({ audience: ['old', 'new'] })
    expect(await codeOf({ ...CLAIMS, aud: 'old' }, verifier)).to.equal('accepted')
    expect(await codeOf({ ...CLAIMS, aud: ['x', 'new'] }, verifier)).to.equal('accepted')
    expect(await codeOf(CLAIMS, verifier)).to.equal('ERR_INITIAL_TOKEN_INVALID')
  })

  it('refuses an `exp` that is missing or no whole number of seconds: ERR_INITIAL_TOKEN_INVALID', async () => {
    const { exp: _, ...eternal } = CLAIMS
    expect(await codeOf(eternal)).to.equal('ERR_INITIAL_TOKEN_INVALID')
    for (const digits of [
      '10600.5',
      '1e400',
      '"10600"',
      'null',
      'true',
      '-1',
      '[10600]',
      '{}',
      '9007199254740992',
      'Infinity',
      '""',
    ]) {
      expect(await codeOf(TEXT.replace('"exp":10600', `"exp":${digits}`)), digits).to.equal('ERR_INITIAL_TOKEN_INVALID')
    }
  })

  it('refuses an `iat` or `nbf` that is no whole number of seconds: ERR_INITIAL_TOKEN_INVALID', async () => {
    for (const name of ['iat', 'nbf']) {
      for (const value of [9900.5, '9900', null, true, -1, 2 ** 53]) {
        expect(await codeOf({ ...CLAIMS, [name]: value }), `${name} ${value}`).to.equal('ERR_INITIAL_TOKEN_INVALID')
      }
    }
    const { iat: _, ...timeless } = CLAIMS
    expect(await codeOf(timeless)).to.equal('accepted')
  })

  it('refuses a token from `exp` and the skew on: ERR_INITIAL_TOKEN_EXPIRED', async () => {
    const token = ISSUER.issue()
    const at = (now: number) => refusalOf(() => VERIFIER.verify(token, now))
    expect(await at(10_604)).to.equal('accepted')
    expect(await at(10_604.9)).to.equal('accepted')
    expect(await at(10_605)).to.equal('ERR_INITIAL_TOKEN_EXPIRED')
    expect(await at(99_999)).to.equal('ERR_INITIAL_TOKEN_EXPIRED')
  })

  it('refuses a token before `nbf` less the skew: ERR_INITIAL_TOKEN_INVALID', async () => {
    expect(await codeOf({ ...CLAIMS, nbf: NOW + 5 })).to.equal('accepted')
    expect(await codeOf({ ...CLAIMS, nbf: NOW + 6 })).to.equal('ERR_INITIAL_TOKEN_INVALID')
    expect(await codeOf({ ...CLAIMS, nbf: NOW + 5 }, VERIFIER, NOW - 0.1)).to.equal('ERR_INITIAL_TOKEN_INVALID')
  })

  it('refuses everything by a clock that tells no number: ERR_INITIAL_TOKEN_EXPIRED', async () => {
    expect(await codeOf(CLAIMS, VERIFIER, Number.NaN)).to.equal('ERR_INITIAL_TOKEN_EXPIRED')
    expect(await codeOf({ ...CLAIMS, nbf: 1 }, VERIFIER, Number.NaN)).to.equal('ERR_INITIAL_TOKEN_INVALID')
  })

  const ID_TOKENS = [
    { nonce: 'n' },
    { nonce: null },
    { at_hash: 'h' },
    { c_hash: 'h' },
    { s_hash: 'h' },
    { token_use: 'id' },
    { typ: 'ID' },
  ]

  it('refuses ID tokens, by what only they carry: ERR_INITIAL_TOKEN_INVALID', async () => {
    for (const members of ID_TOKENS) {
      expect(await codeOf({ ...CLAIMS, ...members }), JSON.stringify(members)).to.equal('ERR_INITIAL_TOKEN_INVALID')
    }
    expect(await codeOf({ ...CLAIMS, token_use: 'access', typ: 'Bearer' })).to.equal('accepted')
  })

  it('accepts ID tokens where the configuration names them', async () => {
    const verifier = makeVerifier({ idTokens: 'accept' })
    for (const members of ID_TOKENS) expect(await codeOf({ ...CLAIMS, ...members }, verifier)).to.equal('accepted')
  })

  it('refuses logout tokens, security events and refresh tokens, also beside ID tokens: ERR_INITIAL_TOKEN_INVALID', async () => {
    const events = { 'http://schemas.openid.net/event/backchannel-logout': {} }
    for (const verifier of [VERIFIER, makeVerifier({ idTokens: 'accept' })]) {
      for (const members of [{ events }, { events: null }, { typ: 'Logout' }, { typ: 'Refresh' }, { typ: 'Offline' }]) {
        expect(await codeOf({ ...CLAIMS, ...members }, verifier), JSON.stringify(members)).to.equal(
          'ERR_INITIAL_TOKEN_INVALID',
        )
      }
      const logout = ISSUER.issue(CLAIMS, { typ: 'logout+jwt' })
      expect(await refusalOf(() => verifier.verify(logout, NOW))).to.equal('ERR_INITIAL_TOKEN_INVALID')
    }
  })
})
