import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { NatsRegistry } from '../../../lib/registry/nats/nats-registry.js'
import { errorOf } from '../../jws/refusal.js'
import { eventually } from '../eventually.js'
import { makePublication } from '../signed-text.js'
import { makeDirectory, removeDirectory } from '../temporary-directory.js'
import { skipWithoutServer } from './engine.js'
import { configurationFor, NatsEngine, passwordOf } from './nats-engine.js'
import { Tap } from './tap.js'
import { makeCertificate } from './tls-proxy.js'

const SERVICES = ['cart', 'shop']

describe('NatsRegistry over TLS', function () {
  this.timeout(60_000)

  const open: { close(): Promise<void> }[] = []
  let engine: NatsEngine
  let tap: Tap
  let ca: string

  before(async function () {
    engine = await skipWithoutServer(this, 'NatsRegistry over TLS', () => NatsEngine.begin(SERVICES))
    tap = await Tap.begin(engine.server.port)
  })
  afterEach(async () => {
    for (const registry of open.splice(0)) await registry.close()
    tap.heard = ''
  })
  after(async () => {
    await tap?.end()
    await engine?.server.remove()
  })

  function connectAs(service: string, tls: { readonly ca?: string } | undefined): NatsRegistry {
    const servers = [`localhost:${tap.port}`]
    const registry = new NatsRegistry({ servers, user: service, password: passwordOf(service), tls })
    open.push(registry)
    return registry
  }

  it('tells no password to a server that offers none, where it is asked for', async () => {
    expect(await connectAs('shop', undefined).list()).to.deep.equal([])
    expect(tap.heard, 'what a tap hears without TLS').to.contain(passwordOf('shop'))
    tap.heard = ''
    const error = await errorOf(() => connectAs('shop', {}).list())
    expect(error.message).to.match(/tls/i)
    expect(tap.heard).not.to.contain(passwordOf('shop'))
  })

  describe('with a certificate', () => {
    before(async () => {
      const directory = makeDirectory()
      const [key, certificate] = [join(directory, 'key.pem'), join(directory, 'certificate.pem')]
      const made = makeCertificate()
      writeFileSync(key, made.key)
      writeFileSync(certificate, made.certificate)
      await engine.server.restart(
        `${configurationFor(SERVICES)}\ntls { cert_file: "${certificate}", key_file: "${key}" }`,
      )
      removeDirectory(directory)
      ca = made.certificate
    })

    it('that it can check: it publishes, reads and hears', async () => {
      const [shop, cart] = [connectAs('shop', { ca }), connectAs('cart', { ca })]
      const heard = new Set<string>()
      await shop.watch(({ kid }) => heard.add(kid))
      const publication = await makePublication('cart')
      await cart.publish(publication)
      expect((await shop.find('cart', publication.kid))?.registration).to.equal(publication.registration)
      await eventually(() => heard.has(publication.kid), 30)
      expect(tap.heard).not.to.contain(passwordOf('shop')).and.not.to.contain(publication.kid)
    })

    for (const [what, tls] of Object.entries({ 'an empty object': {}, nothing: undefined })) {
      it(`that it cannot check, with ${what}: it tells nothing`, async () => {
        const error = await errorOf(() => connectAs('shop', tls).list())
        expect(error).to.be.instanceOf(Error)
        expect(tap.heard).not.to.contain(passwordOf('shop'))
      })
    }
  })
})
