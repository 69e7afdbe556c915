import { expect } from 'chai'
import { encodeBase64url } from '../../lib/jws/base64url.js'
import {
  encodeProtectedHeader,
  findClaimsFault,
  isRandom128,
  type ProtectedHeader,
  readUnverifiedHeader,
} from '../../lib/jws/protected-header.js'
import { HEADER, RANDOM, SHA256 } from './header-samples.js'
import { MALFORMED } from './malformed-members.js'
import { errorOf, refusalOf } from './refusal.js'

const readText = (text: string) => readUnverifiedHeader(encodeBase64url(text), 0)
const read = (members: object) => readText(JSON.stringify(members))
const codeOf = (members: object) => refusalOf(() => read(members))
const codeOfText = (text: string) => refusalOf(() => readText(text))

describe('protected header', () => {
  it('reads what was encoded', () => {
    const full: ProtectedHeader = {
      ...HEADER,
      alg: 'EdDSA',
      cty: 'user',
      txn: RANDOM,
      req: SHA256,
      claims: { tenant: 'acme' },
    }
    for (const header of [HEADER, full]) {
      expect(JSON.parse(JSON.stringify(readUnverifiedHeader(encodeProtectedHeader(header), 0)))).to.deep.equal(header)
    }
  })

  it('is frozen, and the claims in it have no prototype', () => {
    const header = read({ ...HEADER, claims: { deep: {} } })
    expect(Object.isFrozen(header) && Object.isFrozen(header.claims)).to.equal(true)
    expect(Object.getPrototypeOf(header.claims)).to.equal(null)
  })

  for (const name of Object.keys(HEADER)) {
    it(`refuses a header without \`${name}\`: ERR_HEADER_INVALID`, async () => {
      const { [name as keyof ProtectedHeader]: _, ...rest } = HEADER
      expect(await codeOf(rest)).to.equal('ERR_HEADER_INVALID')
    })
  }

  for (const [name, values] of Object.entries(MALFORMED)) {
    it(`refuses a malformed \`${name}\`: ERR_HEADER_INVALID`, async () => {
      for (const value of values)
        expect(await codeOf({ ...HEADER, [name]: value }), JSON.stringify(value)).to.equal('ERR_HEADER_INVALID')
    })
  }

  it('refuses any other member, those of JOSE that change the meaning included: ERR_HEADER_INVALID', async () => {
    for (const name of [
      'crit',
      'b64',
      'jwk',
      'jku',
      'x5u',
      'x5c',
      'x5t',
      'zip',
      'enc',
      'nbf',
      'sub',
      'ISS',
      'Alg',
      'constructor',
      'toString',
      '',
    ]) {
      expect(await codeOf({ ...HEADER, [name]: 'x' }), name).to.equal('ERR_HEADER_INVALID')
    }
  })

  it('refuses other algorithms, however they are written: ERR_ALGORITHM_NOT_ALLOWED', async () => {
    for (const alg of [
      'none',
      'None',
      'NONE',
      'HS256',
      'HS512',
      'RS256',
      'PS256',
      'ES384',
      'ES512',
      'ES256K',
      'Ed25519',
      'es256',
      'ES256 ',
      '',
      'ECDH-ES',
    ]) {
      expect(await codeOf({ ...HEADER, alg }), alg).to.equal('ERR_ALGORITHM_NOT_ALLOWED')
    }
  })

  it('refuses `req` beside `tgt`: ERR_HEADER_INVALID', async () => {
    expect(await codeOf({ ...HEADER, req: SHA256, tgt: SHA256 })).to.equal('ERR_HEADER_INVALID')
    expect(await codeOf({ ...HEADER, req: SHA256 })).to.equal('accepted')
    expect(await codeOf({ ...HEADER, tgt: SHA256 })).to.equal('accepted')
  })

  it("refuses the header's own names among the claims: ERR_HEADER_INVALID", async () => {
    for (const name of Object.keys(MALFORMED)) {
      expect(await codeOf({ ...HEADER, claims: { [name]: 'x' } }), name).to.equal('ERR_HEADER_INVALID')
    }
    expect(await codeOf({ ...HEADER, claims: { deep: { iss: 'x' }, Iss: 'x' } })).to.equal('accepted')
  })

  it('takes claims of 2048 bytes, and refuses one more: ERR_HEADER_INVALID', async () => {
    const claims = (bytes: number) => ({ c: 'é'.repeat(10).padEnd(bytes - 8 - 10, 'x') })
    expect(Buffer.byteLength(JSON.stringify(claims(2048)))).to.equal(2048)
    expect(await codeOf({ ...HEADER, claims: claims(2048) })).to.equal('accepted')
    expect(await codeOf({ ...HEADER, claims: claims(2049) })).to.equal('ERR_HEADER_INVALID')
    expect(findClaimsFault(claims(2048))).to.equal(undefined)
    expect(findClaimsFault(claims(2049))).to.equal('the claims take 2049 bytes of at most 2048')
    expect(findClaimsFault({ aud: 'x' })).to.contain('`aud`')
  })

  it('refuses times that are not plain digits: ERR_JSON_NOT_STRICT', async () => {
    for (const [name, time] of [
      ['iat', 1000],
      ['exp', 1300],
    ] as const) {
      for (const digits of [`${time / 1000}e3`, `${time}.0`, `${time}.5`, `-${time}`, '-0', '1E3']) {
        const text = JSON.stringify(HEADER).replace(`"${name}":${time}`, `"${name}":${digits}`)
        expect(text).to.contain(digits)
        expect(await codeOfText(text), digits).to.equal('ERR_JSON_NOT_STRICT')
      }
    }
  })

  it('leaves the numbers inside the claims free', async () => {
    expect(await codeOfText(JSON.stringify({ ...HEADER, claims: { n: 7 } }).replace('"n":7', '"n":-7.5e3'))).to.equal(
      'accepted',
    )
  })

  it('leaves member order and white space free', async () => {
    const reversed = Object.fromEntries(Object.entries(HEADER).reverse())
    expect(await codeOfText(JSON.stringify(reversed, null, '\t'))).to.equal('accepted')
    expect(await codeOfText(`\r\n ${JSON.stringify(reversed, null, 2)} \n`)).to.equal('accepted')
  })

  it('refuses JSON that is not strict: ERR_JSON_NOT_STRICT', async () => {
    const text = JSON.stringify(HEADER)
    for (const bad of [
      text.replace('{', '{"iss":"shop",'),
      text.replace('{', '{"\\u0069ss":"shop",'),
      text.replace('{', '{"__proto__":{},'),
      `\ufeff${text}`,
      `${text}{}`,
      text.slice(0, -1),
      text.replace('"cart"', '"\\ud800"'),
      `[${text}]`,
      '',
    ]) {
      expect(await codeOfText(bad), bad.slice(0, 40)).to.equal('ERR_JSON_NOT_STRICT')
    }
  })

  it('refuses a segment that is not canonical: ERR_ENCODING_NOT_CANONICAL', async () => {
    const segment = encodeBase64url(JSON.stringify({ ...HEADER, op: 'commits' }))
    expect(segment.length % 4).not.to.equal(0)
    const last = segment.slice(-1)
    const twin = String.fromCharCode(last.charCodeAt(0) + 1)
    expect(Buffer.from(segment.slice(0, -1) + twin, 'base64url')).to.deep.equal(Buffer.from(segment, 'base64url'))
    expect(await refusalOf(() => readUnverifiedHeader(segment.slice(0, -1) + twin, 0))).to.equal(
      'ERR_ENCODING_NOT_CANONICAL',
    )
    expect(await refusalOf(() => readUnverifiedHeader('A', 0))).to.equal('ERR_ENCODING_NOT_CANONICAL')
  })

  it('says which hop is at fault, and quotes nothing of it', async () => {
    const error = await errorOf(() => readUnverifiedHeader(encodeProtectedHeader({ ...HEADER, iss: 'SECRET' }), 3))
    expect(error).to.include({ hop: 3, code: 'ERR_HEADER_INVALID' })
    expect(error.message).not.to.contain('SECRET')
  })

  it('knows 128 random bits by their 22 canonical characters', () => {
    expect(isRandom128(RANDOM)).to.equal(true)
    for (const text of [
      RANDOM.slice(1),
      `${RANDOM}A`,
      `${RANDOM.slice(1)}B`,
      `${RANDOM.slice(1)}\n`,
      `${RANDOM}\n`,
      '',
    ]) {
      expect(isRandom128(text)).to.equal(false)
    }
  })
})
