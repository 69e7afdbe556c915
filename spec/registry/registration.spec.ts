import { expect } from 'chai'
import { compactVerify, decodeProtectedHeader, importJWK } from 'jose'
import { signCompact } from '../../lib/jws/compact.js'
import { generateSigningKey, type SigningKey } from '../../lib/jws/signing-key.js'
import { signRegistration, verifyRegistration } from '../../lib/registry/registration.js'
import { errorOf, refusalOf } from '../jws/refusal.js'
import { type Changes, signChanged } from './signed-text.js'

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const decode = (segment: string | undefined) => JSON.parse(Buffer.from(segment ?? '', 'base64url').toString())

describe('a registration', () => {
  let key: SigningKey
  let stranger: SigningKey
  let edwards: SigningKey

  before(async () => {
    key = await generateSigningKey('ES256')
    stranger = await generateSigningKey('ES256')
    edwards = await generateSigningKey('EdDSA')
  })

  const verify = (text: unknown) => verifyRegistration(text, { service: 'cart', kid: key.kid })
  const refusalOfChanged = async (changes: Changes) => {
    const text = await signChanged(key, changes)
    return refusalOf(() => verify(text))
  }

  it('is verified, whether ES256 or EdDSA, and is frozen', async () => {
    for (const signer of [key, edwards]) {
      const text = await signRegistration(signer, { service: 'cart', notBefore: 1000, expiresAt: 2000 })
      const registration = await verifyRegistration(text, { service: 'cart', kid: signer.kid })
      const { publicKey, ...rest } = registration
      expect(rest).to.deep.equal({
        service: 'cart',
        kid: signer.kid,
        algorithm: signer.algorithm,
        notBefore: 1000,
        expiresAt: 2000,
      })
      expect(publicKey.type).to.equal('public')
      expect(registration).to.be.frozen
    }
  })

  it('has exactly the members of the wire format', async () => {
    const text = await signRegistration(key, { service: 'cart', notBefore: 1000, expiresAt: 2000 })
    const [header, payload] = text.split('.')
    expect(decode(header)).to.deep.equal({ alg: 'ES256', kid: key.kid, typ: 'registration+jws' })
    expect(decode(payload)).to.deep.equal({
      service: 'cart',
      jwk: key.publicJwk,
      alg: 'ES256',
      nbf: 1000,
      exp: 2000,
    })
  })

  it('is a compact JWS that jose verifies', async () => {
    for (const signer of [key, edwards]) {
      const text = await signRegistration(signer, { service: 'cart', notBefore: 1000, expiresAt: 2000 })
      const { jwk, alg } = decode(text.split('.')[1])
      const { payload } = await compactVerify(text, await importJWK(jwk, alg))
      expect(JSON.parse(Buffer.from(payload).toString()).service).to.equal('cart')
      expect(decodeProtectedHeader(text).typ).to.equal('registration+jws')
    }
  })

  it('is not signed for a wrong name or window: ERR_OPTION', async () => {
    for (const terms of [
      { service: '../cart', notBefore: 0, expiresAt: 1 },
      { service: 'cart', notBefore: 1, expiresAt: 1 },
      { service: 'cart', notBefore: 0, expiresAt: 86_401 },
      { service: 'cart', notBefore: 0.5, expiresAt: 1.5 },
      { service: 'cart', notBefore: -1, expiresAt: 1 },
      { service: 'cart', notBefore: 0, expiresAt: Number.NaN },
    ]) {
      expect(await refusalOf(() => signRegistration(key, terms)), JSON.stringify(terms)).to.equal('ERR_OPTION')
    }
  })

  it('lives for 24 hours at most', async () => {
    expect(await refusalOfChanged({ payload: { nbf: 1000, exp: 87_400 } })).to.equal('accepted')
    expect(await refusalOfChanged({ payload: { nbf: 1000, exp: 87_401 } })).to.equal('ERR_REGISTRATION_INVALID')
  })

  describe('is refused with ERR_REGISTRATION_INVALID', () => {
    const members: Record<string, Changes> = {
      'another typ': { header: { typ: 'hop+jws' } },
      'no typ': { header: { typ: undefined } },
      'a member too many in its header': { header: { cty: 'jwt' } },
      'a crit in its header': { header: { crit: ['exp'] } },
      'a key in its header': { header: { jwk: {} } },
      'the algorithm none': { header: { alg: 'none' }, payload: { alg: 'none' } },
      'a symmetric algorithm': { header: { alg: 'HS256' }, payload: { alg: 'HS256' } },
      'two algorithms': { payload: { alg: 'EdDSA' } },
      'an algorithm that is no text': { header: { alg: 1 }, payload: { alg: 1 } },
      'a kid that is no thumbprint': { header: { kid: '../../shop' } },
      'a kid that is no text': { header: { kid: 7 } },
      'no service': { payload: { service: undefined } },
      'a service that is no name': { payload: { service: 'Cart' } },
      'a service that is a list': { payload: { service: ['cart'] } },
      'no key': { payload: { jwk: undefined } },
      'a member too many in its payload': { payload: { iat: 1000 } },
      'a member in place of another': { payload: { nbf: undefined, iat: 1000 } },
      'a fractional time': { payload: { exp: 1999.5 } },
      'a time that is text': { payload: { exp: '2000' } },
      'an end before its beginning': { payload: { nbf: 2000, exp: 2000 } },
      'a beginning before time': { payload: { nbf: -1 } },
    }
    for (const [title, changes] of Object.entries(members)) {
      it(`with ${title}`, async () => {
        expect(await refusalOfChanged(changes)).to.equal('ERR_REGISTRATION_INVALID')
      })
    }

    it('with a duplicate member, a time with an exponent, or a payload that is no object', async () => {
      const { alg, kid, typ } = decode((await signChanged(key)).split('.')[0])
      const good = decode((await signChanged(key)).split('.')[1])
      for (const payload of [
        JSON.stringify(good).replace('{', '{"service":"shop",'),
        JSON.stringify(good).replace('2000', '2e3'),
        JSON.stringify(good).replace('2000', '9e999'),
        JSON.stringify(good).replace('"nbf"', '"__proto__":1,"nbf"'),
        JSON.stringify([good]),
        'cart',
      ]) {
        const text = await signCompact({ alg, kid, typ }, payload, key)
        expect(await refusalOf(() => verify(text)), payload).to.equal('ERR_REGISTRATION_INVALID')
      }
    })

    it('signed by another key than it registers', async () => {
      expect(await refusalOfChanged({ signer: stranger })).to.equal('ERR_REGISTRATION_INVALID')
    })

    it("with another registration's payload or signature", async () => {
      const [header, payload, signature] = (await signChanged(key)).split('.')
      const [, laterPayload, laterSignature] = (await signChanged(key, { payload: { exp: 3000 } })).split('.')
      for (const text of [`${header}.${laterPayload}.${signature}`, `${header}.${payload}.${laterSignature}`]) {
        expect(await refusalOf(() => verify(text))).to.equal('ERR_REGISTRATION_INVALID')
      }
    })

    it('with a signature of another length', async () => {
      const [header, payload, signature] = (await signChanged(key)).split('.')
      for (const wrong of ['AA', `${signature}AAAA`]) {
        const text = `${header}.${payload}.${wrong}`
        expect(await refusalOf(() => verify(text))).to.equal('ERR_REGISTRATION_INVALID')
      }
    })

    it('if it is no compact JWS, or no text at all', async () => {
      const good = await signChanged(key)
      const [header, payload, signature] = good.split('.')
      for (const text of [
        '',
        '.',
        '..',
        `${header}..${signature}`,
        `${header}.${payload}`,
        `${good}.`,
        `${good}\n`,
        ` ${good}`,
        `${good}=`,
        `${encode([])}.${payload}.${signature}`,
        good.slice(0, 100),
        undefined,
        null,
        7,
        {},
        Buffer.from(good),
      ]) {
        expect(await refusalOf(() => verify(text)), String(text)).to.equal('ERR_REGISTRATION_INVALID')
      }
    })

    it('beyond 16,384 characters, before anything of it is read', async () => {
      const long = `${encode({ pad: 'x'.repeat(20_000) })}.e30.AA`
      expect((await errorOf(() => verify(long))).message).to.equal('the registration has more than 16384 characters')
      expect(await refusalOf(() => verify('.'.repeat(10_000_000)))).to.equal('ERR_REGISTRATION_INVALID')
    })
  })

  describe('is refused with ERR_REGISTRATION_MISMATCH', () => {
    it("if it is a stranger's, stored under this service's path", async () => {
      const text = await signChanged(stranger, { payload: { service: 'mallory' } })
      const place = { service: 'cart', kid: stranger.kid }
      expect(await refusalOf(() => verifyRegistration(text, place))).to.equal('ERR_REGISTRATION_MISMATCH')
    })

    it('if it registers another key than the path says', async () => {
      const text = await signChanged(stranger)
      expect(await refusalOf(() => verify(text))).to.equal('ERR_REGISTRATION_MISMATCH')
    })
  })

  describe('is refused with ERR_KEY_INVALID', () => {
    const smallOrder = Buffer.alloc(32)
    const jwks: Record<string, (jwk: object) => unknown> = {
      'a private half': jwk => ({ ...jwk, d: 'AA' }),
      'a member that describes it': jwk => ({ ...jwk, use: 'sig' }),
      'an unknown member': jwk => ({ ...jwk, x5c: [] }),
      'a point off the curve': jwk => ({ ...jwk, y: 'A'.repeat(43) }),
      'a short coordinate': jwk => ({ ...jwk, x: 'AAAA' }),
      'another type': jwk => ({ ...jwk, kty: 'RSA' }),
      'the shape of another algorithm': () => edwards.publicJwk,
      'no members': () => ({}),
      'a text in its place': () => 'key',
      'a list in its place': () => [],
      'null in its place': () => null,
    }
    for (const [title, change] of Object.entries(jwks)) {
      it(`with a key that has ${title}`, async () => {
        expect(await refusalOfChanged({ payload: { jwk: change(key.publicJwk) } })).to.equal('ERR_KEY_INVALID')
      })
    }

    it('with a key of small order, under which any signature verifies', async () => {
      const jwk = { kty: 'OKP', crv: 'Ed25519', x: smallOrder.toString('base64url') }
      const text = await signChanged(edwards, { payload: { jwk } })
      const place = { service: 'cart', kid: edwards.kid }
      expect(await refusalOf(() => verifyRegistration(text, place))).to.equal('ERR_KEY_INVALID')
    })

    it('with the key of another behind its kid', async () => {
      const changes = { payload: { jwk: stranger.publicJwk }, signer: stranger }
      expect(await refusalOfChanged(changes)).to.equal('ERR_KEY_INVALID')
    })
  })

  it('is refused without a word of it in the message, wherever it breaks', async () => {
    const secret = 'c2VjcmV0LXRleHQ'
    const texts = [
      secret,
      await signChanged(key, { header: { [secret]: 1 } }),
      await signChanged(key, { payload: { [secret]: 1 } }),
      await signChanged(key, { payload: { jwk: { ...key.publicJwk, x: secret } } }),
      await signChanged(key, { payload: { service: `${secret}!` } }),
      await signChanged(key, { signer: stranger }),
    ]
    for (const text of texts) {
      const { message } = await errorOf(() => verify(text))
      expect(message).not.to.include(secret)
      expect(message).not.to.match(/[A-Za-z0-9_-]{40}/)
    }
  })
})
