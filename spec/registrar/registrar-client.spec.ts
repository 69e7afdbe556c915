import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { expect } from 'chai'
import type { RegistryChange } from '../../lib/model/registry.js'
import { assertion, registrar } from '../../lib/registry/registrar/registrar-registry.js'
import { errorOf, refusalOf } from '../jws/refusal.js'
import { outputOf } from '../registry/engines/ended-process.js'
import { eventually } from '../registry/eventually.js'
import { makeKeyPair, makeRegistration, nowSeconds, RegistrarStage } from './registrar-stage.js'

describe('a registry behind a registrar', function () {
  this.timeout(60_000)
  let stage: RegistrarStage

  beforeEach(async () => {
    stage = await RegistrarStage.prepare()
  })
  afterEach(() => stage.end())

  it('finds what was published, certified, and nothing else', async () => {
    const { url } = await stage.start()
    const registry = stage.registry(url, 'cart')
    const cart = await makeRegistration('cart')
    const shop = await makeRegistration('shop')
    await registry.publish(cart)
    const found = await registry.find('cart', cart.kid)
    expect(found).to.deep.equal(await stage.engine.find('cart', cart.kid))
    expect(found?.registration).not.to.equal(cart.registration)
    expect(await registry.find('cart', shop.kid)).to.equal(undefined)
    expect(await registry.find('shop', cart.kid)).to.equal(undefined)
  })

  it('lets a tombstone win, and never clears it (ERR_KEY_REVOKED)', async () => {
    const { url } = await stage.start()
    const registry = stage.registry(url, 'cart')
    const cart = await makeRegistration('cart')
    await registry.publish(cart)
    await registry.revoke('cart', cart.kid)
    await registry.revoke('cart', cart.kid)
    expect((await registry.find('cart', cart.kid))?.revoked).to.equal(true)
    expect(await refusalOf(() => registry.publish(cart))).to.equal('ERR_KEY_REVOKED')
    const unknown = await makeRegistration('cart')
    await registry.revoke('cart', unknown.kid)
    expect(await registry.find('cart', unknown.kid)).to.deep.equal({ service: 'cart', kid: unknown.kid, revoked: true })
  })

  it('revokes no key of another service (ERR_CREDENTIAL_FOREIGN)', async () => {
    const { url } = await stage.start()
    const shop = await makeRegistration('shop')
    await stage.registry(url, 'shop').publish(shop)
    const foreign = registrar({
      url,
      credentials: {
        authorize: context =>
          assertion({ key: stage.proofs.cart.privateKey }).authorize({ ...context, service: 'cart' }),
      },
    })
    stage.keep(foreign)
    expect(await refusalOf(() => foreign.revoke('shop', shop.kid))).to.equal('ERR_CREDENTIAL_FOREIGN')
    expect((await stage.engine.find('shop', shop.kid))?.revoked).to.equal(false)
  })

  it('lists page by page, everything or everything of a service', async () => {
    const { url } = await stage.start()
    const registry = stage.registry(url, 'cart')
    for (let index = 0; index < 600; index += 1) {
      const kid = `${String(index).padStart(42, '0')}A`
      const service = index % 3 === 0 ? 'cart' : 'shop'
      await stage.engine.publish({ service, kid, registration: 'x', expiresAt: nowSeconds() })
    }
    const paths = async (service?: string) =>
      (await registry.list(service)).map(entry => `${entry.service}/${entry.kid}`)
    const all = await paths()
    expect(all).to.have.length(600)
    expect(new Set(all).size).to.equal(600)
    expect(await paths('cart')).to.have.length(200)
    expect(await paths('shop')).to.have.length(400)
    expect(await paths('inventory')).to.deep.equal([])
    await registry.publish(await makeRegistration('cart'))
    expect(await paths()).to.have.length(601)
  })

  it('lists though somebody filled the engine with garbage of any size', async () => {
    const { url } = await stage.start()
    const made = await makeRegistration('cart')
    await stage.registry(url, 'cart').publish(made)
    const garbage = ['\u0000'.repeat(16_000), '\u{1f600}', 'a b', '"']
    for (let index = 0; index < 250; index += 1) {
      const kid = `${String(index).padStart(42, '0')}A`
      const registration = garbage[index % garbage.length] ?? ''
      await stage.engine.publish({ service: 'shop', kid, registration, expiresAt: nowSeconds() })
    }
    const registry = stage.registry(url, 'cart')
    const listed = await registry.list()
    expect(listed).to.have.length(251)
    expect(listed.filter(({ registration }) => registration !== 'unreadable').map(({ kid }) => kid)).to.deep.equal([
      made.kid,
    ])
    expect((await registry.find('shop', `${'0'.repeat(42)}A`))?.registration).to.equal('unreadable')
  })

  it('refuses names that name no place with ERR_OPTION, and asks nobody', async () => {
    const registry = stage.keep(registrar({ url: 'http://127.0.0.1:1' }))
    const { kid, registration } = await makeRegistration('cart')
    for (const service of [
      '',
      '..',
      '../cart',
      'cart/',
      'Cart',
      'cart?after=',
      'cart#',
      'cart\n',
      7,
      null,
    ] as string[]) {
      expect(await refusalOf(() => registry.find(service, kid))).to.equal('ERR_OPTION')
      expect(await refusalOf(() => registry.list(service))).to.equal('ERR_OPTION')
      expect(await refusalOf(() => registry.revoke(service, kid))).to.equal('ERR_OPTION')
      expect(await refusalOf(() => registry.publish({ service, kid, registration, expiresAt: 1 }))).to.equal(
        'ERR_OPTION',
      )
    }
    expect(await refusalOf(() => registry.find('cart', `${kid}.revoked`))).to.equal('ERR_OPTION')
  })

  it('tells of changes by whomever, and after a restart of the registrar of what happened meanwhile', async () => {
    const first = await stage.start()
    const registry = stage.registry(first.url, 'cart')
    const heard: RegistryChange[] = []
    const watch = await registry.watch(change => heard.push(change))
    const cart = await makeRegistration('cart')
    await stage.engine.publish(cart)
    await eventually(() => heard.some(({ kid }) => kid === cart.kid))
    await first.stop()
    const missed = await makeRegistration('shop')
    await stage.engine.publish(missed)
    await stage.engine.revoke('cart', cart.kid)
    heard.length = 0
    await stage.start({ listen: { port: first.port } })
    await eventually(() => [missed.kid, cart.kid].every(expected => heard.some(({ kid }) => kid === expected)), 30)
    const later = await makeRegistration('cart')
    await stage.engine.publish(later)
    await eventually(() => heard.some(({ kid }) => kid === later.kid))
    await watch.close()
    heard.length = 0
    const unheard = await makeRegistration('cart')
    const other = await registry.watch(change => heard.push({ ...change, service: 'other' }))
    await stage.engine.publish(unheard)
    await eventually(() => heard.length > 0)
    expect(heard.map(({ service }) => service)).to.deep.equal(['other'])
    await other.close()
  })

  it('fails to watch where there is no registrar', async () => {
    const registry = stage.keep(registrar({ url: 'http://127.0.0.1:1' }))
    expect(String(await errorOf(() => registry.watch(() => undefined)))).to.contain('ECONNREFUSED')
  })

  it('shows nobody its credentials', async () => {
    const { privateKey } = await makeKeyPair()
    const credentials = assertion({ key: privateKey.export({ format: 'jwk' }) })
    const registry = stage.keep(registrar({ url: 'https://registrar.internal', credentials }))
    const shown =
      inspect([registry, credentials], { depth: 9, showHidden: true }) + JSON.stringify([registry, credentials])
    expect(shown).not.to.contain(String(privateKey.export({ format: 'jwk' }).d))
    expect(shown).to.contain("RegistrarRegistry { url: 'https://registrar.internal' }")
  })

  it('sends credentials over https, or to this machine alone (ERR_OPTION)', async () => {
    for (const url of [
      'http://registrar.internal',
      'http://10.0.0.1',
      'ftp://localhost',
      'https://user:password@registrar.internal',
      'https://registrar.internal/path',
      'https://registrar.internal/?a=b',
      'http://127.0.0.1.example.com',
      'registrar',
      '',
      undefined,
    ]) {
      expect(await refusalOf(() => registrar({ url: url as string })), String(url)).to.equal('ERR_OPTION')
    }
  })

  it('refuses options that it does not know, such as one that switches off checking a certificate (ERR_OPTION)', async () => {
    const url = 'https://registrar.internal'
    const wrong = [
      { url, credential: {} },
      { url, tls: { rejectUnauthorized: false } },
      { url, tls: { ca: 'x' } },
      { url, credentials: {} },
      { url, reader: {} },
    ]
    for (const options of wrong) expect(await refusalOf(() => registrar(options as never))).to.equal('ERR_OPTION')
    expect(await refusalOf(() => assertion({ key: 'x' } as never))).to.equal('ERR_OPTION')
    expect(await refusalOf(() => assertion({ key: {}, enrolment: 'x y' }))).to.equal('ERR_OPTION')
  })

  describe('of a server that means ill', () => {
    let server: Server
    let answer: RequestListener
    let requests = 0

    beforeEach(async () => {
      requests = 0
      server = createServer((request, response) => {
        requests += 1
        answer(request, response)
      })
      await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    })
    afterEach(() => {
      server.closeAllConnections()
      server.close()
    })

    const client = () => {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
      return stage.keep(registrar({ url, credentials: assertion({ key: stage.proofs.cart.privateKey }) }))
    }
    const json =
      (content: unknown, status = 200): RequestListener =>
      (_, response) =>
        void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content))

    it('follows no redirect', async () => {
      answer = (_, response) => void response.writeHead(307, { location: '/elsewhere' }).end()
      const cart = await makeRegistration('cart')
      expect(String(await errorOf(() => client().publish(cart)))).to.contain('307')
      expect(requests).to.equal(1)
    })

    it('believes no answer of another place, and none that is no entry', async () => {
      const cart = await makeRegistration('cart')
      const shop = await makeRegistration('shop')
      const entry = { service: 'shop', kid: shop.kid, registration: 'x', revoked: false }
      for (const content of [
        entry,
        { ...entry, service: 'cart' },
        {},
        [],
        'x',
        { ...entry, kid: cart.kid, service: 'cart', revoked: 'no' },
      ]) {
        answer = json(content)
        await errorOf(() => client().find('cart', cart.kid))
      }
      answer = json({ service: 'cart', kid: cart.kid, revoked: false })
      expect(await client().find('cart', cart.kid)).to.include({ revoked: false })
    })

    it('reads no answer without an end', async () => {
      answer = (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json' })
        const chunk = Buffer.alloc(1_000_000, ' ')
        const write = () => {
          while (!response.destroyed && response.write(chunk)) {}
        }
        response.on('drain', write)
        write()
      }
      expect(String(await errorOf(() => client().list()))).to.contain('more than')
    })

    it('follows no listing that goes in a circle', async () => {
      const { kid } = await makeRegistration('cart')
      answer = json({ entries: [], next: `cart/${kid}` })
      expect(String(await errorOf(() => client().list()))).to.contain('without an end')
      expect(requests).to.equal(2)
    })

    it('waits for no answer that does not come', async () => {
      answer = () => undefined
      const { kid } = await makeRegistration('cart')
      expect(String(await errorOf(() => client().find('cart', kid)))).to.contain('no answer within 5 s')
    })

    it('repeats nothing of a problem that would speak to a terminal', async () => {
      answer = json({ code: 'ERR_CREDENTIAL_FOREIGN', detail: 'line\n\u001b[2J' }, 403)
      const error = await errorOf(async () => client().publish(await makeRegistration('cart')))
      expect(error.message).to.equal('the registrar refuses')
      answer = json({ code: 'ERR_CREDENTIAL_FOREIGN', detail: "the credential is `shop`'s" }, 403)
      const readable = await errorOf(async () => client().publish(await makeRegistration('cart')))
      expect(readable.message).to.equal("the registrar refuses: the credential is `shop`'s")
    })

    it('quotes nothing of a page that is no problem', async () => {
      answer = (_, response) => void response.writeHead(502, { 'content-type': 'text/html' }).end('<secret>')
      const error = await errorOf(async () => client().publish(await makeRegistration('cart')))
      expect(error.message).to.equal('the registrar answered 502 (HTTP_502)')
    })
  })

  it('does not keep a process alive that watches', async () => {
    const { url } = await stage.start()
    expect(await outputOf('../../registrar/watching-party.ts', url)).to.equal('lists 0, ends with 0')
  })
})
