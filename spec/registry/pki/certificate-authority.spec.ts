import { generateKeyPairSync } from 'node:crypto'
import { rootCertificates } from 'node:tls'
import { expect } from 'chai'
import { importSigningKey } from '../../../lib/jws/signing-key.js'
import { MAX_REGISTRATION_CHARACTERS, MAX_ROOT_CERTIFICATES } from '../../../lib/limits/keys.js'
import { certificateAuthority } from '../../../lib/registry/pki/certificate-authority.js'
import { signCertification } from '../../../lib/registry/registrar/certification.js'
import { resolveRegistrars } from '../../../lib/registry/registrar/pinned-registrars.js'
import { signRegistration } from '../../../lib/registry/registration.js'
import { errorOf, refusalOf } from '../../jws/refusal.js'
import { signChanged } from '../signed-text.js'
import { AUTHORITY, CertificateShop, changed, type Issued, OWN } from './certificate-shop.js'
import { register, verdictOf } from './presented-chain.js'

const INVALID = 'ERR_CERTIFICATION_INVALID'
const NOW = Math.floor(Date.now() / 1000)
const WINDOW = { notBefore: NOW, expiresAt: NOW + 3600 }

describe('a certificate authority', function () {
  this.timeout(120_000)
  let shop: CertificateShop
  let root: Issued
  let authority: Issued
  let cart: Issued

  before(() => {
    shop = new CertificateShop()
    root = shop.authority()
    authority = shop.authority({ issuer: root })
    cart = shop.own(authority)
  })

  after(() => shop.close())

  const judge = (...chain: (Issued | string)[]) => verdictOf(chain, { roots: [root], key: cart.key })
  const base64 = ({ certificate }: Issued) => certificate.raw.toString('base64')
  const trustRoot = () => certificateAuthority({ roots: [root.certificate] })

  describe('names a service', () => {
    const judgeNames = (names: string, service: string, spiffeId?: string) => {
      const own = shop.own(authority, {
        subject: `/CN=${service}`,
        extensions: changed(OWN, `subjectAltName=${names}`),
      })
      return verdictOf([own, authority], { roots: [root], service, spiffeId })
    }

    it('by a DNS name that equals it byte for byte', async () => {
      const reason = (service: string) =>
        `${INVALID}: x5c[0]: no DNS name in the subject alternative name is \`${service}\``
      expect(await judgeNames('DNS:cart', 'cart')).to.equal('accepted')
      expect(await judgeNames('DNS:cart.shop.svc,DNS:cart', 'cart')).to.equal('accepted')
      expect(await judgeNames('DNS:cart.shop', 'cart.shop')).to.equal('accepted')
      for (const names of ['DNS:shop', 'DNS:Cart', 'DNS:cart.', 'DNS:cart.shop', 'DNS:cart2', 'DNS:*']) {
        expect(await judgeNames(names, 'cart'), names).to.equal(reason('cart'))
      }
      expect(await judgeNames('DNS:*.shop', 'cart.shop')).to.equal(reason('cart.shop'))
      expect(await judgeNames('URI:cart,email:cart@cart,IP:10.0.0.1', 'cart')).to.equal(reason('cart'))
      // dNSName: `cart`, a NUL, `.example`.
      const withNul = 'DER:30:0F:82:0D:63:61:72:74:00:2E:65:78:61:6D:70:6C:65'
      expect(await judgeNames(withNul, 'cart')).to.equal(reason('cart'))
    })

    it('never by the common name', async () => {
      const own = shop.own(authority, { subject: '/CN=cart', extensions: changed(OWN, 'subjectAltName=') })
      expect(await judge(own, authority)).to.contain('no DNS name in the subject alternative name')
    })

    it('by a SPIFFE ID where that is asked for', async () => {
      const template = 'spiffe://shop.example/ns/prod/sa/{service}'
      const reason = `${INVALID}: x5c[0]: the URI in the subject alternative name is not \`spiffe://shop.example/ns/prod/sa/cart\` alone`
      const id = 'URI:spiffe://shop.example/ns/prod/sa/cart'
      expect(await judgeNames(id, 'cart', template)).to.equal('accepted')
      expect(await judgeNames(`${id},DNS:any`, 'cart', template)).to.equal('accepted')
      for (const names of [
        'DNS:cart',
        `${id}2`,
        `${id}/x`,
        'URI:spiffe://bank.example/ns/prod/sa/cart',
        'URI:spiffe://shop.example/ns/test/sa/cart',
        'URI:SPIFFE://shop.example/ns/prod/sa/cart',
        `${id},URI:spiffe://shop.example/ns/prod/sa/shop`,
        `${id},URI:https://shop.example`,
      ]) {
        expect(await judgeNames(names, 'cart', template), names).to.equal(reason)
      }
      expect(await judgeNames(id, 'cart')).to.contain('no DNS name')
    })
  })

  describe('reads `x5c`', () => {
    it('as base64 of DER in its one form', async () => {
      const own = base64(cart)
      expect(await judge(own, base64(authority))).to.equal('accepted')
      const wrong: [string, string][] = [
        ['', 'x5c[0] is not base64'],
        [cart.certificate.toString(), 'x5c[0] is not base64'],
        [own.replace(/(.{64})/g, '$1\n'), 'x5c[0] is not base64'],
        [`${own}=`, 'x5c[0] is not base64'],
        [` ${own}`, 'x5c[0] is not base64'],
        [cart.certificate.raw.toString('base64url').replace(/$/, '-'), 'x5c[0] is not base64'],
        [Buffer.from(cart.certificate.toString()).toString('base64'), 'x5c[0] is not one certificate in DER'],
        [
          Buffer.concat([cart.certificate.raw, Buffer.from([0])]).toString('base64'),
          'x5c[0] is not one certificate in DER',
        ],
        [
          Buffer.concat([cart.certificate.raw, cart.certificate.raw]).toString('base64'),
          'x5c[0] is not one certificate in DER',
        ],
        [cart.certificate.raw.subarray(0, -1).toString('base64'), 'x5c[0] is not a certificate'],
        ['AAAA', 'x5c[0] is not a certificate'],
      ]
      for (const [text, reason] of wrong) {
        expect(await judge(text, base64(authority)), text.slice(0, 40)).to.equal(`${INVALID}: ${reason}`)
      }
    })

    it('of 6 certificates, not of more or of none, whoever verifies: ERR_KEY_INVALID', async () => {
      const chain = [shop.authority({ issuer: root })]
      for (let count = 0; count < 5; count += 1) chain.unshift(shop.authority({ issuer: chain[0] as Issued }))
      const own = shop.own(chain[0] as Issued)
      expect(await verdictOf([own, ...chain], { roots: [root] })).to.contain('ERR_KEY_INVALID')
      const higher = shop.own(chain[1] as Issued)
      expect(await verdictOf([higher, ...chain.slice(1)], { roots: [root] })).to.equal('accepted')
      const key = await importSigningKey(cart.key)
      const place = { service: 'cart', kid: key.kid }
      const verify = await resolveRegistrars(undefined)
      for (const x5c of [[], null, 'AAAA', {}, [7], [null], Array(7).fill('AAAA')]) {
        const text = await signChanged(key, { payload: { jwk: { ...key.publicJwk, x5c } } })
        expect(await refusalOf(() => verify(text, place)), JSON.stringify(x5c)).to.equal('ERR_KEY_INVALID')
      }
    })

    it('that is as long as a registration may be, and no longer: ERR_REGISTRATION_INVALID', async () => {
      const long = Buffer.alloc(50_000).toString('base64')
      expect(await judge(long)).to.equal(
        `ERR_REGISTRATION_INVALID: the registration has more than ${MAX_REGISTRATION_CHARACTERS} characters`,
      )
    })
  })

  describe('beside others', () => {
    const makeText = async (chain: Issued[], service = 'cart') => {
      const key = (chain[0] as Issued).key
      return await register(chain.map(base64), { key, service, ...WINDOW })
    }

    it('refuses a key without certificates', async () => {
      const key = await importSigningKey(cart.key)
      const text = await signRegistration(key, { service: 'cart', ...WINDOW })
      const verify = await resolveRegistrars([await trustRoot()])
      const error = await errorOf(() => verify(text, { service: 'cart', kid: key.kid }))
      expect(error).to.include({ code: INVALID, message: 'the registered key comes without certificates' })
    })

    it('is looked through by a verifier without one: the key alone is judged there', async () => {
      const { text, kid } = await makeText([shop.own(authority, { extensions: changed(OWN, 'subjectAltName=DNS:x') })])
      const verify = await resolveRegistrars(undefined)
      expect(await verify(text, { service: 'cart', kid })).to.include({ service: 'cart', ...WINDOW })
    })

    it('is one of several, each with its own roots and names', async () => {
      const other = shop.authority()
      const spiffe = shop.own(other, { extensions: changed(OWN, 'subjectAltName=URI:spiffe://a/cart') })
      const verify = await resolveRegistrars([
        await trustRoot(),
        await certificateAuthority({ roots: [other.certificate], spiffeId: 'spiffe://a/{service}' }),
      ])
      for (const chain of [[cart, authority], [spiffe]]) {
        const { text, kid } = await makeText(chain)
        expect(await verify(text, { service: 'cart', kid })).to.include({ service: 'cart', kid })
      }
      const { text, kid } = await makeText([shop.own(other)])
      expect(await refusalOf(() => verify(text, { service: 'cart', kid }))).to.equal(INVALID)
    })

    it('leaves certifications to the registrars that are pinned beside it', async () => {
      const [registrar, stranger] = [await importSigningKey(shop.makeKey()), await importSigningKey(shop.makeKey())]
      const plain = await importSigningKey(shop.makeKey())
      const bare = await signRegistration(plain, { service: 'cart', ...WINDOW })
      const terms = { issuedAt: NOW, expiresAt: NOW + 3600 }
      const { text, kid } = await makeText([cart, authority])
      const verify = await resolveRegistrars([registrar.publicJwk, await trustRoot()])
      const codeOf = (registered: string, of = kid) => refusalOf(() => verify(registered, { service: 'cart', kid: of }))
      expect(await codeOf(text)).to.equal('accepted')
      expect(await codeOf(await signCertification(bare, registrar, terms), plain.kid)).to.equal('accepted')
      expect(await codeOf(bare, plain.kid)).to.equal(INVALID)
      expect(await codeOf(await signCertification(bare, stranger, terms), plain.kid)).to.equal(INVALID)
      expect(await codeOf(await signCertification(text, stranger, terms))).to.equal(INVALID)
      const alone = await resolveRegistrars([await trustRoot()])
      const certified = await signCertification(text, stranger, terms)
      expect(await refusalOf(() => alone(certified, { service: 'cart', kid }))).to.equal('accepted')
      const certifiedBare = await signCertification(bare, registrar, terms)
      expect(await refusalOf(() => alone(certifiedBare, { service: 'cart', kid: plain.kid }))).to.equal(INVALID)
    })

    it('that cannot judge does not accept, nor is it a refusal', async () => {
      const broken = {
        verifyCertificates: () => {
          throw new Error('broken')
        },
      }
      const { text, kid } = await makeText([cart, authority])
      const verify = await resolveRegistrars([broken, await trustRoot()])
      expect(await errorOf(() => verify(text, { service: 'cart', kid }))).to.have.property('message', 'broken')
    })
  })

  describe('has roots', () => {
    it('as X509Certificates, or as PEM texts with one or several', async () => {
      const bundle = `our own\n${root.certificate}\nanother\n${shop.authority().certificate}`
      for (const roots of [[root.certificate], [root.certificate.toString()], [bundle]]) {
        const verify = await resolveRegistrars([await certificateAuthority({ roots })])
        const { text, kid } = await register([cart, authority].map(base64), {
          key: cart.key,
          service: 'cart',
          ...WINDOW,
        })
        expect(await refusalOf(() => verify(text, { service: 'cart', kid }))).to.equal('accepted')
      }
    })

    it('that may be one below the top', async () => {
      expect(await verdictOf([cart], { roots: [authority] })).to.equal('accepted')
      expect(await verdictOf([cart, authority], { roots: [authority] })).to.equal('accepted')
      expect(await verdictOf([cart, authority, root], { roots: [authority] })).to.contain(INVALID)
    })

    it('of which one may have taken over from another of the same name', async () => {
      const [old, young] = [shop.authority({ subject: '/CN=same' }), shop.authority({ subject: '/CN=same' })]
      for (const roots of [
        [old, young],
        [young, old],
      ]) {
        expect(await verdictOf([shop.own(old)], { roots })).to.equal('accepted')
        expect(await verdictOf([shop.own(young)], { roots })).to.equal('accepted')
      }
    })

    it('and nothing else: ERR_OPTION', async () => {
      const pem = root.certificate.toString()
      const wrong: unknown[] = [
        undefined,
        {},
        { roots: pem },
        { roots: [] },
        { roots: [''] },
        { roots: [undefined] },
        { roots: [Buffer.from(pem)] },
        { roots: [pem.replace('MII', '!!!')] },
        { roots: [`${pem}${pem.replace('MII', '!!!')}`] },
        { roots: [`${pem}${pem.slice(0, 200)}`] },
        { roots: ['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'] },
        { roots: [cart.key.export({ format: 'pem', type: 'pkcs8' })] },
        { roots: [cart.certificate] },
        { roots: [shop.authority({ extensions: changed(AUTHORITY, 'basicConstraints=CA:TRUE') }).certificate] },
        { roots: [shop.authority({ extensions: changed(AUTHORITY, 'keyUsage=digitalSignature') }).certificate] },
        { roots: [shop.authority({ extensions: [...AUTHORITY, '1.2.3.4=critical,ASN1:NULL'] }).certificate] },
        {
          roots: [shop.authority({ key: generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey }).certificate],
        },
        { roots: Array(MAX_ROOT_CERTIFICATES + 1).fill(pem) },
        { roots: [pem], root: pem },
        { roots: [pem], spiffeId: '' },
        { roots: [pem], spiffeId: 7 },
        { roots: [pem], spiffeId: 'spiffe://example/cart' },
        { roots: [pem], spiffeId: 'spiffe://{service}' },
        { roots: [pem], spiffeId: 'spiffe://{service}/x' },
        { roots: [pem], spiffeId: 'spiffe://example/{service}/{service}' },
        { roots: [pem], spiffeId: 'spiffe://example/{service}/' },
        { roots: [pem], spiffeId: 'spiffe://Example/{service}' },
        { roots: [pem], spiffeId: 'https://example/{service}' },
      ]
      for (const options of wrong) {
        const code = await refusalOf(() => certificateAuthority(options as never))
        expect(code, JSON.stringify(options)?.slice(0, 80)).to.equal('ERR_OPTION')
      }
      const misspelt = await errorOf(() => certificateAuthority({ roots: [pem], spiffeID: 'x' } as never))
      expect(misspelt.message).to.contain('did you mean `spiffeId`?')
    })

    it('and is awaited: ERR_OPTION', async () => {
      const error = await errorOf(() => resolveRegistrars([trustRoot()] as never))
      expect(error).to.include({ code: 'ERR_OPTION' })
      expect(error.message).to.contain('did you forget `await certificateAuthority(...)`?')
    })
  })

  it('takes the roots of the public web as they are, save for a few', async () => {
    const codes = await Promise.all(
      rootCertificates.map(pem => refusalOf(() => certificateAuthority({ roots: [pem] }))),
    )
    expect(codes.filter(code => code !== 'accepted' && code !== 'ERR_OPTION')).to.deep.equal([])
    expect(codes.filter(code => code === 'accepted').length).to.be.greaterThan(0.9 * codes.length)
  })
})
