import { expect } from 'chai'
import { jwtIssuer } from '../../lib/initial-token/jwt-issuer.js'
import type { JwtIssuerOptions } from '../../lib/initial-token/jwt-issuer-options.js'
import { refusalOf } from '../jws/refusal.js'
import { CLAIMS, type Issuer, makeIssuer, NOW } from './issuer.js'

const ISSUER = makeIssuer()

function verifierOf(issuer: Issuer, options: Partial<JwtIssuerOptions> = {}) {
  return jwtIssuer({
    issuer: CLAIMS.iss,
    jwks: { keys: [issuer.jwk] },
    audience: 'countersign',
    algorithms: [issuer.alg],
    ...options,
  })
}

const VERIFIER = verifierOf(ISSUER)
const codeOf = (token: string, verifier = VERIFIER, now = NOW) => refusalOf(() => verifier.verify(token, now))

describe('JWT issuer: headers', () => {
  it('refuses `crit` and `b64`, whatever they say: ERR_INITIAL_TOKEN_INVALID', async () => {
    for (const header of [
      { crit: [] },
      { crit: ['exp'] },
      { crit: null },
      { b64: true },
      { b64: false },
      { crit: ['b64'], b64: false },
    ]) {
      expect(await codeOf(ISSUER.issue(CLAIMS, header)), JSON.stringify(header)).to.equal('ERR_INITIAL_TOKEN_INVALID')
    }
  })

  it('accepts `at+jwt`, `JWT` and no `typ`, in any case and with its prefix', async () => {
    for (const typ of [
      'at+jwt',
      'AT+JWT',
      'application/at+jwt',
      'Application/AT+jwt',
      'JWT',
      'jwt',
      'application/jwt',
      undefined,
    ]) {
      expect(await codeOf(ISSUER.issue(CLAIMS, { typ })), typ).to.equal('accepted')
    }
  })

  it('refuses any other `typ`: ERR_INITIAL_TOKEN_INVALID', async () => {
    for (const typ of [
      'logout+jwt',
      'secevent+jwt',
      'dpop+jwt',
      'hop+jws',
      'registration+jws',
      'id+jwt',
      '',
      ' JWT',
      'application/application/jwt',
      null,
      1,
      ['JWT'],
    ]) {
      expect(await codeOf(ISSUER.issue(CLAIMS, { typ })), String(typ)).to.equal('ERR_INITIAL_TOKEN_INVALID')
    }
  })

  it('accepts only the types that it is narrowed to: ERR_INITIAL_TOKEN_INVALID', async () => {
    const narrow = verifierOf(ISSUER, { types: ['at+jwt'] })
    expect(await codeOf(ISSUER.issue(CLAIMS, { typ: 'at+jwt' }), narrow)).to.equal('accepted')
    for (const typ of ['JWT', undefined]) {
      expect(await codeOf(ISSUER.issue(CLAIMS, { typ }), narrow)).to.equal('ERR_INITIAL_TOKEN_INVALID')
    }
  })
})
