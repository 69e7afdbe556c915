import { createHmac } from 'node:crypto'
import { inspect } from 'node:util'
import { expect } from 'chai'
import type { JwtAlgorithm } from '../../lib/initial-token/jwt-algorithm.js'
import { jwtIssuer } from '../../lib/initial-token/jwt-issuer.js'
import type { JwtIssuerOptions } from '../../lib/initial-token/jwt-issuer-options.js'
import { errorOf, refusalOf } from '../jws/refusal.js'
import { CLAIMS, encode, type Issuer, makeIssuer, NOW } from './issuer.js'

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

const ALGORITHMS: readonly JwtAlgorithm[] = [
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
]

describe('JWT issuer: signatures and keys', () => {
  for (const alg of ALGORITHMS) {
    it(`accepts a token signed with ${alg}, and not one whose claims were changed: ERR_INITIAL_TOKEN_INVALID`, async () => {
      const issuer = makeIssuer('key-1', alg)
      const verifier = verifierOf(issuer)
      const token = issuer.issue()
      const verified = await verifier.verify(token, NOW)
      expect(verified).to.include({ kind: 'jwt', expiresAt: CLAIMS.exp })
      expect({ ...verified.claims }).to.deep.equal(CLAIMS)
      const [header, , signature] = token.split('.')
      const changed = `${header}.${encode(JSON.stringify({ ...CLAIMS, sub: 'mallory' }))}.${signature}`
      expect(await codeOf(changed, verifier)).to.equal('ERR_INITIAL_TOKEN_INVALID')
    })
  }

  it('returns claims that are frozen at every depth, without prototypes', async () => {
    const { claims } = await VERIFIER.verify(ISSUER.issue({ ...CLAIMS, realm: { roles: ['a'] } }), NOW)
    const realm = claims.realm as { roles: unknown }
    expect([claims, realm, realm.roles].every(value => Object.isFrozen(value))).to.equal(true)
    expect([Object.getPrototypeOf(claims), Object.getPrototypeOf(realm)]).to.deep.equal([null, null])
  })

  it('refuses the signature of another key under the same kid: ERR_INITIAL_TOKEN_INVALID', async () => {
    expect(await codeOf(makeIssuer().issue())).to.equal('ERR_INITIAL_TOKEN_INVALID')
  })

  it('refuses `none`, in any case and with any signature: ERR_INITIAL_TOKEN_INVALID', async () => {
    for (const alg of ['none', 'None', 'NONE', 'nOnE', '', null, 0, ['ES256'], undefined]) {
      const token = ISSUER.issue(CLAIMS, { alg })
      expect(await codeOf(token), String(alg)).to.equal('ERR_INITIAL_TOKEN_INVALID')
      expect(await codeOf(token.replace(/\.[^.]*$/, '.')), String(alg)).to.equal('ERR_INITIAL_TOKEN_INVALID')
    }
  })

  it('refuses HS256 made with the bytes of the public key, in all its forms: ERR_INITIAL_TOKEN_INVALID', async () => {
    const issuer = makeIssuer('key-1', 'RS256')
    const verifier = verifierOf(issuer)
    const spki = { type: 'spki' } as const
    const secrets = [
      issuer.publicKey.export({ ...spki, format: 'pem' }),
      issuer.publicKey.export({ ...spki, format: 'der' }),
      issuer.publicKey.export({ type: 'pkcs1', format: 'pem' }),
      Buffer.from(String(issuer.jwk.n), 'base64url'),
      JSON.stringify(issuer.jwk),
    ]
    for (const secret of secrets) {
      const input = `${encode(JSON.stringify({ alg: 'HS256', kid: issuer.kid }))}.${encode(JSON.stringify(CLAIMS))}`
      const mac = createHmac('sha256', secret).update(input).digest('base64url')
      expect(await codeOf(`${input}.${mac}`, verifier)).to.equal('ERR_INITIAL_TOKEN_INVALID')
    }
  })

  it('refuses an algorithm that the key could verify but the issuer is not configured with: ERR_INITIAL_TOKEN_INVALID', async () => {
    const issuer = makeIssuer('key-1', 'PS256')
    expect(await codeOf(issuer.issue(), verifierOf(issuer, { algorithms: ['RS256'] }))).to.equal(
      'ERR_INITIAL_TOKEN_INVALID',
    )
    expect(await codeOf(issuer.issue(), verifierOf(issuer, { algorithms: ['RS256', 'PS256'] }))).to.equal('accepted')
  })

  it('refuses an algorithm that is configured but that the key is not for: ERR_INITIAL_TOKEN_INVALID', async () => {
    const issuer = makeIssuer('key-1', 'PS256')
    const bound: Issuer = { ...issuer, jwk: { ...issuer.jwk, alg: 'RS256' } }
    const verifier = verifierOf(bound, { algorithms: ['RS256', 'PS256', 'ES256'] })
    expect(await codeOf(issuer.issue(), verifier)).to.equal('ERR_INITIAL_TOKEN_INVALID')
    expect(await codeOf(issuer.issue(CLAIMS, { alg: 'ES256' }), verifier)).to.equal('ERR_INITIAL_TOKEN_INVALID')
  })

  it('never uses a key that a token brings along: ERR_INITIAL_TOKEN_INVALID', async () => {
    const attacker = makeIssuer()
    for (const header of [
      { jwk: attacker.jwk },
      { jku: 'http://127.0.0.1:9/' },
      { x5u: 'http://127.0.0.1:9/' },
      { x5c: ['MIIB'] },
    ]) {
      expect(await codeOf(attacker.issue(CLAIMS, header))).to.equal('ERR_INITIAL_TOKEN_INVALID')
      // Beside a right signature it is not looked at.
      expect(await codeOf(ISSUER.issue(CLAIMS, header))).to.equal('accepted')
    }
  })

  it('finds the key by its kid, and without a kid only if one key fits: ERR_INITIAL_TOKEN_INVALID', async () => {
    const second = makeIssuer('key-2')
    const both = verifierOf(ISSUER, { jwks: { keys: [ISSUER.jwk, second.jwk] } })
    expect(await codeOf(second.issue(), both)).to.equal('accepted')
    expect(await codeOf(second.issue(CLAIMS, { kid: 'key-1' }), both)).to.equal('ERR_INITIAL_TOKEN_INVALID')
    expect(await codeOf(second.issue(CLAIMS, { kid: 'key-3' }), both)).to.equal('ERR_INITIAL_TOKEN_INVALID')
    expect(await codeOf(ISSUER.issue(CLAIMS, { kid: undefined }), both)).to.equal('ERR_INITIAL_TOKEN_INVALID')
    expect(await codeOf(ISSUER.issue(CLAIMS, { kid: undefined }))).to.equal('accepted')
    for (const kid of [null, 1, ['key-1'], {}, '']) {
      expect(await codeOf(ISSUER.issue(CLAIMS, { kid })), String(kid)).to.equal('ERR_INITIAL_TOKEN_INVALID')
    }
  })

  it('refuses what is no compact JWS of canonical segments: ERR_INITIAL_TOKEN_INVALID', async () => {
    const token = ISSUER.issue()
    const [header, payload, signature] = token.split('.')
    for (const text of [
      '',
      '...',
      `${token}.`,
      `.${token}`,
      `${token}\n`,
      ` ${token}`,
      `${token}=`,
      `${token}==`,
      `${header}..${signature}`,
      `${header}.${payload}.`,
      `.${payload}.${signature}`,
      `${header}.${payload}`,
      JSON.stringify({ payload, signatures: [{ protected: header, signature }] }),
      'x'.repeat(9000),
    ]) {
      expect(await codeOf(text), text.slice(0, 20)).to.equal('ERR_INITIAL_TOKEN_INVALID')
    }
  })

  it('refuses a token that is longer than any presentation: ERR_INITIAL_TOKEN_INVALID', async () => {
    expect(await codeOf(ISSUER.issue({ ...CLAIMS, pad: 'x'.repeat(5000) }))).to.equal('accepted')
    expect(await codeOf(ISSUER.issue({ ...CLAIMS, pad: 'x'.repeat(6000) }))).to.equal('ERR_INITIAL_TOKEN_INVALID')
  })

  it('refuses JSON that is not strict, of which jose would take the last member: ERR_INITIAL_TOKEN_INVALID', async () => {
    const claims = JSON.stringify(CLAIMS)
    for (const text of [
      claims.replace('{', '{"sub":"root",'),
      claims.replace('{', '{"exp":1,'),
      claims.replace('{', '{"__proto__":{"admin":true},'),
      `\ufeff${claims}`,
      claims.replace('alice', '\\ud800'),
      `[${claims}]`,
      'null',
      `${claims}x`,
    ]) {
      expect(await codeOf(ISSUER.issue(text)), text.slice(0, 30)).to.equal('ERR_INITIAL_TOKEN_INVALID')
    }
    const header = `{"alg":"none","kid":"key-1","alg":"ES256"}`
    expect(await codeOf(ISSUER.issue(CLAIMS, header))).to.equal('ERR_INITIAL_TOKEN_INVALID')
  })

  it('keeps tokens, claims and the errors of jose out of its own errors', async () => {
    const other = makeIssuer()
    const claims = { ...CLAIMS, secret: 'SECRET-CLAIM' }
    for (const token of [
      other.issue(claims),
      ISSUER.issue({ ...claims, exp: 1 }),
      ISSUER.issue({ ...claims, aud: 'SECRET-CLAIM' }),
      ISSUER.issue({ ...claims, iss: 'SECRET-CLAIM' }),
    ]) {
      const error = await errorOf(() => VERIFIER.verify(token, NOW))
      const shown = inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error)
      expect(shown).not.to.contain('SECRET-CLAIM')
      for (const segment of token.split('.')) expect(shown).not.to.contain(segment)
    }
    const { cause } = await errorOf(() => VERIFIER.verify(other.issue(), NOW))
    expect(cause).to.equal('ERR_JWS_SIGNATURE_VERIFICATION_FAILED')
  })
})
