import { webcrypto } from 'node:crypto'
import { expect } from 'chai'
import type { JwksResponse } from '../../lib/initial-token/jwks-document.js'
import { jwtIssuer } from '../../lib/initial-token/jwt-issuer.js'
import { VerifiedTokens } from '../../lib/initial-token/verified-tokens.js'
import { refusalOf } from '../jws/refusal.js'
import { CLAIMS, type Issuer, makeIssuer, NOW } from './issuer.js'

const issuer = makeIssuer('verified-before')
const [HEADER = ''] = issuer.issue().split('.')

/** Verifies tokens with whatever keys the issuer publishes at the moment. */
function verifierOf(published: { keys: readonly Issuer[] }) {
  const fetch = async (): Promise<JwksResponse> => {
    const document = JSON.stringify({ keys: published.keys.map(({ jwk }) => jwk) })
    return { status: 200, body: new Blob([document]).stream() }
  }
  const jwksUri = 'https://idp.example/jwks'
  return jwtIssuer({ issuer: CLAIMS.iss, jwksUri, fetch, audience: 'countersign', algorithms: ['ES256'] })
}

describe('a token that was verified before', () => {
  const subtle: webcrypto.SubtleCrypto = Object.getPrototypeOf(webcrypto.subtle)
  const original = subtle.verify
  let signatures: number
  let published: { keys: readonly Issuer[] }
  let verifier: ReturnType<typeof verifierOf>
  const codeOf = (token: string, now = NOW) => refusalOf(() => verifier.verify(token, now))

  beforeEach(() => {
    signatures = 0
    subtle.verify = function (...args) {
      // Of these tokens alone: what other specs left behind may verify something, too.
      const [, , , data] = args
      if (
        Buffer.from(data as Uint8Array)
          .toString()
          .startsWith(HEADER)
      )
        signatures += 1
      return original.apply(this, args)
    }
    published = { keys: [issuer] }
    verifier = verifierOf(published)
  })

  afterEach(() => {
    subtle.verify = original
  })

  it('costs no signature again, and gives the same claims', async () => {
    const token = issuer.issue()
    const first = await verifier.verify(token, NOW)
    expect(await verifier.verify(token, NOW)).to.deep.equal(first)
    expect(signatures).to.equal(1)
    await verifier.verify(issuer.issue(), NOW)
    expect(signatures, 'another token').to.equal(2)
  })

  it('is refused when its time is over: ERR_INITIAL_TOKEN_EXPIRED', async () => {
    const token = issuer.issue()
    expect(await codeOf(token)).to.equal('accepted')
    expect(await codeOf(token, CLAIMS.exp + 5)).to.equal('ERR_INITIAL_TOKEN_EXPIRED')
    expect(await codeOf(token)).to.equal('accepted')
  })

  it('is refused when its key has left the set, or another has taken its name: ERR_INITIAL_TOKEN_INVALID', async () => {
    const token = issuer.issue({ ...CLAIMS, exp: NOW + 5000 })
    expect(await codeOf(token)).to.equal('accepted')
    published.keys = [makeIssuer(issuer.kid)]
    expect(await codeOf(token, NOW + 599)).to.equal('accepted')
    expect(await codeOf(token, NOW + 600)).to.equal('ERR_INITIAL_TOKEN_INVALID')
    published.keys = [makeIssuer('key-2')]
    expect(await codeOf(token, NOW + 1200)).to.equal('ERR_INITIAL_TOKEN_INVALID')
  })

  it('is verified anew under a key that was fetched anew', async () => {
    const token = issuer.issue({ ...CLAIMS, exp: NOW + 5000 })
    await verifier.verify(token, NOW)
    await verifier.verify(token, NOW + 600)
    expect(signatures).to.equal(2)
  })

  it('does not vouch for a text that differs in one character, nor is one that was refused remembered', async () => {
    const token = issuer.issue()
    await verifier.verify(token, NOW)
    const at = token.length - 10
    const changed = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1)
    for (const _ of [1, 2]) expect(await codeOf(changed)).to.equal('ERR_INITIAL_TOKEN_INVALID')
    expect(signatures).to.equal(3)
  })

  it('is of no use to another verifier', async () => {
    const token = issuer.issue()
    await verifier.verify(token, NOW)
    await verifierOf(published).verify(token, NOW)
    expect(signatures).to.equal(2)
  })

  it('is forgotten in favour of others: so many are remembered', () => {
    const tokens = new VerifiedTokens(2)
    for (const token of ['a', 'b', 'c']) tokens.remember(token, issuer.publicKey)
    expect(tokens.size).to.equal(2)
    expect(['a', 'b', 'c'].map(token => tokens.has(token, issuer.publicKey))).to.deep.equal([false, true, true])
    expect(tokens.has('c', makeIssuer().publicKey)).to.equal(false)
  })
})
