import { expect } from 'chai'
import fc from 'fast-check'
import { encodeBase64url } from '../../lib/jws/base64url.js'
import { type ProtectedHeader, readUnverifiedHeader } from '../../lib/jws/protected-header.js'
import { readUsualHeader } from '../../lib/jws/usual-header.js'
import { HEADER, RANDOM, SHA256 } from './header-samples.js'
import { errorOf } from './refusal.js'

const RUNS = 3000
const USUAL = JSON.stringify(HEADER)

const sha256 = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(encodeBase64url)
const random128 = fc.uint8Array({ minLength: 16, maxLength: 16 }).map(encodeBase64url)
const service = fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,127}$/)
const time = fc.nat({ max: Number.MAX_SAFE_INTEGER })
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })

/** Headers that this library could write. */
const headers: fc.Arbitrary<ProtectedHeader> = fc
  .record({
    alg: fc.constantFrom('ES256' as const, 'EdDSA' as const),
    kid: sha256,
    typ: fc.constant('hop+jws' as const),
    cty: optional(fc.constantFrom('hop+jws' as const, 'jwt' as const, 'token' as const, 'user' as const)),
    iss: service,
    aud: service,
    op: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$/),
    jti: sha256,
    iat: time,
    exp: time,
    txn: optional(random128),
    binding: fc.constantFrom('req', 'tgt', undefined),
    digest: sha256,
  })
  .map(({ binding, digest, ...header }) => ({ ...header, ...(binding && { [binding]: digest }) }))

/** What the strict parser says of a text, which white space before it leaves to that parser. */
function readStrictly(text: string): ProtectedHeader {
  return readUnverifiedHeader(encodeBase64url(` ${text}`), 0)
}

async function outcome(read: () => ProtectedHeader): Promise<unknown> {
  let header: ProtectedHeader | undefined
  const error = await errorOf(() => {
    header = read()
    throw new Error('read')
  })
  return header ?? { ...error, message: error.message }
}

describe('a header in the usual form', () => {
  it('is what this library writes, without own claims', () => {
    fc.assert(
      fc.property(headers, header => {
        fc.pre(header.iat < 1e15 && header.exp < 1e15)
        expect(readUsualHeader(JSON.stringify(header))).not.to.equal(undefined)
      }),
      { numRuns: RUNS },
    )
    expect(readUsualHeader(JSON.stringify({ ...HEADER, claims: {} }))).to.equal(undefined)
  })

  it('is read as the strict parser reads it', () => {
    fc.assert(
      fc.property(headers, header => {
        const text = JSON.stringify(header)
        expect(readUnverifiedHeader(encodeBase64url(text), 0)).to.deep.equal(readStrictly(text))
      }),
      { numRuns: RUNS },
    )
  })

  it('is refused as the strict parser refuses it, whatever is changed in its text', async () => {
    const alphabet = [...'{}[]",:\\0159eE+-.aAzZ_~ \t\n\u0000\u007f\u00e9\u2028\ud800', '"kid":"x",', '__proto__']
    const change = fc.record({ at: fc.nat(), drop: fc.nat({ max: 3 }), put: fc.constantFrom('', ...alphabet) })
    await fc.assert(
      fc.asyncProperty(headers, fc.array(change, { minLength: 1, maxLength: 3 }), async (header, changes) => {
        let text = JSON.stringify(header)
        for (const { at, drop, put } of changes) {
          const place = at % (text.length + 1)
          text = text.slice(0, place) + put + text.slice(place + drop)
        }
        const found = await outcome(() => readUnverifiedHeader(encodeBase64url(text), 0))
        expect(found).to.deep.equal(await outcome(() => readStrictly(text)))
      }),
      { numRuns: RUNS },
    )
  })

  it('is frozen, and has every member by name, as the strict parser makes it', () => {
    const header = readUsualHeader(USUAL)
    expect(Object.isFrozen(header)).to.equal(true)
    expect(Object.keys(header ?? {})).to.deep.equal(Object.keys(readStrictly(USUAL)))
  })

  it('leaves every other form to the strict parser, lawful or not', () => {
    const others = [
      ` ${USUAL}`,
      `${USUAL} `,
      `${USUAL}\n`,
      USUAL.replace(':', ': '),
      USUAL.replace('"iss"', '"\\u0069ss"'),
      USUAL.replace('"iat":1000', '"iat":1e3'),
      USUAL.replace('"iat":1000', '"iat":01000'),
      USUAL.replace('"iat":1000', '"iat":1000000000000000'),
      USUAL.replace('"alg":"ES256",', ''),
      USUAL.replace('{"alg":"ES256",', '{"alg":"none","alg":"ES256",'),
      USUAL.replace('ES256', 'none'),
      USUAL.replace('"typ":"hop+jws"', '"typ":"hop-jws"'),
      USUAL.replace('"typ":"hop+jws"', '"typ":"hoppjws"'),
      USUAL.replace(SHA256, `${SHA256}A`),
      USUAL.replace('}', `,"req":"${SHA256}","tgt":"${SHA256}"}`),
      USUAL.replace('}', `,"req":"${SHA256}","txn":"${RANDOM}"}`),
      USUAL.replace('}', ',"crit":[]}'),
      USUAL.replace('"cart"', '"Cart"'),
      '',
    ]
    for (const text of others) expect(readUsualHeader(text), text).to.equal(undefined)
  })
})
