import type { X509Certificate } from 'node:crypto'
import { expect } from 'chai'
import { commonValidity, overlap, readCertificates, readX5c } from '../../lib/jws/certificates.js'
import { withinCertificates } from '../../lib/jws/key-certificates.js'
import { SKEW_SECONDS } from '../../lib/limits/chains.js'
import { errorOf, refusalOf } from './refusal.js'

const valid = (validFrom: string, validTo: string) => ({ validFrom, validTo }) as X509Certificate

describe('the time of certificates', () => {
  const own = valid('Jan  1 00:00:10 2026 GMT', 'Jan  1 00:01:00 2026 GMT')
  const issuer = valid('Jan  1 00:00:00 2026 GMT', 'Jan  1 00:00:50 2026 GMT')
  const BEGIN = Date.UTC(2026, 0, 1) / 1000

  it('is what all of them have in common', () => {
    const common = { notBefore: BEGIN + 10, expiresAt: BEGIN + 50 }
    expect(commonValidity([own, issuer])).to.deep.equal(common)
    expect(commonValidity([issuer, own])).to.deep.equal(common)
    expect(commonValidity([own])).to.deep.equal({ notBefore: BEGIN + 10, expiresAt: BEGIN + 60 })
  })

  it('lies inside theirs where a second is not whole', () => {
    const fractions = valid('2026-01-01T00:00:00.400Z', '2026-01-01T00:00:09.600Z')
    expect(commonValidity([fractions])).to.deep.equal({ notBefore: BEGIN + 1, expiresAt: BEGIN + 9 })
  })

  it('is never, where a date cannot be read', () => {
    const { notBefore, expiresAt } = commonValidity([own, valid('some day', 'some day')])
    expect([notBefore, expiresAt]).to.deep.equal([Number.NaN, Number.NaN])
  })

  it('overlaps with another where both hold', () => {
    const [one, other] = [
      { notBefore: 10, expiresAt: 30 },
      { notBefore: 20, expiresAt: 40 },
    ]
    expect(overlap(one, other)).to.deep.equal({ notBefore: 20, expiresAt: 30 })
    expect(overlap(other, one)).to.deep.equal({ notBefore: 20, expiresAt: 30 })
  })

  describe('bounds a registration', () => {
    const certificates = { x5c: [], validity: { notBefore: 1000, expiresAt: 2000 } }
    const at = (now: number) =>
      refusalOf(async () => withinCertificates(certificates, { notBefore: 0, expiresAt: 9000 }, now))

    it('from its first second, or the skew before, to the one before its last', async () => {
      expect(await at(1000 - SKEW_SECONDS)).to.equal('accepted')
      expect(await at(1999)).to.equal('accepted')
      expect(await at(1000 - SKEW_SECONDS - 1)).to.equal('ERR_SIGNING_KEY_UNUSABLE')
      expect(await at(2000)).to.equal('ERR_SIGNING_KEY_UNUSABLE')
      expect(await at(Number.NaN)).to.equal('ERR_SIGNING_KEY_UNUSABLE')
    })

    it('to what both have, and not at all without certificates', () => {
      const window = { notBefore: 900, expiresAt: 1500 }
      expect(withinCertificates(certificates, window, 1200)).to.deep.equal({ notBefore: 1000, expiresAt: 1500 })
      expect(withinCertificates(undefined, window, 9999)).to.equal(window)
    })
  })
})

describe('certificates', () => {
  const BLOCK = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'

  it('that are no list, or an empty one, are refused: ERR_OPTION', async () => {
    for (const wrong of [undefined, null, [], {}, BLOCK]) {
      const error = await errorOf(async () => readCertificates('roots', wrong as never))
      expect(error).to.include({ message: 'roots: expected a list of PEM texts or X509Certificates' })
    }
  })

  it('that are no texts or have no whole block are refused by their place: ERR_OPTION', async () => {
    const half = `${BLOCK}\n-----BEGIN CERTIFICATE-----\nAA`
    for (const wrong of [7, null, undefined, {}, [], '', 'text', half, [BLOCK]]) {
      const error = await errorOf(async () => readCertificates('roots', [wrong] as never))
      expect(error, String(wrong)).to.include({
        code: 'ERR_OPTION',
        message: 'roots[0] is neither an X509Certificate nor a PEM text of certificates',
      })
    }
  })

  it('that cannot be read are refused with the reason: ERR_OPTION', async () => {
    const error = await errorOf(async () => readCertificates('roots', [BLOCK]))
    expect(error).to.include({ code: 'ERR_OPTION', message: 'roots[0] has a certificate that cannot be read' })
    expect(error.cause).to.be.instanceOf(Error)
  })

  it('of an `x5c` that cannot be read are refused with the reason: ERR_CERTIFICATION_INVALID', async () => {
    const error = await errorOf(async () => readX5c(['AAAA']))
    expect(error).to.include({ code: 'ERR_CERTIFICATION_INVALID', message: 'x5c[0] is not a certificate' })
    expect(error.cause).to.be.instanceOf(Error)
    for (const text of ['', 'AAA', 'A===', 'AAA-', ' AAAA']) {
      expect(await errorOf(async () => readX5c([text]))).to.include({ message: 'x5c[0] is not base64' })
    }
  })
})
