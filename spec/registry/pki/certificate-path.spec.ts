import { createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { AUTHORITY, CertificateShop, changed, type Issued, OWN } from './certificate-shop.js'
import { verdictOf, verifyChain } from './presented-chain.js'

const INVALID = 'ERR_CERTIFICATION_INVALID'
const CONSTRAINTS = 'basicConstraints=critical,CA:TRUE'

describe('a chain of certificates', function () {
  this.timeout(120_000)
  let shop: CertificateShop
  let root: Issued
  let authority: Issued
  let cart: Issued

  before(() => {
    shop = new CertificateShop()
    root = shop.authority({ subject: '/CN=root' })
    authority = shop.authority({ issuer: root })
    cart = shop.own(authority)
  })

  after(() => shop.close())

  const judge = (...chain: (Issued | string)[]) => verdictOf(chain, { roots: [root] })
  /** A service's certificate, by an authority below the root. */
  const judgeOwn = (...changes: string[]) => {
    const own = shop.own(authority, { extensions: changed(OWN, ...changes) })
    return judge(own, authority)
  }
  /** An authority below the root, with a service below it. */
  const judgeAuthority = (...changes: string[]) => {
    const changedAuthority = shop.authority({ issuer: root, extensions: changed(AUTHORITY, ...changes) })
    return judge(shop.own(changedAuthority), changedAuthority)
  }

  it('is accepted from the service up to a root, which may come along', async () => {
    expect(await judge(cart, authority)).to.equal('accepted')
    expect(await judge(cart, authority, root)).to.equal('accepted')
    expect(await judge(shop.own(root))).to.equal('accepted')
  })

  it('is accepted from keys of each kind that is strong', async () => {
    const keys = [
      generateKeyPairSync('rsa', { modulusLength: 2048 }),
      generateKeyPairSync('ec', { namedCurve: 'P-384' }),
      generateKeyPairSync('ec', { namedCurve: 'P-521' }),
      generateKeyPairSync('ed25519'),
    ]
    for (const { privateKey: key } of keys) {
      const strong = shop.authority({ issuer: root, key })
      expect(await judge(shop.own(strong), strong), key.asymmetricKeyType).to.equal('accepted')
    }
    const edwards = shop.own(authority, { key: generateKeyPairSync('ed25519').privateKey })
    expect(await judge(edwards, authority)).to.equal('accepted')
  })

  it('is refused where it leads to another root, be it of the same name', async () => {
    const impostor = shop.authority({ subject: '/CN=root' })
    const below = shop.authority({ issuer: impostor })
    const reason = `${INVALID}: the certificates do not lead to a configured root`
    expect(await judge(shop.own(below), below)).to.equal(reason)
    expect(await judge(shop.own(below), below, impostor)).to.equal(reason)
    expect(await judge(shop.own(impostor))).to.equal(reason)
    expect(await verdictOf([shop.own(below), below], { roots: [root, impostor] })).to.equal('accepted')
  })

  it('is refused where it signs itself, even if it brings a root', async () => {
    const reason = `${INVALID}: the certificates do not lead to a configured root`
    expect(await judge(shop.own(undefined as never))).to.equal(reason)
    expect(await judge(shop.own(undefined as never), root)).to.equal(reason)
    expect(await judge(root)).to.equal(reason)
  })

  it('is refused without an authority between, or with one too many', async () => {
    expect(await judge(cart)).to.equal(`${INVALID}: the certificates do not lead to a configured root`)
    const other = shop.authority({ issuer: root })
    expect(await judge(cart, other)).to.equal(`${INVALID}: x5c[0] is not issued by the certificate behind it`)
    expect(await judge(cart, authority, other)).to.equal(
      `${INVALID}: x5c[1] is not issued by the certificate behind it`,
    )
  })

  it('is refused where an issuer has another name, be its key the right one', async () => {
    const { key } = authority
    const subject = '/CN=below the root'
    const [signer, renamed] = [shop.authority({ issuer: root, key, subject }), shop.authority({ issuer: root, key })]
    const own = shop.own(signer)
    expect(await judge(own, signer)).to.equal('accepted')
    expect(await judge(own, shop.authority({ issuer: root, key, subject }))).to.equal('accepted')
    expect(await judge(own, renamed)).to.equal(`${INVALID}: x5c[0] is not issued by the certificate behind it`)
    expect(await verdictOf([own], { roots: [renamed] })).to.contain('do not lead to a configured root')
  })

  it('is refused in the wrong order', async () => {
    expect(await verdictOf([authority, cart], { roots: [root], key: cart.key })).to.equal(
      `${INVALID}: the certificates do not lead to a configured root`,
    )
    const lower = shop.authority({ issuer: authority })
    const below = shop.own(lower)
    expect(await judge(below, lower, authority)).to.equal('accepted')
    expect(await judge(below, authority, lower)).to.contain(`${INVALID}: the certificates do not lead`)
  })

  it('is refused where a certificate stands there twice, or one key does', async () => {
    const reason = `${INVALID}: two certificates of the chain have one key`
    expect(await judge(cart, authority, authority)).to.equal(reason)
    expect(await judge(cart, cart, authority)).to.equal(reason)
    expect(await judge(shop.own(authority, { key: authority.key }), authority)).to.equal(reason)
    const loop = shop.authority({ issuer: authority, key: root.key, subject: '/CN=root' })
    expect(await judge(shop.own(loop), loop, authority)).to.equal(reason)
  })

  it('is refused where a service signs for another', async () => {
    const thief = shop.own(authority, { extensions: changed(OWN, 'subjectAltName=DNS:thief') })
    expect(await judge(shop.own(thief), thief, authority)).to.equal(
      `${INVALID}: x5c[1]: no certificate authority, by its basic constraints`,
    )
  })

  it('is refused with a certificate that was changed after it was signed', async () => {
    const bytes = Buffer.from(authority.certificate.raw)
    const at = bytes.length - 3
    bytes[at] = (bytes[at] ?? 0) ^ 1
    expect(await judge(cart, bytes.toString('base64'))).to.equal(
      `${INVALID}: the certificates do not lead to a configured root`,
    )
    const own = Buffer.from(cart.certificate.raw)
    own.write('carl', own.indexOf('cart', own.indexOf(Buffer.from([0x55, 0x1d, 0x11]))))
    expect(
      await verdictOf([own.toString('base64'), authority], { roots: [root], key: cart.key, service: 'carl' }),
    ).to.equal(`${INVALID}: x5c[0] is not issued by the certificate behind it`)
  })

  it('is refused where an authority is none by its basic constraints, or they are not critical', async () => {
    const reason = `${INVALID}: x5c[1]: no certificate authority, by its basic constraints`
    expect(await judgeAuthority(CONSTRAINTS)).to.equal('accepted')
    expect(await judgeAuthority('basicConstraints=critical,CA:FALSE')).to.equal(reason)
    expect(await judgeAuthority('basicConstraints=')).to.equal(reason)
    expect(await judgeAuthority('basicConstraints=CA:TRUE')).to.equal(
      `${INVALID}: x5c[1]: the basic constraints are not critical`,
    )
  })

  it('is refused with one authority more than a path length constraint allows', async () => {
    const judgeLength = async (length: number, authorities: number) => {
      const extensions = changed(AUTHORITY, `${CONSTRAINTS},pathlen:${length}`)
      const chain = [shop.authority({ issuer: root, extensions })]
      for (let count = 0; count < authorities; count += 1) {
        chain.unshift(shop.authority({ issuer: chain[0] as Issued }))
      }
      return await judge(shop.own(chain[0] as Issued), ...chain)
    }
    const reason = `${INVALID}: x5c[%]: more authorities stand below it than its path length constraint allows`
    expect(await judgeLength(0, 0)).to.equal('accepted')
    expect(await judgeLength(0, 1)).to.equal(reason.replace('%', '2'))
    expect(await judgeLength(1, 1)).to.equal('accepted')
    expect(await judgeLength(1, 2)).to.equal(reason.replace('%', '3'))
    expect(await judgeLength(2, 2)).to.equal('accepted')
  })

  it('is refused with one authority more than the path length constraint of its root allows', async () => {
    const strict = shop.authority({ extensions: changed(AUTHORITY, `${CONSTRAINTS},pathlen:0`) })
    const below = shop.authority({ issuer: strict })
    expect(await verdictOf([shop.own(strict)], { roots: [strict] })).to.equal('accepted')
    expect(await verdictOf([shop.own(below), below], { roots: [strict] })).to.contain('roots[0]: more authorities')
    expect(await verdictOf([shop.own(below), below, strict], { roots: [strict] })).to.contain('more authorities')
  })

  it('is refused where a lower authority gives itself more room than an upper one left', async () => {
    const upper = shop.authority({ issuer: root, extensions: changed(AUTHORITY, `${CONSTRAINTS},pathlen:0`) })
    const lower = shop.authority({ issuer: upper, extensions: changed(AUTHORITY, `${CONSTRAINTS},pathlen:5`) })
    expect(await judge(shop.own(lower), lower, upper)).to.contain('x5c[2]: more authorities stand below it')
  })

  it('is refused where a key usage does not include what the key does', async () => {
    expect(await judgeAuthority('keyUsage=')).to.equal('accepted')
    expect(await judgeAuthority('keyUsage=critical,cRLSign,digitalSignature')).to.equal(
      `${INVALID}: x5c[1]: the key usage does not include signing certificates`,
    )
    expect(await judgeOwn('keyUsage=')).to.equal('accepted')
    expect(await judgeOwn('keyUsage=digitalSignature,keyAgreement')).to.equal('accepted')
    expect(await judgeOwn('keyUsage=critical,keyAgreement')).to.equal(
      `${INVALID}: x5c[0]: the key usage does not include digital signatures`,
    )
  })

  it('is refused where the service is an authority', async () => {
    const reason = `${INVALID}: x5c[0]: a certificate authority's, not a service's`
    expect(await judgeOwn('basicConstraints=')).to.equal('accepted')
    expect(await judgeOwn(CONSTRAINTS, 'keyUsage=')).to.equal(reason)
    expect(await judgeOwn('basicConstraints=CA:TRUE', 'keyUsage=')).to.equal(reason)
    expect(await judgeOwn('basicConstraints=', 'keyUsage=digitalSignature,keyCertSign')).to.equal(reason)
  })

  it('is refused where an extended key usage leaves out clients', async () => {
    const reason = (index: number) =>
      `${INVALID}: x5c[${index}]: the extended key usage does not include client authentication`
    expect(await judgeOwn('extendedKeyUsage=')).to.equal('accepted')
    expect(await judgeOwn('extendedKeyUsage=serverAuth,clientAuth')).to.equal('accepted')
    expect(await judgeOwn('extendedKeyUsage=anyExtendedKeyUsage')).to.equal('accepted')
    expect(await judgeOwn('extendedKeyUsage=serverAuth')).to.equal(reason(0))
    expect(await judgeOwn('extendedKeyUsage=critical,codeSigning')).to.equal(reason(0))
    expect(await judgeAuthority('extendedKeyUsage=clientAuth')).to.equal('accepted')
    expect(await judgeAuthority('extendedKeyUsage=codeSigning')).to.equal(reason(1))
  })

  it('is refused with a critical extension that is not known, wherever it is', async () => {
    const reason = (index: number) => `${INVALID}: x5c[${index}]: the critical extension 1.2.3.4 is not known here`
    expect(await judgeOwn('1.2.3.4=ASN1:NULL')).to.equal('accepted')
    expect(await judgeOwn('1.2.3.4=critical,ASN1:NULL')).to.equal(reason(0))
    expect(await judgeAuthority('1.2.3.4=ASN1:NULL')).to.equal('accepted')
    expect(await judgeAuthority('1.2.3.4=critical,ASN1:NULL')).to.equal(reason(1))
    expect(await judgeAuthority('policyConstraints=critical,requireExplicitPolicy:0')).to.contain('2.5.29.36')
    expect(await judgeOwn('certificatePolicies=critical,1.2.3')).to.contain('2.5.29.32')
  })

  it('is refused with an extension that is no DER', async () => {
    const reason = (index: number) => `${INVALID}: x5c[${index}]: the certificate is not in DER, or not one of RFC 5280`
    // CA: TRUE, written as 01 in place of FF, with something behind it, and with a default that is spelt out.
    expect(await judgeAuthority('basicConstraints=critical,DER:30:03:01:01:FF')).to.equal('accepted')
    expect(await judgeAuthority('basicConstraints=critical,DER:30:03:01:01:FF:05:00')).to.equal(reason(1))
    expect(await judgeAuthority('basicConstraints=critical,DER:30:03:01:01:01')).to.equal(reason(1))
    expect(await judgeAuthority('basicConstraints=critical,DER:30:80:01:01:FF:00:00')).to.equal(reason(1))
    expect(await judgeOwn('basicConstraints=DER:30:00')).to.equal('accepted')
    expect(await judgeOwn('basicConstraints=DER:30:03:01:01:00')).to.equal(reason(0))
    expect(await judgeOwn('subjectAltName=DER:30:06:82:04:63:61:72:74')).to.equal('accepted')
    expect(await judgeOwn('subjectAltName=DER:30:06:82:04:63:61:72:74:00')).to.equal(reason(0))
  })

  it('is refused where it is signed with SHA-1 or MD5', async () => {
    for (const [digest, identifier] of [
      ['sha1', '1.2.840.113549.1.1.5'],
      ['md5', '1.2.840.113549.1.1.4'],
    ] as const) {
      const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
      const rsa = shop.authority({ issuer: root, key })
      expect(await judge(shop.own(rsa), rsa)).to.equal('accepted')
      expect(await judge(shop.own(rsa, { digest }), rsa), digest).to.equal(
        `${INVALID}: x5c[0]: the signature algorithm ${identifier} is not accepted`,
      )
    }
    const weak = shop.authority({ issuer: root, digest: 'sha1' })
    expect(await judge(shop.own(weak), weak)).to.contain('x5c[1]: the signature algorithm 1.2.840.10045.4.1 is not')
  })

  it('is refused from a weak or unusual key of an authority', async () => {
    const keys = [
      generateKeyPairSync('rsa', { modulusLength: 1024 }),
      generateKeyPairSync('rsa-pss', { modulusLength: 2048 }),
      generateKeyPairSync('ec', { namedCurve: 'secp256k1' }),
      generateKeyPairSync('ed448'),
    ]
    for (const { privateKey: key } of keys) {
      const weak = shop.authority({ issuer: root, key })
      expect(await judge(shop.own(weak), weak), key.asymmetricKeyType).to.contain(
        `${INVALID}: x5c[1]: the key is neither`,
      )
    }
  })

  it('is refused from an RSA key with which every text is its own signature, or that takes long', async () => {
    const judgeRsa = async (e: string, bytes: number) => {
      const n = Buffer.concat([Buffer.from([0x80]), randomBytes(bytes - 2), Buffer.from([1])]).toString('base64url')
      const publicKey = createPublicKey({ format: 'jwk', key: { kty: 'RSA', n, e } })
      return await judge(cart, shop.authority({ issuer: root, publicKey }))
    }
    const isAccepted = `${INVALID}: x5c[0] is not issued by the certificate behind it`
    expect(await judgeRsa('Aw', 1024)).to.equal(isAccepted)
    expect(await judgeRsa('AQ', 1024)).to.contain('x5c[1]: the key is neither')
    expect(await judgeRsa('Aw', 1025)).to.contain('x5c[1]: the key is neither')
  })

  it('is refused with an extension that stands there twice', async () => {
    const own = shop.own(authority, { extensions: [...OWN, '1.2.3=DER:05:00', '1.2.4=DER:30:06:82:04:73:68:6F:70'] })
    const rename = (from: string, to: string) =>
      shop.reissue(own, authority, ({ extensions }) => {
        for (const extension of extensions ?? []) {
          if (extension.extnID === from) extension.extnID = to
        }
      })
    expect(await judge(rename('1.2.4', '1.2.5'), authority)).to.equal('accepted')
    expect(await judge(rename('1.2.4', '1.2.3'), authority)).to.equal(
      `${INVALID}: x5c[0]: the certificate is not in DER, or not one of RFC 5280`,
    )
    // The subject alternative name: OpenSSL refuses this one.
    expect(await judge(rename('1.2.4', '2.5.29.17'), authority)).to.contain(INVALID)
  })

  it('is refused where it is of version 1', async () => {
    const old = shop.own(authority, { extensions: [] })
    expect(await judge(old, authority)).to.equal(`${INVALID}: x5c[0]: not a certificate of version 3`)
  })

  it('holds as long as all of its certificates hold, the root too', async () => {
    const now = Math.floor(Date.now() / 1000)
    const [day, window] = [86_400, { notBefore: now + 9 * 86_400, expiresAt: now + 9 * 86_400 + 3600 }]
    const reason = `${INVALID}: at no time are the registration and all of its certificates valid`
    const shortRoot = shop.authority({ days: 5 })
    const shortAuthority = shop.authority({ issuer: root, days: 5 })
    const shortOwn = shop.own(authority, { days: 5 })
    expect(await verdictOf([cart, authority], { roots: [root], ...window })).to.equal('accepted')
    expect(await verdictOf([shop.own(shortRoot)], { roots: [shortRoot], ...window })).to.equal(reason)
    expect(await verdictOf([shop.own(shortAuthority), shortAuthority], { roots: [root], ...window })).to.equal(reason)
    expect(await verdictOf([shortOwn, authority], { roots: [root], ...window })).to.equal(reason)
    const early = { notBefore: now - 2 * day, expiresAt: now - 2 * day + 3600 }
    expect(await verdictOf([cart, authority], { roots: [root], ...early })).to.equal(reason)
  })

  it('gives the registration no time outside its certificates', async () => {
    const from = Math.floor(Date.parse(cart.certificate.validFrom) / 1000)
    const short = shop.authority({ issuer: root, days: 1 })
    const own = shop.own(short)
    const until = Math.floor(Date.parse(short.certificate.validTo) / 1000)
    const around = { notBefore: from - 3600, expiresAt: from + 3600 }
    expect(await verifyChain([cart, authority], { roots: [root], ...around })).to.include({
      notBefore: from,
      expiresAt: from + 3600,
    })
    const over = { notBefore: until - 3600, expiresAt: until + 3600 }
    expect(await verifyChain([own, short], { roots: [root], ...over })).to.include({
      notBefore: until - 3600,
      expiresAt: until,
    })
  })

  it('is refused where the registered key is another than the certificate, whoever signs', async () => {
    const stranger = shop.makeKey()
    expect(await verdictOf([cart, authority], { roots: [root], key: stranger })).to.equal(
      `${INVALID}: x5c[0] is the certificate of another key`,
    )
  })
})
