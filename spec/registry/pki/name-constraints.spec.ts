import { expect } from 'chai'
import { AUTHORITY, CertificateShop, changed, type Issued, OWN } from './certificate-shop.js'
import { verdictOf } from './presented-chain.js'

const OUTSIDE = (form: string) =>
  `ERR_CERTIFICATION_INVALID: x5c[0]: a ${form} is outside the name constraints of an issuer`
const UNJUDGED = (form: string) =>
  `ERR_CERTIFICATION_INVALID: x5c[0]: the name constraints of an issuer cannot be compared with a ${form}`
const SECTIONS = ['[org]', 'O=here', '[other]', 'O=there']

describe('name constraints of a certificate authority', function () {
  this.timeout(120_000)
  let shop: CertificateShop
  let root: Issued

  before(() => {
    shop = new CertificateShop()
    root = shop.authority()
  })

  after(() => shop.close())

  const constrain = (constraints: string, issuer = root) =>
    shop.authority({
      issuer,
      extensions: changed(AUTHORITY, `nameConstraints=${constraints}`),
      sections: SECTIONS,
    })

  /** Verdicts on services with these names, below an authority with these constraints. */
  const judge = async (constraints: string, names: readonly string[], service: string): Promise<string> => {
    const authority = constrain(constraints)
    const own = shop.own(authority, {
      extensions: changed(OWN, `subjectAltName=${names.join(',')}`),
      sections: SECTIONS,
    })
    return await verdictOf([own, authority], { roots: [root], service })
  }
  const judgeDns = (constraints: string, service: string) => judge(constraints, [`DNS:${service}`], service)

  it('let a DNS name pass that is permitted, with its subdomains', async () => {
    expect(await judgeDns('critical,permitted;DNS:shop.example', 'shop.example')).to.equal('accepted')
    expect(await judgeDns('critical,permitted;DNS:shop.example', 'cart.shop.example')).to.equal('accepted')
    expect(await judgeDns('critical,permitted;DNS:Shop.Example', 'a.b.shop.example')).to.equal('accepted')
    expect(await judgeDns('permitted;DNS:bank.example,permitted;DNS:shop.example', 'shop.example')).to.equal('accepted')
  })

  it('refuse every other DNS name, a longer label too', async () => {
    for (const service of ['cart', 'example', 'myshop.example', 'shop.example.net', 'shop-example']) {
      expect(await judgeDns('critical,permitted;DNS:shop.example', service), service).to.equal(OUTSIDE('dNSName'))
    }
  })

  it('hold if they are not critical', async () => {
    expect(await judgeDns('permitted;DNS:shop.example', 'cart')).to.equal(OUTSIDE('dNSName'))
  })

  it('refuse what is excluded, even if it is permitted', async () => {
    const constraints = 'critical,permitted;DNS:example,excluded;DNS:bank.example'
    expect(await judgeDns(constraints, 'cart.example')).to.equal('accepted')
    expect(await judgeDns(constraints, 'mybank.example')).to.equal('accepted')
    expect(await judgeDns(constraints, 'bank.example')).to.equal(OUTSIDE('dNSName'))
    expect(await judgeDns(constraints, 'cart.bank.example')).to.equal(OUTSIDE('dNSName'))
    expect(await judgeDns('critical,excluded;DNS:bank', 'cart')).to.equal('accepted')
    expect(await judgeDns('critical,excluded;DNS:bank', 'bank')).to.equal(OUTSIDE('dNSName'))
  })

  it('leave a domain itself out where they begin with a dot', async () => {
    expect(await judgeDns('critical,permitted;DNS:.example', 'cart.example')).to.equal('accepted')
    expect(await judgeDns('critical,permitted;DNS:.example', 'example')).to.equal(OUTSIDE('dNSName'))
  })

  it('refuse a DNS name that is written so as to slip by', async () => {
    expect(await judgeDns('critical,excluded;DNS:bank.example', 'bank.example.')).to.equal(UNJUDGED('dNSName'))
    expect(await judgeDns('critical,excluded;DNS:bank.example', 'bank..example')).to.equal(UNJUDGED('dNSName'))
  })

  it('refuse every name where they are no domains, and might exclude nothing', async () => {
    const reason = 'ERR_CERTIFICATION_INVALID: a name constraint is not a domain'
    for (const domain of ['*.bank.example', 'bank.example.', 'https://bank.example', '..bank']) {
      expect(await judgeDns(`critical,excluded;DNS:${domain}`, 'cart'), domain).to.equal(reason)
    }
  })

  it('that are empty have everything in them', async () => {
    // excluded, and permitted: a dNSName without characters.
    expect(await judgeDns('critical,DER:30:06:A1:04:30:02:82:00', 'cart')).to.equal(OUTSIDE('dNSName'))
    expect(await judgeDns('critical,DER:30:06:A0:04:30:02:82:00', 'cart')).to.equal('accepted')
  })

  it('hold for every name, not for the one alone that is used', async () => {
    const constraints = 'critical,permitted;DNS:example'
    expect(await judge(constraints, ['DNS:cart.example', 'DNS:*.example'], 'cart.example')).to.equal('accepted')
    expect(await judge(constraints, ['DNS:cart.example', 'DNS:cart.bank'], 'cart.example')).to.equal(OUTSIDE('dNSName'))
    expect(await judge(constraints, ['DNS:cart.example', 'DNS:*.bank'], 'cart.example')).to.equal(OUTSIDE('dNSName'))
  })

  it('are judged for the hosts of URIs', async () => {
    const judgeUri = (constraint: string, uri: string) =>
      judge(`critical,${constraint}`, ['DNS:cart', `URI:${uri}`], 'cart')
    expect(await judgeUri('permitted;URI:shop.example', 'spiffe://shop.example/cart')).to.equal('accepted')
    expect(await judgeUri('permitted;URI:shop.example', 'https://Shop.Example:8443/')).to.equal('accepted')
    const form = 'uniformResourceIdentifier'
    expect(await judgeUri('permitted;URI:shop.example', 'spiffe://a.shop.example/cart')).to.equal(OUTSIDE(form))
    expect(await judgeUri('permitted;URI:.shop.example', 'spiffe://a.shop.example/cart')).to.equal('accepted')
    expect(await judgeUri('permitted;URI:.shop.example', 'spiffe://shop.example/cart')).to.equal(OUTSIDE(form))
    expect(await judgeUri('excluded;URI:shop.example', 'spiffe://shop.example/cart')).to.equal(OUTSIDE(form))
    expect(await judgeUri('excluded;URI:shop.example', 'spiffe://bank.example/cart')).to.equal('accepted')
    for (const uri of ['urn:cart', 'https://10.0.0.1/', 'https://[::1]/', 'https://bank@shop.example/', 'https:///x']) {
      expect(await judgeUri('permitted;URI:shop.example', uri), uri).to.equal(UNJUDGED(form))
    }
  })

  it('let names of another form pass', async () => {
    expect(await judge('critical,permitted;URI:shop.example', ['DNS:cart'], 'cart')).to.equal('accepted')
    expect(await judge('critical,permitted;DNS:cart', ['DNS:cart', 'IP:10.0.0.1'], 'cart')).to.equal('accepted')
  })

  it('refuse a certificate with a name of a constrained form that is not judged here', async () => {
    const forms = [
      ['permitted;IP:10.0.0.0/255.0.0.0', 'IP:10.0.0.1', 'iPAddress'],
      ['excluded;IP:0.0.0.0/0.0.0.0', 'IP:10.0.0.1', 'iPAddress'],
      ['permitted;email:shop.example', 'email:cart@shop.example', 'rfc822Name'],
      ['permitted;RID:1.2.3', 'RID:1.2.3', 'registeredID'],
      ['permitted;otherName:1.2.3;UTF8:cart', 'otherName:1.2.3;UTF8:cart', 'otherName'],
    ] as const
    for (const [constraint, name, form] of forms) {
      expect(await judge(`critical,${constraint}`, ['DNS:cart'], 'cart'), constraint).to.equal('accepted')
      expect(await judge(`critical,${constraint}`, ['DNS:cart', name], 'cart'), constraint).to.equal(UNJUDGED(form))
    }
  })

  it('refuse a certificate with a subject where directory names are constrained', async () => {
    const authority = constrain('critical,permitted;dirName:org')
    const named = shop.own(authority, { subject: '/O=here' })
    const nameless = shop.own(authority, { subject: '/' })
    expect(await verdictOf([named, authority], { roots: [root] })).to.equal(UNJUDGED('directoryName'))
    expect(await verdictOf([nameless, authority], { roots: [root] })).to.equal('accepted')
  })

  it('refuse an address in a subject where addresses are constrained', async () => {
    const authority = constrain('critical,permitted;email:shop.example')
    const own = shop.own(authority, { subject: '/CN=cart/emailAddress=cart@bank.example' })
    expect(await verdictOf([own, authority], { roots: [root] })).to.equal(UNJUDGED('rfc822Name'))
  })

  it('of an upper authority hold below a lower one, whatever that says', async () => {
    const upper = constrain('critical,permitted;DNS:shop.example')
    const lower = constrain('critical,permitted;DNS:bank.example', upper)
    const judgeBelow = async (issuers: Issued[], service: string) => {
      const own = shop.own(issuers[0] as Issued, { extensions: changed(OWN, `subjectAltName=DNS:${service}`) })
      return await verdictOf([own, ...issuers], { roots: [root], service })
    }
    const plain = shop.authority({ issuer: upper })
    expect(await judgeBelow([plain, upper], 'cart.shop.example')).to.equal('accepted')
    expect(await judgeBelow([plain, upper], 'bank.example')).to.equal(OUTSIDE('dNSName'))
    expect(await judgeBelow([lower, upper], 'bank.example')).to.equal(OUTSIDE('dNSName'))
    expect(await judgeBelow([lower, upper], 'shop.example')).to.equal(OUTSIDE('dNSName'))
  })

  it('hold for the names of an authority too', async () => {
    const upper = constrain('critical,permitted;DNS:shop.example')
    const named = (name: string) =>
      shop.authority({ issuer: upper, extensions: [...AUTHORITY, `subjectAltName=DNS:${name}`] })
    const judgeNamed = async (issuer: Issued) => {
      const own = shop.own(issuer, { extensions: changed(OWN, 'subjectAltName=DNS:shop.example') })
      return await verdictOf([own, issuer, upper], { roots: [root], service: 'shop.example' })
    }
    expect(await judgeNamed(named('ca.shop.example'))).to.equal('accepted')
    expect(await judgeNamed(named('ca.bank.example'))).to.contain('x5c[1]: a dNSName is outside')
  })

  it('of a root hold like any others', async () => {
    const strict = shop.authority({ extensions: changed(AUTHORITY, 'nameConstraints=critical,permitted;DNS:shop') })
    expect(await verdictOf([shop.own(strict)], { roots: [strict] })).to.equal(OUTSIDE('dNSName'))
    const own = shop.own(strict, { extensions: changed(OWN, 'subjectAltName=DNS:shop') })
    expect(await verdictOf([own], { roots: [strict], service: 'shop' })).to.equal('accepted')
  })

  it('with a minimum or a maximum are refused, since nobody knows what they mean', async () => {
    // permitted: dNSName `cart`, with minimum 1, and with maximum 0.
    const plain = 'critical,DER:30:0A:A0:08:30:06:82:04:63:61:72:74'
    const minimum = 'critical,DER:30:0D:A0:0B:30:09:82:04:63:61:72:74:80:01:01'
    const maximum = 'critical,DER:30:0D:A0:0B:30:09:82:04:63:61:72:74:81:01:00'
    expect(await judge(plain, ['DNS:cart'], 'cart')).to.equal('accepted')
    for (const constraints of [minimum, maximum]) {
      expect(await judge(constraints, ['DNS:cart'], 'cart')).to.contain('with a minimum or a maximum are not known')
    }
  })
})
