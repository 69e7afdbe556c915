import { expect } from 'chai'
import nodeFetch from 'node-fetch'
import { jwtIssuer } from '../../lib/initial-token/jwt-issuer.js'
import type { JwtIssuerOptions } from '../../lib/initial-token/jwt-issuer-options.js'
import { errorOf, refusalOf } from '../jws/refusal.js'
import { CLAIMS, makeIssuer, NOW } from './issuer.js'

const ISSUER = makeIssuer()
const OPTIONS: JwtIssuerOptions = {
  issuer: CLAIMS.iss,
  jwks: { keys: [ISSUER.jwk] },
  audience: 'countersign',
  algorithms: ['ES256'],
}
const { jwks: _, ...WITHOUT_KEYS } = OPTIONS

const codeOf = (options: unknown) => refusalOf(() => jwtIssuer(options as JwtIssuerOptions))
const codeOfUri = (jwksUri: unknown) => codeOf({ ...WITHOUT_KEYS, jwksUri })

describe('JWT issuer: options', () => {
  it('make a frozen verifier of kind `jwt` for one issuer', () => {
    const verifier = jwtIssuer(OPTIONS)
    expect(verifier).to.include({ kind: 'jwt', issuer: CLAIMS.iss })
    expect(Object.isFrozen(verifier)).to.equal(true)
  })

  const WRONG: Record<string, readonly unknown[]> = {
    issuer: [undefined, '', null, 1, ['https://idp.example'], new URL('https://idp.example')],
    audience: [undefined, '', null, [], [''], ['countersign', ''], [1], 1, {}],
    algorithms: [
      undefined,
      [],
      null,
      'ES256',
      ['none'],
      ['HS256'],
      ['ES256', 'HS512'],
      ['ES256', 'none'],
      ['es256'],
      ['ES256K'],
      [''],
      [null],
      ['RSA1_5'],
      ['Ed448'],
    ],
    types: [[], null, 'at+jwt', ['AT+JWT'], ['logout+jwt'], ['at+jwt', ''], [undefined]],
    idTokens: [true, false, null, 'yes', ''],
    fetch: [null, 'fetch', {}],
    jwks: [null, [], {}, { keys: {} }, { keys: [] }, { keys: [null] }, { keys: ['key'] }, 'https://idp.example/jwks'],
  }
  for (const [name, values] of Object.entries(WRONG)) {
    it(`refuse a wrong \`${name}\`: ERR_OPTION`, async () => {
      for (const value of values)
        expect(await codeOf({ ...OPTIONS, [name]: value }), String(value)).to.equal('ERR_OPTION')
    })
  }

  it('refuse what they do not know, and what is no object: ERR_OPTION', async () => {
    for (const options of [
      { ...OPTIONS, audiences: ['x'] },
      { ...OPTIONS, clockTolerance: 60 },
      undefined,
      null,
      'x',
    ]) {
      expect(await codeOf(options)).to.equal('ERR_OPTION')
    }
  })

  it('refuse both of `jwks` and `jwksUri`, and neither: ERR_OPTION', async () => {
    expect(await codeOf({ ...OPTIONS, jwksUri: 'https://idp.example/jwks' })).to.equal('ERR_OPTION')
    expect(await codeOf(WITHOUT_KEYS)).to.equal('ERR_OPTION')
    expect(await codeOf({ ...OPTIONS, jwksUri: undefined })).to.equal('accepted')
  })

  it('take an https URL, and http on a loopback host', async () => {
    for (const uri of [
      'https://idp.example/jwks',
      'HTTPS://IDP.example',
      'http://localhost:80/',
      'http://127.0.0.1:4000/jwks',
      'http://127.1/',
      'http://[::1]:4000/',
    ]) {
      expect(await codeOfUri(uri), uri).to.equal('accepted')
    }
  })

  it('refuse any other URL: ERR_OPTION', async () => {
    for (const uri of [
      'http://idp.example/jwks',
      'http://127.0.0.1.evil.example/',
      'http://localhost.evil.example/',
      'http://evil.example/127.0.0.1',
      'http://127.0.0.1@evil.example/',
      'http://128.0.0.1/',
      'http://[::2]/',
      'http://10.0.0.1/',
      'https://user:password@idp.example/',
      'https://user@idp.example/',
      'file:///etc/jwks.json',
      'data:application/json,{}',
      'ftp://idp.example',
      '//idp.example',
      'idp.example',
      '',
      null,
      1,
      { href: 'https://idp.example' },
    ]) {
      expect(await codeOfUri(uri), String(uri)).to.equal('ERR_OPTION')
    }
  })

  it('refuse a given key that is secret, weak or malformed, and say which: ERR_OPTION', async () => {
    const keys = [
      { kty: 'oct', k: 'AAAA' },
      { ...ISSUER.jwk, d: 'SECRET' },
      { ...ISSUER.jwk, x: 'AA' },
      { kty: 'RSA', n: 'AQAB', e: 'AQAB' },
    ]
    for (const key of keys)
      expect(await codeOf({ ...OPTIONS, jwks: { keys: [ISSUER.jwk, key] } })).to.equal('ERR_OPTION')
    const { message } = await errorOf(() =>
      jwtIssuer({ ...OPTIONS, jwks: { keys: [ISSUER.jwk, { ...ISSUER.jwk, d: 'SECRET' }] } }),
    )
    expect(message).to.equal('jwtIssuer: key 1 of `jwks`: a key with private members')
  })

  it('leave given keys of another purpose out, and refuse when none is left: ERR_OPTION', async () => {
    const encryption = { ...ISSUER.jwk, kid: 'e', use: 'enc' }
    const unknown = { kty: 'AKP', alg: 'ML-DSA-44', pub: 'AA' }
    expect(await codeOf({ ...OPTIONS, jwks: { keys: [encryption, unknown, ISSUER.jwk] } })).to.equal('accepted')
    expect(await codeOf({ ...OPTIONS, jwks: { keys: [encryption, unknown] } })).to.equal('ERR_OPTION')
    expect(await codeOf({ ...OPTIONS, algorithms: ['RS256'] })).to.equal('ERR_OPTION')
  })

  it('are read once: what the caller changes later has no effect', async () => {
    const algorithms: JwtIssuerOptions['algorithms'][number][] = ['ES256']
    const audience = ['countersign']
    const keys = [ISSUER.jwk]
    const verifier = jwtIssuer({ ...OPTIONS, algorithms, audience, jwks: { keys } })
    algorithms.length = 0
    audience[0] = 'other'
    keys.length = 0
    expect(await refusalOf(() => verifier.verify(ISSUER.issue(), NOW))).to.equal('accepted')
  })

  it("take the platform's fetch and node-fetch as they are", async () => {
    const options = { ...WITHOUT_KEYS, jwksUri: 'https://idp.example/jwks' }
    expect(() => jwtIssuer({ ...options, fetch })).not.to.throw()
    expect(() => jwtIssuer({ ...options, fetch: nodeFetch })).not.to.throw()
  })
})
