import { inspect } from 'node:util'
import { expect } from 'chai'
import { InitialTokenInvalid, IssuerUnavailable } from '../../lib/errors.js'
import type { InitialTokenVerifier, VerifiedInitialToken } from '../../lib/initial-token/initial-token-verifier.js'
import { type GivenInitialToken, InitialTokens } from '../../lib/initial-token/initial-tokens.js'
import { jwtIssuer } from '../../lib/initial-token/jwt-issuer.js'
import { encodeUserClaims } from '../../lib/initial-token/user-claims.js'
import { errorOf, refusalOf } from '../jws/refusal.js'
import { CLAIMS, encode, makeIssuer, NOW } from './issuer.js'

const ISSUER = makeIssuer()
const OTHER = makeIssuer()
const SLASH = 'https://idp.example/'

function jwtVerifier(issuer: string, jwk: object): InitialTokenVerifier {
  return jwtIssuer({ issuer, jwks: { keys: [jwk] }, audience: 'countersign', algorithms: ['ES256'] })
}

/** A verifier of opaque tokens that knows one of them. */
function opaqueVerifier(
  issuer: string,
  known: string,
  otherwise: Error = new InitialTokenInvalid('inactive'),
): InitialTokenVerifier {
  return {
    kind: 'token',
    issuer,
    verify: async token => {
      if (token !== known) throw otherwise
      return { kind: 'token', claims: Object.freeze({ iss: issuer }), expiresAt: 10_600 }
    },
  }
}

const JWT = jwtVerifier(CLAIMS.iss, ISSUER.jwk)
const OPAQUE = opaqueVerifier(CLAIMS.iss, 'öpaque')
const USER = { kind: 'user', text: encodeUserClaims({ sub: 'alice' }).text } as const
const jwt = (text = ISSUER.issue()) => ({ kind: 'jwt', text }) as const
const opaque = (token: string) => ({ kind: 'token', text: encode(token) }) as const

describe('initial tokens: what is accepted', () => {
  it('is user claims alone, without a configuration: ERR_INITIAL_TOKEN_NOT_ACCEPTED', async () => {
    const tokens = new InitialTokens(undefined)
    expect(await tokens.verify(USER, NOW, 'shop')).to.include({ kind: 'user' })
    expect(await refusalOf(() => tokens.verify(jwt(), NOW, 'shop'))).to.equal('ERR_INITIAL_TOKEN_NOT_ACCEPTED')
    expect(await refusalOf(() => tokens.verify(jwt('x'), NOW, 'shop'))).to.equal('ERR_INITIAL_TOKEN_NOT_ACCEPTED')
    expect(await refusalOf(() => tokens.verify(opaque('x'), NOW, 'shop'))).to.equal('ERR_INITIAL_TOKEN_NOT_ACCEPTED')
  })

  it('is not user claims, with a configuration that does not name them: ERR_INITIAL_TOKEN_NOT_ACCEPTED', async () => {
    expect(await refusalOf(() => new InitialTokens({ accept: [JWT] }).verify(USER, NOW, 'shop'))).to.equal(
      'ERR_INITIAL_TOKEN_NOT_ACCEPTED',
    )
    expect(await new InitialTokens({ accept: [JWT], user: true }).verify(USER, NOW, 'shop')).to.include({
      kind: 'user',
    })
  })

  it('is only the kind whose verifier is configured: ERR_INITIAL_TOKEN_NOT_ACCEPTED', async () => {
    const onlyJwt = new InitialTokens({ accept: [JWT] })
    const onlyOpaque = new InitialTokens({ accept: [OPAQUE] })
    expect(await onlyJwt.verify(jwt(), NOW, 'shop')).to.include({ kind: 'jwt', expiresAt: 10_600 })
    expect(await onlyOpaque.verify(opaque('öpaque'), NOW, 'shop')).to.include({ kind: 'token', expiresAt: 10_600 })
    expect(await refusalOf(() => onlyJwt.verify(opaque('öpaque'), NOW, 'shop'))).to.equal(
      'ERR_INITIAL_TOKEN_NOT_ACCEPTED',
    )
    expect(await refusalOf(() => onlyOpaque.verify(jwt(), NOW, 'shop'))).to.equal('ERR_INITIAL_TOKEN_NOT_ACCEPTED')
    // A JWT in an opaque token's place is judged as an opaque token.
    expect(await refusalOf(() => onlyJwt.verify(opaque(ISSUER.issue()), NOW, 'shop'))).to.equal(
      'ERR_INITIAL_TOKEN_NOT_ACCEPTED',
    )
    expect(await refusalOf(() => onlyOpaque.verify(opaque(ISSUER.issue()), NOW, 'shop'))).to.equal(
      'ERR_INITIAL_TOKEN_INVALID',
    )
  })

  it('is a JWT whose `iss` is configured to the byte: ERR_INITIAL_TOKEN_NOT_ACCEPTED', async () => {
    const tokens = new InitialTokens({ accept: [JWT] })
    for (const iss of [SLASH, 'https://idp.example.evil', 'https://IDP.example', 'constructor', '__proto__', '']) {
      expect(await refusalOf(() => tokens.verify(jwt(ISSUER.issue({ ...CLAIMS, iss })), NOW, 'shop')), iss).to.equal(
        'ERR_INITIAL_TOKEN_NOT_ACCEPTED',
      )
    }
    for (const iss of [null, 1, [CLAIMS.iss], undefined]) {
      expect(await refusalOf(() => tokens.verify(jwt(ISSUER.issue({ ...CLAIMS, iss })), NOW, 'shop'))).to.equal(
        'ERR_INITIAL_TOKEN_NOT_ACCEPTED',
      )
    }
  })

  it('is never a JWT of one issuer signed by another, however alike their names: ERR_INITIAL_TOKEN_INVALID', async () => {
    const tokens = new InitialTokens({ accept: [JWT, jwtVerifier(SLASH, OTHER.jwk)] })
    expect(await tokens.verify(jwt(), NOW, 'shop')).to.include({ kind: 'jwt' })
    expect(await tokens.verify(jwt(OTHER.issue({ ...CLAIMS, iss: SLASH })), NOW, 'shop')).to.include({ kind: 'jwt' })
    for (const text of [OTHER.issue(), ISSUER.issue({ ...CLAIMS, iss: SLASH })]) {
      expect(await refusalOf(() => tokens.verify(jwt(text), NOW, 'shop'))).to.equal('ERR_INITIAL_TOKEN_INVALID')
    }
  })

  it('is no text that is malformed: ERR_INITIAL_TOKEN_INVALID', async () => {
    const tokens = new InitialTokens({ accept: [JWT, OPAQUE], user: true })
    expect(await refusalOf(() => tokens.verify(jwt('a.b.c'), NOW, 'shop'))).to.equal('ERR_INITIAL_TOKEN_INVALID')
    expect(await refusalOf(() => tokens.verify({ kind: 'user', text: 'a.b' }, NOW, 'shop'))).to.equal(
      'ERR_INITIAL_TOKEN_INVALID',
    )
    for (const text of [
      '',
      'A',
      'QR',
      'QQ==',
      Buffer.from([0xff]).toString('base64url'),
      Buffer.from('\ufeffx').toString('base64url').replace(/.$/, '?'),
    ]) {
      expect(await refusalOf(() => tokens.verify({ kind: 'token', text }, NOW, 'shop')), text).to.equal(
        'ERR_INITIAL_TOKEN_INVALID',
      )
    }
  })

  it('is no opaque token whose bytes are no text, even if its issuer takes everything: ERR_INITIAL_TOKEN_INVALID', async () => {
    const claims = Object.freeze({})
    const credulous: InitialTokenVerifier = { ...OPAQUE, verify: async () => ({ kind: 'token', claims }) }
    const tokens = new InitialTokens({ accept: [credulous] })
    for (const bytes of [[0xff], [0xed, 0xa0, 0x80], [0xc0, 0x80]]) {
      const text = Buffer.from(bytes).toString('base64url')
      expect(await refusalOf(() => tokens.verify({ kind: 'token', text }, NOW, 'shop'))).to.equal(
        'ERR_INITIAL_TOKEN_INVALID',
      )
    }
  })

  it('is an opaque token that any issuer knows; one that cannot answer outweighs a no: ERR_ISSUER_UNAVAILABLE', async () => {
    const down = opaqueVerifier('https://down.example', 'c', new IssuerUnavailable('down'))
    const tokens = new InitialTokens({
      accept: [opaqueVerifier('https://a.example', 'a'), down, opaqueVerifier('https://b.example', 'b')],
    })
    for (const token of ['a', 'b', 'c'])
      expect(await tokens.verify(opaque(token), NOW, 'shop')).to.include({ kind: 'token' })
    expect(await refusalOf(() => tokens.verify(opaque('x'), NOW, 'shop'))).to.equal('ERR_ISSUER_UNAVAILABLE')
  })

  it('is not what a verifier fails to judge with an error or an answer of its own: ERR_ISSUER_UNAVAILABLE', async () => {
    const answers: readonly unknown[] = [
      undefined,
      null,
      true,
      {},
      { kind: 'token' },
      { kind: 'jwt', claims: {} },
      { kind: 'user', claims: {} },
      { kind: 'token', claims: {}, expiresAt: '1' },
      { kind: 'token', claims: {}, expiresAt: Number.NaN },
      { kind: 'token', claims: null },
    ]
    for (const answer of answers) {
      const verifier: InitialTokenVerifier = { ...OPAQUE, verify: async () => answer as VerifiedInitialToken }
      const tokens = new InitialTokens({ accept: [verifier] })
      expect(await refusalOf(() => tokens.verify(opaque('x'), NOW, 'shop')), JSON.stringify(answer)).to.equal(
        'ERR_ISSUER_UNAVAILABLE',
      )
    }
    for (const thrown of [new TypeError('SECRET'), 'SECRET']) {
      const verifier: InitialTokenVerifier = {
        ...OPAQUE,
        verify: () => {
          throw thrown
        },
      }
      const error = await errorOf(() => new InitialTokens({ accept: [verifier] }).verify(opaque('x'), NOW, 'shop'))
      expect(error).to.include({ code: 'ERR_ISSUER_UNAVAILABLE' })
      expect(inspect(error)).not.to.contain('SECRET')
    }
  })
})

describe('initial tokens: what a sender gives', () => {
  it('belongs to the one verifier that is configured, whose kind the wire says', async () => {
    const asJwt = new InitialTokens({ accept: [JWT] }).choose(ISSUER.issue())
    expect(asJwt.kind).to.equal('jwt')
    expect(await asJwt.verify(NOW, 'shop')).to.include({ kind: 'jwt' })
    // It looks like a JWT, and is opaque because its verifier says so.
    const token = ISSUER.issue()
    const asToken = new InitialTokens({ accept: [opaqueVerifier(CLAIMS.iss, token)] }).choose(token)
    expect(asToken).to.include({ kind: 'token', text: encode(token) })
    expect(await asToken.verify(NOW, 'shop')).to.include({ kind: 'token' })
  })

  it('is carried so that a receiver with the same configuration reads it', async () => {
    for (const [verifier, token] of [
      [JWT, ISSUER.issue()],
      [OPAQUE, 'öpaque'],
    ] as const) {
      const tokens = new InitialTokens({ accept: [verifier] })
      const { kind, text } = tokens.choose(token)
      expect(await tokens.verify({ kind, text }, NOW, 'shop')).to.include({ kind })
    }
  })

  it('is verified by the verifier that was chosen, not by the one it names: ERR_INITIAL_TOKEN_INVALID', async () => {
    const tokens = new InitialTokens({ accept: [JWT, jwtVerifier(SLASH, OTHER.jwk)] })
    const good = OTHER.issue({ ...CLAIMS, iss: SLASH })
    expect(await tokens.choose({ issuer: SLASH, token: good }).verify(NOW, 'shop')).to.include({ kind: 'jwt' })
    const wrong = tokens.choose({ issuer: CLAIMS.iss, token: good })
    expect(await refusalOf(() => wrong.verify(NOW, 'shop'))).to.equal('ERR_INITIAL_TOKEN_INVALID')
  })

  it('is verified when asked: ERR_INITIAL_TOKEN_EXPIRED', async () => {
    const chosen = new InitialTokens({ accept: [JWT] }).choose(ISSUER.issue())
    expect(await refusalOf(() => chosen.verify(20_000, 'shop'))).to.equal('ERR_INITIAL_TOKEN_EXPIRED')
  })

  it('needs its issuer where several are configured, and one that is: ERR_OPTION', async () => {
    const one = new InitialTokens({ accept: [JWT] })
    const two = new InitialTokens({ accept: [JWT, jwtVerifier(SLASH, OTHER.jwk)] })
    const both = new InitialTokens({ accept: [JWT, OPAQUE] })
    const attempts: readonly (readonly [InitialTokens, unknown])[] = [
      [new InitialTokens(undefined), 'token'],
      [new InitialTokens(undefined), { issuer: CLAIMS.iss, token: 'token' }],
      [two, ISSUER.issue()],
      [both, ISSUER.issue()],
      [both, { issuer: CLAIMS.iss, token: 'token' }],
      [two, { issuer: 'https://idp', token: 'token' }],
      [two, { token: 'token' }],
      [two, { issuer: CLAIMS.iss }],
      [two, { issuer: CLAIMS.iss, token: '' }],
      [two, { issuer: CLAIMS.iss, token: 1 }],
      [two, { issuer: CLAIMS.iss, token: 'token', kind: 'jwt' }],
      ...['', undefined, null, 1, [], true].map(token => [one, token] as const),
    ]
    for (const [tokens, given] of attempts) {
      expect(await refusalOf(() => tokens.choose(given as GivenInitialToken)), inspect(given)).to.equal('ERR_OPTION')
    }
    expect(one.choose({ issuer: CLAIMS.iss, token: 'x' }).kind).to.equal('jwt')
  })
})

describe('initial tokens: what a client presents', () => {
  const asked: string[] = []
  const opaque = opaqueVerifier('https://opaque.example', 'öpaque')
  const spy: InitialTokenVerifier = {
    ...opaque,
    verify: (token, now) => {
      asked.push(token)
      return opaque.verify(token, now)
    },
  }
  const tokens = new InitialTokens({ accept: [JWT, spy] })
  beforeEach(() => {
    asked.length = 0
  })

  it('is a JWT of a configured issuer, which nobody else is asked about', async () => {
    expect(await tokens.authenticate(ISSUER.issue(), NOW)).to.include({ kind: 'jwt' })
    const bad = OTHER.issue()
    expect(await refusalOf(() => tokens.authenticate(bad, NOW))).to.equal('ERR_INITIAL_TOKEN_INVALID')
    expect(asked).to.deep.equal([])
  })

  it('is an opaque token otherwise, whatever it looks like: ERR_INITIAL_TOKEN_INVALID', async () => {
    expect(await tokens.authenticate('öpaque', NOW)).to.include({ kind: 'token' })
    const foreign = OTHER.issue({ ...CLAIMS, iss: SLASH })
    for (const token of [foreign, 'a.b.c', 'x', '']) {
      expect(await refusalOf(() => tokens.authenticate(token, NOW)), token).to.equal('ERR_INITIAL_TOKEN_INVALID')
    }
    expect(asked).to.deep.equal(['öpaque', foreign, 'a.b.c', 'x', ''])
  })

  it('is nothing but a JWT where no opaque tokens are configured: ERR_INITIAL_TOKEN_NOT_ACCEPTED', async () => {
    const onlyJwt = new InitialTokens({ accept: [JWT] })
    for (const token of ['x', OTHER.issue({ ...CLAIMS, iss: SLASH })]) {
      expect(await refusalOf(() => onlyJwt.authenticate(token, NOW))).to.equal('ERR_INITIAL_TOKEN_NOT_ACCEPTED')
    }
  })

  it('can be told beforehand of a JWT, and fails closed', async () => {
    expect(await tokens.acceptsJwt(ISSUER.issue(), NOW)).to.equal(true)
    for (const token of [OTHER.issue(), ISSUER.issue({ ...CLAIMS, aud: 'other' }), 'öpaque']) {
      expect(await tokens.acceptsJwt(token, NOW)).to.equal(false)
    }
    expect(asked).to.deep.equal([])
    const down = new InitialTokens({ accept: [{ ...JWT, verify: () => Promise.reject(new Error('down')) }] })
    expect(await refusalOf(() => down.acceptsJwt(ISSUER.issue(), NOW))).to.equal('ERR_ISSUER_UNAVAILABLE')
  })
})
